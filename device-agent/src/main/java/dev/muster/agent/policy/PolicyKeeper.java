package dev.muster.agent.policy;

import dev.muster.agent.platform.Platform;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.StateStore;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.bundle.VerifiedTarget;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.LeaseClock;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.lease.OnExpiry;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The permission bundle in force, kept with the target record that was verified for it, and the bundle before. Without a
 * bundle everything is denied. {@link #ask} and {@link #lease} are for any thread; the rest is the loop's.
 */
public final class PolicyKeeper {
    private static final String RECORD = "current.json";

    private final Path directory;
    private final Platform platform;
    private final StateStore clockStore;
    private final LeaseClock clock;
    private volatile PolicyInForce inForce;
    private Optional<Kept> current = Optional.empty();

    /** A verified target record as kept beside its bundle. */
    private record Kept(String sha256, long length, Duration lease, OnExpiry onExpiry, Optional<String> previous) {
        VerifiedTarget target() {
            return new VerifiedTarget(length, sha256, new Lease(lease, onExpiry));
        }

        static Kept of(DesiredTarget target, Optional<String> previous) {
            return new Kept(
                    target.sha256(),
                    target.length(),
                    target.lease().orElse(Lease.DEFAULT.length()),
                    target.onExpiry().flatMap(OnExpiry::parse).orElse(Lease.DEFAULT.onExpiry()),
                    previous);
        }
    }

    /**
     * Opens what is kept in {@code directory}.
     *
     * @param clockStore where device time survives a restart
     * @param monotonicNanos a clock that never goes back
     */
    public PolicyKeeper(
            Path directory, Platform platform, StateStore clockStore, InstantSource system, LongSupplier monotonicNanos)
            throws IOException {
        this.directory = directory;
        this.platform = platform;
        this.clockStore = clockStore;
        // The system clock counts as set: neither platform can say otherwise yet.
        this.clock = new LeaseClock(system, () -> true, monotonicNanos, readMark(clockStore));
        this.inForce = new PolicyInForce(clock);
    }

    /**
     * Puts the kept bundle into force, at start. Empty if all is well or there is none; otherwise what is wrong with it,
     * and everything is denied until the document's bundle was fetched anew.
     */
    public Optional<String> restore() throws IOException {
        Path record = directory.resolve(RECORD);
        if (!Files.exists(record)) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonObject.parse(Files.readAllBytes(record));
            Kept kept = new Kept(
                    json.string("sha256"),
                    json.number("length"),
                    Duration.ofSeconds(json.number("leaseSeconds")),
                    OnExpiry.parse(json.string("onExpiry")).orElse(OnExpiry.DENY),
                    json.optionalString("previous"));
            load(kept);
            current = Optional.of(kept);
            return Optional.empty();
        } catch (BundleException | ProtocolException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The answer on one permission of one app for one user; denied when in doubt. */
    public PolicyInForce.Verdict ask(String bundle, int user, String permission) {
        return inForce.ask(new AppKey(bundle, user, 0), permission, DecisionContext.NONE);
    }

    /** Version of the policy in force, 0 without one. */
    public long version() {
        return inForce.current().map(now -> now.bundle().policyVersion()).orElse(0L);
    }

    /** How the lease of the bundle in force stands. */
    public LeaseState lease() {
        return inForce.lease();
    }

    /** Device time: never goes back, not even when the system clock does. */
    public Instant now() {
        return clock.now();
    }

    /** The server was reached and what it signed for this device was verified just now. */
    public void contact() throws IOException {
        clock.contact(clock.now());
        saveClock();
    }

    /** Keeps device time over a restart. */
    public void saveClock() throws IOException {
        LeaseClock.Mark mark = clock.mark();
        clockStore.write(JsonObject.write(Map.of(
                "now", mark.now().toString(), "lastContact", mark.lastContact().toString())));
    }

    Optional<String> sha256InForce() {
        return inForce.current().map(now -> now.target().sha256());
    }

    Path file(String sha256) {
        return directory.resolve(sha256 + ".bundle");
    }

    /** Throws {@link BundleException} if the file is not the verified bundle or cannot be used. */
    void examine(Path file, DesiredTarget target) {
        BundleLoader.load(file, Kept.of(target, Optional.empty()).target());
    }

    /** The switch: one record names the bundle in force. */
    void activate(DesiredTarget target) throws IOException {
        Optional<String> before = sha256InForce().filter(sha256 -> !sha256.equals(target.sha256()));
        Kept kept = Kept.of(target, before);
        requireLoadable(kept);
        write(kept);
        load(kept);
        current = Optional.of(kept);
        apply();
    }

    /** Removes every bundle but the one in force and the one before. */
    void prune() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                boolean kept = current.isPresent()
                        && (name.equals(current.get().sha256 + ".bundle")
                                || current.get()
                                        .previous
                                        .map(p -> p + ".bundle")
                                        .equals(Optional.of(name)));
                if (name.endsWith(".bundle") && !kept) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Nothing is in force any more: all is denied. */
    void remove() throws IOException {
        if (Files.deleteIfExists(directory.resolve(RECORD))) {
            AtomicFiles.syncParent(directory.resolve(RECORD));
        }
        inForce = new PolicyInForce(clock);
        current = Optional.empty();
        apply();
        prune();
    }

    /** Writes the decisions on all that apps request into the platform's own table. */
    public void apply() throws IOException {
        Map<String, Map<String, Boolean>> decisions = new TreeMap<>();
        inForce.current().ifPresent(now -> {
            Bundle bundle = now.bundle();
            for (int row = 0; row < bundle.rows(); row++) {
                Map<String, Boolean> permissions = new TreeMap<>();
                for (Bundle.Requested requested : bundle.requested(row)) {
                    permissions.put(requested.permission(), Decision.isGranted(requested.decision()));
                }
                AppKey app = bundle.app(row);
                boolean plain = app.user() == AppKey.FIRST_USER && app.instance() == 0;
                decisions.put(plain ? app.bundle() : app.toString(), permissions);
            }
        });
        platform.applyPermissions(decisions);
    }

    private void requireLoadable(Kept kept) {
        BundleLoader.load(file(kept.sha256), kept.target());
    }

    // Always a fresh holder: going back to the bundle before is the agent's decision here, made on verified records,
    // and a holder that already saw a newer version would refuse it.
    private void load(Kept kept) {
        PolicyInForce next = new PolicyInForce(clock);
        next.replace(file(kept.sha256), kept.target());
        inForce = next;
    }

    private void write(Kept kept) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sha256", kept.sha256);
        map.put("length", kept.length);
        map.put("leaseSeconds", kept.lease.toSeconds());
        map.put("onExpiry", kept.onExpiry.text());
        kept.previous.ifPresent(value -> map.put("previous", value));
        AtomicFiles.write(directory.resolve(RECORD), JsonObject.write(map));
    }

    private static LeaseClock.Mark readMark(StateStore store) throws IOException {
        Optional<byte[]> bytes = store.read();
        if (bytes.isEmpty()) {
            return LeaseClock.Mark.NEVER;
        }
        JsonObject json = JsonObject.parse(bytes.get());
        return new LeaseClock.Mark(json.instant("now"), json.instant("lastContact"));
    }
}
