package dev.muster.benchmarks;

import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
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

    private record Row(String metric, String unit, double median, double min, double max, int n, OptionalDouble most) {
        boolean holds() {
            return most.isEmpty() || median <= most.getAsDouble();
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("metric", metric);
            map.put("unit", unit);
            map.put("median", rounded(median));
            map.put("min", rounded(min));
            map.put("max", rounded(max));
            map.put("n", n);
            if (most.isPresent()) {
                map.put("bar", "<= " + most.getAsDouble());
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
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
        rows.add(new Row(metric, unit, median, sorted[0], sorted[sorted.length - 1], sorted.length, most));
    }

    /** One line per row, for people. */
    public void print(PrintStream out) {
        out.printf("%-34s %10s %10s %10s %3s  %s%n", name, "median", "min", "max", "n", "bar");
        for (Row row : rows) {
            String bar =
                    row.most().isEmpty() ? "" : "<= " + row.most().getAsDouble() + (row.holds() ? " holds" : " MISSED");
            out.printf(
                    "%-34s %10.2f %10.2f %10.2f %3d  %s%n",
                    row.metric() + " [" + row.unit() + "]", row.median(), row.min(), row.max(), row.n(), bar);
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
                        + Runtime.version().feature());
        document.put("rows", rows.stream().map(Row::toMap).toList());
        Path file = Files.createDirectories(home.resolve("benchmarks/results")).resolve(name + ".json");
        return Files.write(file, JsonObject.write(document));
    }

    private static String output(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Arrays.asList(command))
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? text.trim() : "unknown";
    }
}
