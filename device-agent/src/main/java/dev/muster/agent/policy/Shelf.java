package dev.muster.agent.policy;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.SealedJson;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.VerifiedTarget;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.OnExpiry;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One verified file in force and the one before, each kept with the target record that was verified for it. One small
 * record names both: replacing it is the atomic switch. {@link #held} is for any thread, the rest for one.
 *
 * @param <T> what a file is read into
 */
final class Shelf<T> {
    private static final String RECORD = "current.json";

    private final Path directory;
    private final String suffix;
    private final Reader<T> reader;
    private volatile @Nullable Held<T> held;
    private Optional<Kept> before = Optional.empty();

    /** Reads a file that a verified record vouches for; throws {@link BundleException} if it is not that file, or no good. */
    interface Reader<T> {
        T read(Path file, VerifiedTarget target);
    }

    /** What is in force. */
    record Held<T>(T content, VerifiedTarget target) {}

    /** A verified target record as kept beside its file. */
    private record Kept(String sha256, long length, Lease lease) {
        VerifiedTarget target() {
            return new VerifiedTarget(length, sha256, lease);
        }

        static Kept of(DesiredTarget target) {
            Lease lease = new Lease(
                    target.lease().orElse(Lease.DEFAULT.length()),
                    target.onExpiry().flatMap(OnExpiry::parse).orElse(Lease.DEFAULT.onExpiry()));
            return new Kept(target.sha256(), target.length(), lease);
        }

        static Kept of(VerifiedTarget target) {
            return new Kept(target.sha256(), target.length(), target.lease());
        }

        static Kept from(JsonObject json) {
            return new Kept(
                    json.string("sha256"),
                    json.number("length"),
                    new Lease(
                            Duration.ofSeconds(json.number("leaseSeconds")),
                            OnExpiry.parse(json.string("onExpiry")).orElse(OnExpiry.DENY)));
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("sha256", sha256);
            map.put("length", length);
            map.put("leaseSeconds", lease.length().toSeconds());
            map.put("onExpiry", lease.onExpiry().text());
            return map;
        }
    }

    /** Files named {@code <sha256><suffix>} in {@code directory}. */
    Shelf(Path directory, String suffix, Reader<T> reader) {
        this.directory = directory;
        this.suffix = suffix;
        this.reader = reader;
    }

    /** What is in force; empty where nothing is. */
    Optional<Held<T>> held() {
        return Optional.ofNullable(held);
    }

    /** SHA-256 of the file in force. */
    Optional<String> sha256() {
        return held().map(now -> now.target().sha256());
    }

    /**
     * Puts the kept file into force, at start. Empty if all is well or there is none; otherwise what is wrong with it, and
     * nothing is in force. The one before does not step in: it may grant what was revoked since.
     */
    Optional<String> restore() throws IOException {
        Path record = directory.resolve(RECORD);
        if (!Files.exists(record)) {
            return Optional.empty();
        }
        try {
            JsonObject json = SealedJson.read(Files.readAllBytes(record));
            Kept kept = Kept.from(json);
            before = json.optionalObject("before").map(Kept::from);
            held = new Held<>(reader.read(file(kept.sha256), kept.target()), kept.target());
            return Optional.empty();
        } catch (BundleException | ProtocolException | IllegalArgumentException | IOException e) {
            return Optional.of("`" + record + "`: " + e.getMessage());
        }
    }

    Path directory() {
        return directory;
    }

    Path file(String sha256) {
        return directory.resolve(sha256 + suffix);
    }

    /** What {@code file} holds; throws {@link BundleException} if it is not what was verified or cannot be used. */
    T examine(Path file, DesiredTarget target) {
        return reader.read(file, Kept.of(target).target());
    }

    /** The switch: one record names the file in force and the one before. */
    void activate(DesiredTarget target) throws IOException {
        Kept next = Kept.of(target);
        T content = reader.read(file(next.sha256), next.target());
        Optional<Kept> replaced =
                held().map(now -> Kept.of(now.target())).filter(now -> !now.sha256.equals(next.sha256));
        put(next, content, replaced.or(() -> before));
    }

    /** The same file under a record whose lease differs: only the record is written. False if nothing differs. */
    boolean renew(DesiredTarget target) throws IOException {
        Kept next = Kept.of(target);
        Held<T> now = held;
        if (now == null
                || !next.sha256.equals(now.target().sha256())
                || next.target().equals(now.target())) {
            return false;
        }
        put(next, reader.read(file(next.sha256), next.target()), before);
        return true;
    }

    /** The switch back to the file before; nothing is in force where there is none or it is no good any more. */
    void revert() throws IOException {
        Optional<Kept> target = before;
        if (target.isEmpty()) {
            remove();
            return;
        }
        try {
            T content = reader.read(file(target.get().sha256), target.get().target());
            put(target.get(), content, Optional.empty());
        } catch (BundleException e) {
            remove();
        }
    }

    /** Nothing is in force any more. */
    void remove() throws IOException {
        Path record = directory.resolve(RECORD);
        if (Files.deleteIfExists(record)) {
            AtomicFiles.syncParent(record);
        }
        held = null;
        before = Optional.empty();
        prune();
    }

    /** Removes every file but the one in force and the one before. */
    void prune() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                boolean kept = Stream.concat(sha256().stream(), before.stream().map(Kept::sha256))
                        .anyMatch(sha256 -> name.equals(sha256 + suffix));
                if (name.endsWith(suffix) && !kept) {
                    Files.delete(file);
                }
            }
        }
    }

    private void put(Kept next, T content, Optional<Kept> replaced) throws IOException {
        Map<String, Object> map = next.toMap();
        replaced.ifPresent(kept -> map.put("before", kept.toMap()));
        AtomicFiles.write(directory.resolve(RECORD), SealedJson.write(map));
        before = replaced;
        held = new Held<>(content, next.target());
    }
}
