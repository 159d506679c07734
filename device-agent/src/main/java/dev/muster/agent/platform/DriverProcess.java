package dev.muster.agent.platform;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A driver as a program of its own: lines in, lines out, as the user the agent runs as and with nothing of the agent's environment. One reader
 * and any number of writers.
 */
public final class DriverProcess implements AutoCloseable {
    private static final int MAX_LINE_BYTES = 1 << 20;
    private static final long STOP_SECONDS = 2;

    private final Process process;
    private final InputStream in;
    private final OutputStream out;

    /**
     * Starts {@code program}, which nobody but its owner may write: who can change a driver commands what is behind it.
     *
     * @param directory it works in
     */
    public DriverProcess(Path program, Path directory) throws IOException {
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new IOException("expected a program at `" + program + "`, found none");
        }
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(program);
        if (rights.contains(PosixFilePermission.GROUP_WRITE) || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException(
                    "expected `" + program + "` to be written by its owner only, found it open to others");
        }
        ProcessBuilder builder = new ProcessBuilder(program.toString()).directory(directory.toFile());
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("LANG", "C.UTF-8");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        this.process = builder.start();
        this.in = new BufferedInputStream(process.getInputStream());
        this.out = process.getOutputStream();
    }

    /** Writes one line. */
    public void write(byte[] json) throws IOException {
        synchronized (out) {
            out.write(json);
            out.write('\n');
            out.flush();
        }
    }

    /** The next line; empty when the program has ended or says too much without an end. */
    public Optional<byte[]> read() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) >= 0) {
            if (next == '\n') {
                return Optional.of(line.toByteArray());
            }
            line.write(next);
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("expected lines of at most " + MAX_LINE_BYTES + " bytes, found a longer one");
            }
        }
        return Optional.empty();
    }

    /** Ends it, and by force if it does not go. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
