package dev.muster.agent.gateway;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.ContentDigest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Content by its SHA-256 on disk, within a bound: what was asked for longest ago goes first. A file has its final name only when it was verified.
 * The time of use is the file's, so it survives a restart. Thread-safe.
 */
final class CacheStore {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String PART = ".part";
    /** The device itself must go on living. */
    private static final long RESERVE_BYTES = 32L << 20;

    private final Path directory;
    private final InstantSource clock;
    private final long maxBytes;
    private final Set<String> checked = new HashSet<>();

    CacheStore(Path directory, long maxBytes, InstantSource clock) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    /** There is no room, and none to be made. */
    static final class NoRoomException extends IOException {
        NoRoomException(String message) {
            super(message);
        }
    }

    /** The whole, verified content; notes that it was asked for. What lay here over a restart is read through once more. */
    synchronized Optional<Path> find(String sha256) throws IOException {
        Path file = directory.resolve(sha256);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (!checked.contains(sha256)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (!ContentDigest.matches(channel, channel.size(), sha256)) {
                    Files.delete(file);
                    return Optional.empty();
                }
            }
            checked.add(sha256);
        }
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        return Optional.of(file);
    }

    /** Where the bytes of {@code sha256} are collected. */
    Path part(String sha256) {
        return directory.resolve(sha256 + PART);
    }

    /**
     * Removes the oldest until {@code length} bytes of {@code sha256} fit.
     *
     * @param busy hashes that are being collected
     */
    synchronized void makeRoom(String sha256, long length, Set<String> busy) throws IOException {
        if (length > maxBytes) {
            throw new NoRoomException("expected content of at most " + maxBytes + " bytes, found " + length);
        }
        List<Entry> oldest = entries(sha256, busy);
        long have = Files.exists(part(sha256)) ? Files.size(part(sha256)) : 0;
        long used = oldest.stream().mapToLong(Entry::size).sum();
        for (Entry entry : oldest) {
            if (used + length <= maxBytes && hasSpace(length - have)) {
                return;
            }
            if (!entry.busy) {
                Files.deleteIfExists(entry.file);
                used -= entry.size;
            }
        }
        if (used + length > maxBytes || !hasSpace(length - have)) {
            throw new NoRoomException("expected room for " + length + " bytes, found none to be made");
        }
    }

    private boolean hasSpace(long bytes) throws IOException {
        return Files.getFileStore(directory).getUsableSpace() - bytes >= RESERVE_BYTES;
    }

    private record Entry(Path file, long size, FileTime used, boolean busy) {}

    private List<Entry> entries(String except, Set<String> busy) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                String hash = name.endsWith(PART) ? name.substring(0, name.length() - PART.length()) : name;
                if (!hash.equals(except)) {
                    entries.add(new Entry(
                            file,
                            Files.size(file),
                            Files.getLastModifiedTime(file),
                            busy.contains(hash) && name.endsWith(PART)));
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::used));
        return entries;
    }

    /** What was collected is what it should be. */
    synchronized void keep(String sha256) throws IOException {
        AtomicFiles.move(part(sha256), directory.resolve(sha256));
        checked.add(sha256);
    }

    /** What was collected is worthless. */
    synchronized void discard(String sha256) throws IOException {
        Files.deleteIfExists(part(sha256));
    }
}
