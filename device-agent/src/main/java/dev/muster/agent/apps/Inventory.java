package dev.muster.agent.apps;

import dev.muster.agent.apps.HapFile.Unpacked;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.ContentDigest;
import dev.muster.agent.store.SealedJson;
import dev.muster.protocol.ProtocolException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The files that an app was unpacked into, with what they held then. It lies beside them: it finds what a disk lost and what
 * somebody changed, not one who may write everything that the agent may.
 *
 * @param entries in the order of their names
 */
record Inventory(List<Entry> entries) {
    /** No package may bring a file of this name. */
    static final String FILE = ".muster-files.json";

    /** A file; {@code modified} is its time of modification in nanoseconds since 1970, as the file system gave it back. */
    record Entry(String name, long length, long modified, String sha256) {
        /** Whether the file looks as it did: costs one {@code stat} and no reading. */
        boolean looksUntouched(BasicFileAttributes now) {
            return now.isRegularFile() && now.size() == length && modifiedAt(now) == modified;
        }

        /** Whether the file holds what it did. */
        boolean holds(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                return channel.size() == length && ContentDigest.matches(channel, length, sha256);
            }
        }

        private Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", name);
            map.put("length", length);
            map.put("modified", modified);
            map.put("sha256", sha256);
            return map;
        }
    }

    Inventory {
        entries = List.copyOf(entries);
    }

    /** Notes what was unpacked below {@code version}. */
    static void write(Path version, List<Unpacked> files) throws IOException {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Unpacked file :
                files.stream().sorted(Comparator.comparing(Unpacked::name)).toList()) {
            var now = Files.readAttributes(
                    version.resolve(file.name()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            entries.add(new Entry(file.name(), file.length(), modifiedAt(now), file.sha256()).toMap());
        }
        AtomicFiles.write(version.resolve(FILE), SealedJson.write(Map.of("files", entries)));
    }

    /**
     * What was noted; empty for an app that an agent before this one installed.
     *
     * @throws IOException if it is damaged or cannot be read
     */
    static Optional<Inventory> read(Path version) throws IOException {
        Path file = version.resolve(FILE);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Inventory(SealedJson.read(Files.readAllBytes(file))
                    .objects(
                            "files",
                            entry -> new Entry(
                                    entry.string("name"),
                                    entry.number("length"),
                                    entry.number("modified"),
                                    entry.string("sha256")))));
        } catch (ProtocolException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Reads every file; names the first that is not what was unpacked, empty if all are. */
    static Optional<String> altered(Path version) {
        try {
            Optional<Inventory> inventory = read(version);
            for (Entry entry : inventory.map(Inventory::entries).orElse(List.of())) {
                if (!entry.holds(version.resolve(entry.name))) {
                    return Optional.of("`" + version.resolve(entry.name) + "` is not what was unpacked");
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("what was unpacked into `" + version + "` cannot be read: " + e.getMessage());
        }
    }

    private static long modifiedAt(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }
}
