package dev.muster.system.fault;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What lies on the disk of a simulated device whose agent is dead: what would boot, which app is in force, how far it was. */
final class DeviceDisk {
    private static final int JOURNAL_MAGIC = 0x4D535431;
    private static final int JOURNAL_HEADER = 20;

    private final Path state;

    DeviceDisk(Path state) {
        this.state = state;
    }

    /**
     * The boot record.
     *
     * @param active slot that boots for good
     * @param trying slot that boots next, while it is on trial
     */
    record Boot(String active, Optional<String> trying) {}

    Boot boot() throws IOException {
        Map<String, Object> misc = JSON.std.mapFrom(Files.readString(misc()));
        return new Boot(String.valueOf(misc.get("active")), Optional.ofNullable((String) misc.get("trying")));
    }

    byte[] slot(String name) throws IOException {
        return Files.readAllBytes(state.resolve("device/slots").resolve(name + ".img"));
    }

    /** What the code of the app in force says; empty where none is installed. */
    Optional<String> app(String bundle) throws IOException {
        Path current = current(bundle);
        return Files.exists(current)
                ? Optional.of(Files.readString(current.resolve("ets/modules.abc")))
                : Optional.empty();
    }

    /** Files of the app in force, by their path below it; without the agent's own record. */
    List<String> appFiles(String bundle) throws IOException {
        Path current = current(bundle).toRealPath();
        try (Stream<Path> files = Files.walk(current)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> current.relativize(file).toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** What stands in the app's directory: one version and what points to it, once nothing is going on. */
    List<String> appEntries(String bundle) throws IOException {
        try (Stream<Path> entries = Files.list(state.resolve("device/apps").resolve(bundle))) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** Bytes that are on their way. */
    List<String> downloads() throws IOException {
        try (Stream<Path> entries = Files.list(state.resolve("downloads"))) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** Changes with every new switch of the system, to whatever it is. */
    String bootStamp() throws IOException {
        return stamp(misc());
    }

    /** Changes with every new switch of the app, to whatever it is. */
    String appStamp(String bundle) throws IOException {
        return stamp(current(bundle));
    }

    /** Which updates are in progress and how far, such as {@code fetching}; empty where nothing is. */
    List<String> progress() throws IOException {
        return newestJournal().map(DeviceDisk::states).orElse(List.of());
    }

    /** Changes with every write of the journal. */
    String journalStamp() {
        StringBuilder stamps = new StringBuilder();
        for (String slot : List.of("a", "b")) {
            Path file = state.resolve("journal/agent." + slot);
            try {
                stamps.append(Files.getLastModifiedTime(file)).append(' ');
            } catch (IOException e) {
                stamps.append("none ");
            }
        }
        return stamps.toString();
    }

    @SuppressWarnings("unchecked")
    private static List<String> states(byte[] document) {
        try {
            Map<String, Object> journal = JSON.std.mapFrom(document);
            TreeSet<String> states = new TreeSet<>();
            for (Object update : (List<Object>) journal.getOrDefault("updates", List.of())) {
                states.add(String.valueOf(((Map<String, Object>) update).get("state")));
            }
            return List.copyOf(states);
        } catch (IOException e) {
            return List.of("unreadable");
        }
    }

    /** The journal's format: magic, sequence, length, checksum, document; the higher whole sequence counts. */
    private Optional<byte[]> newestJournal() throws IOException {
        byte @Nullable [] newest = null;
        long highest = -1;
        for (String slot : List.of("a", "b")) {
            Path file = state.resolve("journal/agent." + slot);
            if (!Files.exists(file)) {
                continue;
            }
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length < JOURNAL_HEADER) {
                continue;
            }
            ByteBuffer header = ByteBuffer.wrap(bytes);
            int magic = header.getInt();
            long sequence = header.getLong();
            int length = header.getInt();
            if (magic == JOURNAL_MAGIC
                    && sequence > highest
                    && length >= 0
                    && length <= bytes.length - JOURNAL_HEADER) {
                highest = sequence;
                newest = Arrays.copyOfRange(bytes, JOURNAL_HEADER, JOURNAL_HEADER + length);
            }
        }
        return Optional.ofNullable(newest);
    }

    private Path misc() {
        return state.resolve("device/misc.json");
    }

    private Path current(String bundle) {
        return state.resolve("device/apps").resolve(bundle).resolve("current");
    }

    private static String stamp(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS) + " "
                + Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    }

    static String text(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 16)) + " "
                + new String(bytes, 0, Math.min(bytes.length, 40), StandardCharsets.ISO_8859_1).replace('\n', ' ');
    }
}
