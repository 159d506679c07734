package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * Small files that the kernel and the distribution keep for everybody to read, below a root. What is not there, or may not be
 * read, is empty: each machine lacks some. Immutable.
 */
public record SystemFiles(Path root) {
    private static final int TEXT_BYTES = 64 << 10;

    /** The whole of a file, at most {@value #TEXT_BYTES} bytes. */
    public Optional<String> text(String path) {
        return start(path, TEXT_BYTES);
    }

    /** The first {@code bytes} bytes of a file. */
    public Optional<String> start(String path, int bytes) {
        // Files of /proc and /sys announce no size, so they are read as streams.
        try (var in = Files.newInputStream(root.resolve(path))) {
            return Optional.of(new String(in.readNBytes(bytes), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** One value; a device tree ends its texts with a zero. Empty also where nothing stands in the file. */
    public Optional<String> value(String path) {
        return text(path).map(text -> text.replace("\0", "").strip()).filter(text -> !text.isEmpty());
    }

    public boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    /** Names of what is in a directory, sorted. */
    public List<String> names(String directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(directory))) {
            return StreamSupport.stream(entries.spliterator(), false)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** os-release(5); {@code /usr/lib} where {@code /etc} has none. */
    public Map<String, String> osRelease() {
        Map<String, String> result = new TreeMap<>();
        for (String line : text("etc/os-release")
                .or(() -> text("usr/lib/os-release"))
                .orElse("")
                .split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String value = line.substring(equals + 1).strip();
                boolean quoted = value.length() >= 2 && value.matches("\".*\"|'.*'");
                result.put(line.substring(0, equals), quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return result;
    }
}
