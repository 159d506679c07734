package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Running processes of apps, by {@code /proc}: the process of an app is called like its bundle, further ones {@code bundle:name}. Where
 * the agent's label may not look at others, nobody can say. Thread-safe.
 */
final class AppProcesses {
    private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();
    private static final int NAME_BYTES = 256;

    private final Path proc;
    private final LongSupplier nanos;
    private Map<String, Long> counts = Map.of();
    private boolean visible;
    private boolean looked;
    private long at;

    AppProcesses(Path root, LongSupplier nanos) {
        this.proc = root.resolve("proc");
        this.nanos = nanos;
    }

    /** How many run; empty where that cannot be seen. */
    synchronized Optional<Long> of(String bundle) {
        long now = nanos.getAsLong();
        if (!looked || now - at > FRESH_NANOS) {
            look();
            at = now;
            looked = true;
        }
        return visible ? Optional.of(counts.getOrDefault(bundle, 0L)) : Optional.empty();
    }

    /** The next question looks again. */
    synchronized void forget() {
        looked = false;
    }

    private void look() {
        Map<String, Long> found = new HashMap<>();
        boolean sees = false;
        String self = Long.toString(ProcessHandle.current().pid());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                String name = name(entry.resolve("cmdline"));
                if (!name.isEmpty()) {
                    sees |= !String.valueOf(entry.getFileName()).equals(self);
                    found.merge(name.split(":", 2)[0], 1L, Long::sum);
                }
            }
        } catch (IOException e) {
            sees = false;
        }
        counts = found;
        visible = sees;
    }

    private static String name(Path file) {
        try (var in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(NAME_BYTES), StandardCharsets.UTF_8);
            int end = text.indexOf('\0');
            return (end < 0 ? text : text.substring(0, end)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
