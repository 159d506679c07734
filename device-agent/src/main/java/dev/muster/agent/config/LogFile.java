package dev.muster.agent.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * The last lines of an agent on disk, beside wherever else they go: at most two files of {@value #MAX_BYTES} bytes. A
 * disk that takes no more costs these lines and nothing else. Thread-safe.
 */
public final class LogFile implements AgentLog {
    /** Bound of each of the two files. */
    public static final int MAX_BYTES = 256 << 10;

    private final Path file;
    private final Path before;
    private final InstantSource clock;
    private final AgentLog also;
    private long size;

    /** Goes on with what is in {@code directory}; every line also goes to {@code also}. */
    public LogFile(Path directory, InstantSource clock, AgentLog also) throws IOException {
        this.file = directory.resolve("agent.log");
        this.before = directory.resolve("agent.log.1");
        this.clock = clock;
        this.also = also;
        this.size = Files.exists(file) ? Files.size(file) : 0;
    }

    @Override
    public void line(String text) {
        also.line(text);
        byte[] bytes =
                (clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
        append(bytes);
    }

    /** All lines that are kept, the oldest first. */
    public synchronized String text() throws IOException {
        return text(before) + text(file);
    }

    private synchronized void append(byte[] bytes) {
        try {
            if (size + bytes.length > MAX_BYTES && size > 0) {
                Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
                size = 0;
            }
            Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            size += bytes.length;
        } catch (IOException e) {
            // Said elsewhere already; a log must not stop what it tells of.
        }
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    }
}
