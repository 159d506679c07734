package dev.muster.agent.policy;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.update.Installer;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.bundle.VerifiedTarget;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.lease.OnExpiry;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A bundle that is only watched: asked beside the one in force on every question, its disagreements counted. It changes no
 * answer, and nothing that is wrong with it hurts: it then simply has no opinion. Thread-safe after {@link #restore}.
 */
final class ShadowPolicy {
    /** More kinds of disagreement than this in one interval are not told apart. */
    private static final int MAX_KEYS = 500;

    /** The live lease decides whether there is anything to compare; a watched policy's own is not looked at. */
    private static final Lease NOT_ON_TRIAL = new Lease(Duration.ofDays(36_500), OnExpiry.KEEP);

    private final Shelf<PolicyInForce> shelf;
    private final AgentLog log;
    private final Tally<Disagreement> tally = new Tally<>(MAX_KEYS);
    private volatile Optional<CapabilityFile> capabilities = Optional.empty();
    private final AtomicLong faults = new AtomicLong();
    private Instant from;

    private record Disagreement(
            long shadowVersion, AppKey app, String permission, boolean live, String liveReason, String shadowReason)
            implements Comparable<Disagreement> {
        private static final Comparator<Disagreement> ORDER = Comparator.comparing(Disagreement::app)
                .thenComparing(Disagreement::permission)
                .thenComparing(Disagreement::live)
                .thenComparing(Disagreement::liveReason)
                .thenComparing(Disagreement::shadowReason)
                .thenComparingLong(Disagreement::shadowVersion);

        @Override
        public int compareTo(Disagreement other) {
            return ORDER.compare(this, other);
        }
    }

    /** Keeps its bundles in {@code directory}; counts from now on. */
    ShadowPolicy(Path directory, DeviceTime time, AgentLog log) {
        this.shelf = new Shelf<>(directory, ".bundle", (file, target) -> {
            PolicyInForce policy = new PolicyInForce(time.leases());
            policy.replace(file, new VerifiedTarget(target.length(), target.sha256(), NOT_ON_TRIAL));
            policy.capabilities(capabilities);
            return policy;
        });
        this.from = time.instant();
        this.log = log;
    }

    /** Goes on watching what was watched before the restart; what is wrong with it otherwise. */
    public Optional<String> restore() throws IOException {
        return shelf.restore();
    }

    /** The watched bundle as a target. */
    public Installer installer() {
        return new ShelfInstaller<>(shelf, BundleLoader.MAX_LENGTH, new ShelfInstaller.Rules<PolicyInForce>() {
            @Override
            public void admit(PolicyInForce candidate) {
                // Any version may be watched, also one that was in force before.
            }

            @Override
            public Optional<String> problem(PolicyInForce content) {
                return Optional.empty();
            }

            @Override
            public void changed() {
                faults.set(0);
            }
        });
    }

    /** Version of the watched policy; empty where none is. */
    public Optional<Long> version() {
        return policy().flatMap(PolicyInForce::current).map(now -> now.bundle().policyVersion());
    }

    /** The device's own capabilities count for the watched policy as they do for the one in force. */
    void capabilities(Optional<CapabilityFile> file) {
        capabilities = file;
        policy().ifPresent(policy -> policy.capabilities(file));
    }

    /** Compares the answer just given with what the watched policy says to the same, unless an ended lease gave it. */
    public void compare(
            AppKey app,
            String permission,
            PolicyInForce.Verdict live,
            LeaseState lease,
            Function<PolicyInForce, PolicyInForce.Verdict> question) {
        Optional<PolicyInForce> policy = policy();
        if (policy.isEmpty() || lease == LeaseState.ENDED_GUARDRAILS || lease == LeaseState.ENDED_DENIED) {
            return;
        }
        try {
            PolicyInForce.Verdict watched = question.apply(policy.get());
            if (watched.granted() != live.granted()) {
                tally.count(
                        new Disagreement(
                                watched.policyVersion(),
                                app,
                                permission,
                                live.granted(),
                                live.reason().code(),
                                watched.reason().code()),
                        true);
            }
        } catch (RuntimeException e) {
            if (faults.getAndIncrement() == 0) {
                log.line("the watched policy cannot answer: " + e);
            }
        }
    }

    private Optional<PolicyInForce> policy() {
        return shelf.held().map(Shelf.Held::content);
    }

    /** The events of the interval that ends {@code now}; the next one begins. */
    public synchronized List<DeviceEvent> take(Instant now) {
        PermissionEvent.Interval interval = new PermissionEvent.Interval(from, now);
        from = now;
        Tally.Taken<Disagreement> taken = tally.take();
        if (taken.dropped() > 0) {
            log.line(taken.dropped() + " disagreements of the watched policy found no place in the count");
        }
        return taken.counts().entrySet().stream()
                .map(entry -> {
                    Disagreement key = entry.getKey();
                    return new PermissionEvent.Shadow(
                                    UsageRecorder.app(key.app()),
                                    key.permission(),
                                    key.live(),
                                    !key.live(),
                                    key.liveReason(),
                                    key.shadowReason(),
                                    entry.getValue().yes(),
                                    interval,
                                    key.shadowVersion())
                            .at(now);
                })
                .toList();
    }
}
