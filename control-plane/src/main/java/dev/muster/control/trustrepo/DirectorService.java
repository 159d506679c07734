package dev.muster.control.trustrepo;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.Question;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tenancy.Trip;
import dev.muster.control.tracing.Tracing;
import dev.muster.control.trustrepo.TrustFileStore.DocumentPart;
import dev.muster.control.trustrepo.TrustFileStore.Repository;
import dev.muster.control.trustrepo.TrustFileStore.SignedFor;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.trace.Traceparent;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.DirectorDocument;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * Signs what each device must be, when the device asks for it. INVARIANT (one writer): a document is signed under the
 * device row's lock, so its generation and its targets belong together and versions rise by one. Thread-safe.
 */
@Singleton
public final class DirectorService {
    static final String TIMESTAMP = "timestamp.json";
    private static final Pattern ROOT = Pattern.compile("[1-9]\\d{0,9}\\.root\\.json");
    private static final Pattern PART = Pattern.compile("([1-9]\\d{0,17})\\.(snapshot|targets)\\.json");

    private final TrustFileStore store;
    private final TrustService trust;
    private final DesiredService desired;
    private final ManifestRefusals refusals;
    private final TenantTransactions transactions;
    private final TrustConfig config;
    private final Tracing tracing;
    private final Clock clock;
    private final RecentDocuments recent = new RecentDocuments();

