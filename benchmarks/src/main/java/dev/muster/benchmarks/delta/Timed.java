package dev.muster.benchmarks.delta;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs programs and says what they took, by GNU time. */
final class Timed {
    private static final String TIME = "/usr/bin/time";

    private final Path directory;

    Timed(Path directory) {
        this.directory = directory;
    }

    /** Whether what it needs is installed. */
    static boolean isPossible() {
        return Files.isExecutable(Path.of(TIME));
    }

    /** What a program took: CPU of user and system together, and its largest resident set. */
    record Cost(double cpuSeconds, double peakMb) {}

    /** Runs a command line of the shell under a clock. */
    Cost run(String command) throws IOException, InterruptedException {
        Path figures = directory.resolve("time");
        run(directory, List.of(TIME, "-o", figures.toString(), "-f", "%U %S %M", "sh", "-c", command));
        List<String> lines = Files.readAllLines(figures);
        String[] words = lines.getLast().split(" ", -1);
        return new Cost(
                Double.parseDouble(words[0]) + Double.parseDouble(words[1]), Double.parseDouble(words[2]) / 1024);
    }

    void shell(Path where, String command) throws IOException, InterruptedException {
        run(where, List.of("sh", "-c", command));
    }

    boolean succeeds(String... command) {
        try {
            run(directory, Arrays.asList(command));
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    List<String> output(String... command) throws IOException, InterruptedException {
        return run(directory, Arrays.asList(command)).lines().toList();
    }

    private static String run(Path where, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("`" + String.join(" ", command) + "` failed: " + text.strip());
        }
        return text;
    }
}
