package dev.muster.agent.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A small file that somebody else writes, read again when it changes. Looking costs one {@code stat}. Thread-safe.
 */
public final class WatchedFile {
    /** File systems stamp with the resolution of the kernel's tick: two writes within one tick may look like one. */
    private static final long SETTLED_NANOS = 50_000_000;

    private final Path file;
    private final int maxBytes;
    private final LongSupplier nanos;
    private @Nullable Seen seen;

    private record Stamp(
            @Nullable FileTime modified,
            long size,
            @Nullable Object key) {}

    private static final Stamp NOT_THERE = new Stamp(null, -1, null);

    private record Seen(Stamp stamp, long firstSeen, boolean settled, Optional<byte[]> content, long version) {}

    /** What the file holds; {@code version} changes with the content. */
    public record Reading(Optional<byte[]> content, long version) {}

    /** Reads at most {@code maxBytes}; a longer file counts as not there. */
    public WatchedFile(Path file, int maxBytes, LongSupplier nanos) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.nanos = nanos;
    }

    /** The content now; empty where there is no readable file. */
    public synchronized Reading read() {
        long now = nanos.getAsLong();
        Stamp stamp = stamp();
        Seen before = seen;
        long firstSeen = now;
        if (before != null && before.stamp.equals(stamp)) {
            if (before.settled) {
                return new Reading(before.content, before.version);
            }
            firstSeen = before.firstSeen;
        }
        Optional<byte[]> content = content();
        boolean changed = before == null || !equal(before.content, content);
        long version = (before == null ? 0 : before.version) + (changed ? 1 : 0);
        seen = new Seen(stamp, firstSeen, now - firstSeen >= SETTLED_NANOS, content, version);
        return new Reading(content, version);
    }

    private Stamp stamp() {
        // Most of these files are mostly not there, and an exception costs ten times what the look itself does.
        if (!Files.exists(file)) {
            return NOT_THERE;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return NOT_THERE;
        }
    }

    private Optional<byte[]> content() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            return bytes.length > maxBytes ? Optional.empty() : Optional.of(bytes);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean equal(Optional<byte[]> a, Optional<byte[]> b) {
        return a.isPresent() == b.isPresent() && (a.isEmpty() || java.util.Arrays.equals(a.get(), b.get()));
    }
}
