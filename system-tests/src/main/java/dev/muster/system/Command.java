package dev.muster.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One finished program: what a person at a terminal would see of it. */
public record Command(List<String> words, int exit, String out) {

    /** Runs {@code words} without input. */
    static Command run(Map<String, String> environment, Duration limit, List<String> words) {
        return run(environment, limit, words, "");
    }

    /** Runs {@code words} to its end; output goes through a file, so that a daemon left behind cannot hold a pipe. */
    static Command run(Map<String, String> environment, Duration limit, List<String> words, String input) {
        try {
            Path stdin = Files.createTempFile("muster-system-test", ".in");
            Files.writeString(stdin, input);
            Path output = Files.createTempFile("muster-system-test", ".out");
            ProcessBuilder builder = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(stdin.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String text = Files.readString(output);
            Files.delete(output);
            Files.delete(stdin);
            if (!ended) {
                throw new AssertionError("no end within " + limit + ": " + words + "\n" + text);
            }
            return new Command(words, process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + words, e);
        }
    }

    /** Something a test does while a program runs. */
    @FunctionalInterface
    interface Meanwhile {
        void run() throws IOException;
    }

    /** Runs {@code words}; does {@code meanwhile} as soon as its output holds {@code line}, then waits for its end. */
    static Command runWhile(
            Map<String, String> environment, Duration limit, List<String> words, String line, Meanwhile meanwhile) {
        try {
            Path output = Files.createTempFile("muster-system-test", ".out");
            ProcessBuilder builder = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(Path.of("/dev/null").toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                Awaitility.await(line)
                        .atMost(limit)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() ->
                                !process.isAlive() || Files.readString(output).contains(line));
                if (!Files.readString(output).contains(line)) {
                    throw new AssertionError("expected `" + line + "`, but " + words + " ended (exit "
                            + process.exitValue() + ") saying\n" + Files.readString(output));
                }
                meanwhile.run();
                Awaitility.await("end of " + words).atMost(limit).until(() -> !process.isAlive());
            } finally {
                process.destroyForcibly().onExit().join();
            }
            String text = Files.readString(output);
            Files.delete(output);
            return new Command(words, process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The output of a program that must have succeeded. */
    public String mustSucceed() {
        if (exit != 0) {
            throw new AssertionError("exit " + exit + " of " + words + "\n" + out);
        }
        return out;
    }

    static List<String> words(String first, String... more) {
        List<String> all = new ArrayList<>();
        all.add(first);
        all.addAll(List.of(more));
        return all;
    }
}
