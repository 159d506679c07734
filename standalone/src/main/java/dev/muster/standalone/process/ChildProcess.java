package dev.muster.standalone.process;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * One server as a child of this process, its output appended to one log file. Its standard input is a pipe that nobody
 * writes to: it ends when we die, however we die, and a child that reads it can follow. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final long ROTATE_AT_BYTES = 16 * 1024 * 1024;
    private static final int TAIL_BYTES = 8192;
    private static final int TAIL_LINES = 25;
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final String name;
    private final Process process;
    private final Path log;

    /**
     * What to run.
     *
     * @param name for people: {@code Kafka}
     * @param command program and arguments, without secrets (every user of the machine can read them)
     * @param environment added to ours; secrets go here
     * @param log where standard output and error go; its process id is kept in a file beside it
     */
    public record Spec(String name, List<String> command, Map<String, String> environment, Path log) {
        /** Copies what it is given. */
        public Spec {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        /** Leaves out secrets. */
        @Override
        public String toString() {
            return name + ": " + String.join(" ", command);
        }
    }

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts {@code spec} in a session of its own. */
    public static ChildProcess start(Spec spec) {
        ProcessBuilder builder = new ProcessBuilder(Commands.ownSession(spec.command()));
        builder.environment().putAll(spec.environment());
        ChildMark.put(builder, spec.log());
        // A test or a launcher may have set these for itself; a child's JVM gets exactly what its command line says.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        File logFile = spec.log().toFile();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(logFile));
        try {
            Files.createDirectories(
                    Objects.requireNonNull(spec.log().toAbsolutePath().getParent()));
            rotate(spec.log());
            ChildProcess child = new ChildProcess(spec.name(), builder.start(), spec.log());
            try {
                PidFile.besideLog(spec.log()).write(child.handle());
            } catch (StandaloneException e) {
                // Nobody could find it later.
                child.kill();
                throw e;
            }
            return child;
        } catch (IOException e) {
            throw new StandaloneException(
                    ExitCode.CHILD_FAILED, "cannot start " + spec.name() + ": " + e.getMessage(), e);
        }
    }

    /** Removes the pid file once the process is gone. */
    private void forget() {
        if (!isAlive()) {
            PidFile.besideLog(log).delete();
        }
    }

    /** What the child is called. */
    public String name() {
        return name;
    }

    /** Process id. */
    public long pid() {
        return process.pid();
    }

    /** The process, to look at. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code when the process ends, for whatever reason; do not block in what follows. */
    public CompletableFuture<Integer> exited() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** How it ended; only once it has. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Where its output goes. */
    public Path log() {
        return log;
    }

    /**
     * Waits until {@code ready} holds.
     *
     * @throws StandaloneException with the last lines of the log if the process ends or the time runs out first; the
     *     process is stopped then
     */
    public void awaitReady(Duration atMost, BooleanSupplier ready) {
        awaitReady(atMost, Await.STEP, ready);
    }

    /** Waits until {@code probe} says that it is ready; fails as {@link #awaitReady(Duration, BooleanSupplier)} does. */
    public void awaitReady(Duration atMost, HttpProbe probe) {
        awaitReady(atMost, HttpProbe.STEP, probe::isReady);
    }

    private void awaitReady(Duration atMost, Duration step, BooleanSupplier ready) {
        boolean ended = Await.until(atMost, step, () -> !isAlive() || ready.getAsBoolean());
        if (ended && isAlive()) {
            return;
        }
        String what = isAlive()
                ? "is not ready after " + atMost.toSeconds() + " s"
                : "ended with exit code " + process.exitValue() + " while starting";
        close();
        if (Folders.isFull(log)) {
            throw Folders.full(log);
        }
        throw new StandaloneException(
                ExitCode.CHILD_FAILED, name + " " + what + "; last lines of `" + log + "`:\n" + tail());
    }

    /** Asks it to end (SIGTERM), waits up to 30 s, then kills it with all its descendants. */
    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd(GRACE)) {
            kill();
        }
        forget();
    }

    /** Ends it and its descendants at once (SIGKILL) and waits until they are gone. */
    public void kill() {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Await.until(GRACE, () -> all.stream().noneMatch(ProcessHandle::isAlive));
        // The JDK notes the end of its own child a moment after the system does.
        awaitEnd(GRACE);
        forget();
    }

    /** Whether it ended within {@code atMost}. */
    public boolean awaitEnd(Duration atMost) {
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /** The last lines of the log, at most 25. */
    public String tail() {
        return tail(log);
    }

    /** The last lines of {@code log}, at most 25; empty if it cannot be read. */
    public static String tail(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL_BYTES);
            file.seek(start);
            byte[] end = new byte[(int) (file.length() - start)];
            file.readFully(end);
            List<String> lines = new String(end, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    private static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > ROTATE_AT_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
