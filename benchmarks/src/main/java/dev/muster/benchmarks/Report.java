package dev.muster.benchmarks;

import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The rows of one benchmark: a table for people, JSON for programs. Not thread-safe. */
public final class Report {
    private final String name;
    private final List<Row> rows = new ArrayList<>();

    private final List<String> notes = new ArrayList<>();

    /** What a median has to reach. */
    public sealed interface Bar {
        /** Every median will do. */
        record None() implements Bar {}

        /** At most this much. */
        record AtMost(double limit) implements Bar {}

        /** At least this much. */
        record AtLeast(double limit) implements Bar {}

        Bar NONE = new None();

        private boolean holds(double median) {
            return switch (this) {
                case None none -> true;
                case AtMost most -> median <= most.limit();
                case AtLeast least -> median >= least.limit();
            };
        }

        private String text() {
            return switch (this) {
                case None none -> "";
                case AtMost most -> "<= " + most.limit();
                case AtLeast least -> ">= " + least.limit();
            };
        }
    }

    private record Row(String metric, String unit, double median, double min, double max, int n, Bar bar) {
        boolean hasBar() {
            return !(bar instanceof Bar.None);
        }

        boolean holds() {
            return bar.holds(median);
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("metric", metric);
            map.put("unit", unit);
            map.put("median", rounded(median));
            map.put("min", rounded(min));
            map.put("max", rounded(max));
            map.put("n", n);
            if (hasBar()) {
                map.put("bar", bar.text());
                map.put("holds", holds());
            }
            return map;
        }

        private static double rounded(double value) {
            return Math.round(value * 1000) / 1000.0;
        }
    }

    public Report(String name) {
        this.name = name;
    }

    /** A row; {@code most} is the bar, if there is one. */
    public void row(String metric, String unit, List<Double> values, OptionalDouble most) {
        row(metric, unit, values, most.isPresent() ? new Bar.AtMost(most.getAsDouble()) : Bar.NONE);
    }

    /** A row of at least one value. */
    public void row(String metric, String unit, List<Double> values, Bar bar) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
        rows.add(new Row(metric, unit, median, sorted[0], sorted[sorted.length - 1], sorted.length, bar));
    }

    /** A sentence beside the rows, such as what could not be measured here and why. */
    public void note(String note) {
        notes.add(note);
    }

    /** One line per row, for people. */
    public void print(PrintStream out) {
        print(out, rows);
    }

    /** One line per row that has a bar, for people, then the notes. */
    public void printBars(PrintStream out) {
        print(out, rows.stream().filter(Row::hasBar).toList());
        notes.forEach(note -> out.println("note: " + note));
    }

    private void print(PrintStream out, List<Row> wanted) {
        int width = Math.max(
                34,
                wanted.stream()
                        .mapToInt(row -> row.metric().length() + row.unit().length() + 3)
                        .max()
                        .orElse(0));
        String line = "%-" + width + "s %11s %11s %11s %3s  %s%n";
        out.printf(line, name, "median", "min", "max", "n", "bar");
        for (Row row : wanted) {
            out.printf(
                    line,
                    row.metric() + " [" + row.unit() + "]",
                    "%.2f".formatted(row.median()),
                    "%.2f".formatted(row.min()),
                    "%.2f".formatted(row.max()),
                    row.n(),
                    row.hasBar() ? row.bar().text() + (row.holds() ? " holds" : " MISSED") : "");
        }
    }

    /** Writes {@code results/<name>.json} below {@code home/benchmarks}. */
    public Path write(Path home) throws IOException, InterruptedException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("commit", output(home, "git", "rev-parse", "--short", "HEAD"));
        document.put(
                "machine",
                System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " cores, JDK "
                        + Runtime.version().feature() + ", load " + load());
        document.put("rows", rows.stream().map(Row::toMap).toList());
        if (!notes.isEmpty()) {
            document.put("notes", List.copyOf(notes));
        }
        Path file = Files.createDirectories(home.resolve("benchmarks/results")).resolve(name + ".json");
        return Files.write(file, JsonObject.write(document));
    }

    /** What others make of this machine matters to whoever reads the figures: its load average when they were written. */
    private static String load() {
        return "%.1f".formatted(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String output(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Arrays.asList(command))
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? text.trim() : "unknown";
    }
}