    DirectorService(
            TrustFileStore store,
            TrustService trust,
            DesiredService desired,
            ManifestRefusals refusals,
            TenantTransactions transactions,
            TrustConfig config,
            Tracing tracing,
            Clock clock) {
        this.tracing = tracing;
        this.store = store;
        this.trust = trust;
        this.desired = desired;
        this.refusals = refusals;
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /** A file of the director repository as this device sees it; empty if there is none. */
    public Optional<byte[]> file(DeviceRef device, String fileName) {
        if (fileName.equals(TIMESTAMP)) {
            return timestamp(device);
        }
        if (ROOT.matcher(fileName).matches()) {
            return transactions.in(device.tenant(), handle -> store.read(handle, Repository.DIRECTOR, fileName));
        }
        Matcher part = PART.matcher(fileName);
        if (!part.matches()) {
            return Optional.empty();
        }
        long version = Long.parseLong(part.group(1));
        DocumentPart which = part.group(2).equals("snapshot") ? DocumentPart.SNAPSHOT : DocumentPart.TARGETS;
        return recent.part(device, version, which)
                .or(() -> transactions.in(
                        device.tenant(), handle -> store.part(handle, device.device(), version, which)));
    }

    /** The trace of the change that the device is about to see, where changes are traced. */
    Optional<Traceparent> trace(DeviceRef device) {
        return tracing.on()
                ? transactions.in(device.tenant(), handle -> desired.untoldTrace(handle, device.device()))
                : Optional.empty();
    }

    /**
     * What was signed for a device last.
     *
     * @param targetsSha256 of its targets document, lower-case hex
     * @param names whether that document names the bytes asked about
     */
    public record LastSigned(
            long version, long generation, Instant signedAt, Instant expires, String targetsSha256, boolean names) {}

    /** The newest document of the device, if one was ever signed; {@code sha256} is looked for in it. */
    public Optional<LastSigned> last(Handle handle, DeviceId device, String sha256) {
        return store.newestDocument(handle, device)
                .flatMap(signed -> store.part(handle, device, signed.version(), DocumentPart.TARGETS)
                        .map(targets -> new LastSigned(
                                signed.version(),
                                signed.generation(),
                                signed.signedAt(),
                                signed.expires(),
                                Hashes.sha256(targets),
                                !sha256.isEmpty() && new String(targets, StandardCharsets.UTF_8).contains(sha256))));
    }

    /** All that decides about a document, as one trip found it. */
    private record Found(
            boolean locked,
            Optional<SignedFor> newest,
            Optional<DesiredState> state,
            boolean refused,
            Function<Handle, Director> director) {}

    /** Locks the device's row if there is news for it, and reads the rest under that. */
    private Supplier<Found> ask(Trip trip, DeviceRef ref, Question<String> lock) {
        DeviceId device = ref.device();
        Trip.Answer<String> locked = trip.ask(lock);
        Trip.Answer<SignedFor> newest = trip.ask(store.newestDocument(device));
        Supplier<Optional<DesiredState>> state = desired.ask(trip, device);
        BooleanSupplier refused = refusals.holds(trip, device);
        Function<Handle, Director> director = trust.director(trip, ref.tenant());
        return () ->
                new Found(locked.first().isPresent(), newest.first(), state.get(), refused.getAsBoolean(), director);
    }

    /**
     * All files of the device's document, signed now where it is due, in the caller's transaction; empty for an unknown device. Not the
     * roots.
     */
    Optional<Whole> whole(Handle handle, DeviceRef ref) {
        Trip trip = new Trip();
        Supplier<Found> found = ask(trip, ref, store.lockDevice(ref.device()));
        trip.go(handle);
        return timestamp(handle, ref, found.get()).map(timestamp -> {
            SignedFor newest = store.newestDocument(handle, ref.device()).orElseThrow();
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put(TIMESTAMP, timestamp);
            for (DocumentPart part : DocumentPart.values()) {
                files.put(
                        part.fileName(newest.version()),
                        store.part(handle, ref.device(), newest.version(), part).orElseThrow());
            }
            return new Whole(files, newest.expires());
        });
    }

    /** A document's files by name, and when it ends. */
    record Whole(Map<String, byte[]> files, Instant expires) {}

    private Optional<byte[]> timestamp(DeviceRef device) {
        return transactions.in(
                device.tenant(),
                trip -> ask(trip, device, store.lockIfNews(device.device())),
                (handle, found) -> timestamp(handle, device, found.get()));
    }

    private Optional<byte[]> timestamp(Handle handle, DeviceRef device, Found found) {
        if (found.state().isEmpty()) {
            return Optional.empty();
        }
        DesiredState state = found.state().get();
        Instant now = clock.instant();
        Director director = found.director().apply(handle);
        String keys = String.join(",", director.documentKeyIds());
        // A document of keys that were changed since is refused by whoever follows the new root.
        Optional<SignedFor> current = found.newest()
                .filter(document -> document.generation() == state.generation()
                        && document.keys().equals(keys)
                        && !isHalfOver(document, now));
        if (current.isPresent()) {
            return Optional.of(current.get().timestamp().bytes());
        }
        if (!found.locked()) {
            // Its time or its keys are over, or the news came a moment ago: look again, and hold the row this time.
            Trip again = new Trip();
            Supplier<Found> held = ask(again, device, store.lockDevice(device.device()));
            again.go(handle);
            return timestamp(handle, device, held.get());
        }
        // Uptane 5.4.2.1: nothing new for a device whose manifest is not its own. What it has stays in force.
        if (found.refused()) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "nothing new is signed for `" + device + "`: its last version manifest was refused");
        }
        long version = found.newest().map(SignedFor::version).orElse(0L) + 1;
        DirectorDocument document = director.sign(
                version, targets(state), custom(device, state, now).toCustom(), now, config.directorValidity());
        store.put(handle, device.device(), state.generation(), keys, document);
        handle.afterCommit(() -> recent.add(device, document));
        return Optional.ofNullable(document.files().get(TIMESTAMP));
    }

    private static boolean isHalfOver(SignedFor document, Instant now) {
        Duration half =
                Duration.between(document.signedAt(), document.expires()).dividedBy(2);
        return now.isAfter(document.signedAt().plus(half));
    }

    private static Map<String, TargetFile> targets(DesiredState state) {
        Map<String, TargetFile> targets = new LinkedHashMap<>();
        for (DesiredTarget target : state.targets()) {
            if (target.content() instanceof DesiredContent.Present present) {
                TargetCustom custom = new TargetCustom(
                        target.name(),
                        present.hardware(),
                        present.version(),
                        present.releaseCounter(),
                        present.lease(),
                        present.onExpiry(),
                        target.install());
                targets.put(present.path(), TargetFile.ofSha256(present.length(), present.sha256(), custom.toCustom()));
            }
        }
        return targets;
    }

    private static DirectorCustom custom(DeviceRef device, DesiredState state, Instant now) {
        List<TargetName> absent = new ArrayList<>();
        for (DesiredTarget target : state.targets()) {
            if (target.content() instanceof DesiredContent.Absent) {
                absent.add(target.name());
            }
        }
        // For devices without a clock of their own: the only time they can trust is one that somebody signed.
        return new DirectorCustom(device, state.generation(), absent, Optional.of(now), List.of());
    }
}
