package dev.muster.agent.platform.openharmony;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The programs of one directory, by absolute path: what else lies on a search path is never started. Thread-safe. */
public final class SystemTools implements Tools {
    /** Where OpenHarmony keeps them. */
    public static final Path SYSTEM_BIN = Path.of("/system/bin");

    private static final int MOST_BYTES = 8 << 20;

    /** How a process ends that SIGKILL ended. */
    private static final int KILLED = 137;

    private final Path directory;

    public SystemTools(Path directory) {
        this.directory = directory;
    }

    @Override
    public String run(Duration limit, List<String> words) throws IOException {
        List<String> command = new ArrayList<>(words);
        command.set(0, directory.resolve(words.getFirst()).toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        try {
            // Killed from beside, so that a tool that writes nothing and never ends does not hold its reader.
            Thread watch = Thread.ofVirtual().start(() -> endAfter(process, limit));
            byte[] text = read(process.getInputStream(), words);
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            watch.interrupt();
            watch.join();
            if (!ended || process.exitValue() == KILLED) {
                throw new IOException("`" + String.join(" ", words) + "` did not end within " + limit);
            }
            return new String(text, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while `" + words.getFirst() + "` ran", e);
        } finally {
            kill(process);
            process.destroyForcibly();
        }
    }

    /** With what it started: a child that lives on would keep the output open. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        // Not Process.destroyForcibly, which closes the output under whoever is reading it.
        process.toHandle().destroyForcibly();
    }

    private static void endAfter(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] read(InputStream in, List<String> words) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            text.write(buffer, 0, n);
            if (text.size() > MOST_BYTES) {
                throw new IOException("`" + String.join(" ", words) + "` writes more than " + MOST_BYTES + " bytes");
            }
        }
        return text.toByteArray();
    }
}
