package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts the system's own programs, found in the system's own directories and nowhere else: what lies on a search path is
 * never started. No word of a command comes from a server, and no shell reads one. Thread-safe.
 */
public final class Programs {
    /** How long a question may take. */
    static final Duration ASKING = Duration.ofSeconds(20);

    private static final List<String> DIRECTORIES = List.of("usr/bin", "usr/sbin", "bin", "sbin");
    private static final int TEXT_BYTES = 256 << 10;

    private final Path system;

    /** Programs of the machine whose root directory is {@code system}. */
    public Programs(Path system) {
        this.system = system;
    }

    /** How a program ended, and the first {@value #TEXT_BYTES} bytes of what it wrote to both streams. */
    record Result(int exit, String text) {
        boolean isGood() {
            return exit == 0;
        }

        /** Its last line, for people: programs tell the reason at the end. */
        String lastLine() {
            String[] lines = text.strip().split("\n", -1);
            return lines[lines.length - 1].isBlank() ? "exit code " + exit : lines[lines.length - 1].strip();
        }
    }

    /** Where the program of this name lies, if it is installed. */
    Optional<Path> find(String name) {
        return DIRECTORIES.stream()
                .map(directory -> system.resolve(directory).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs an installed program to its end.
     *
     * @throws IOException if it is not installed, cannot be started, or did not end in time; then it is killed
     */
    Result run(Duration limit, String name, String... arguments) throws IOException {
        return run(limit, find(name).orElseThrow(() -> new IOException("`" + name + "` is not installed")), arguments);
    }

    /** The same for a program by its place. */
    static Result run(Duration limit, Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        // To a file and not through a pipe: a program that never ends, or whose child lives on, would hold the reader.
        Path output = Files.createTempFile("muster-agent", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException("`" + String.join(" ", command) + "` did not end within " + limit);
                }
                return new Result(process.exitValue(), text(output));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while `" + program.getFileName() + "` ran", e);
            } finally {
                if (process.isAlive()) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String text(Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            return new String(in.readNBytes(TEXT_BYTES), StandardCharsets.UTF_8);
        }
    }
}
