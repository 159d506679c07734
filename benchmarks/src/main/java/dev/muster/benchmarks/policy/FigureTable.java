package dev.muster.benchmarks.policy;

import java.io.PrintStream;
import java.util.List;

/** All figures, one line each: medians of the rounds. */
final class FigureTable {
    private static final String LINE = "%-50s %16s %16s %12s%n";

    private final Figures figures;

    FigureTable(Figures figures) {
        this.figures = figures;
    }

    void print(PrintStream out) {
        out.println();
        out.printf(LINE, "per operation", "CPU ns", "wall ns", "bytes");
        for (String name : figures.names()) {
            out.printf(
                    LINE,
                    name,
                    "%,.1f".formatted(median(figures.cpu(name))),
                    "%,.1f".formatted(median(figures.wall(name))),
                    "%,.2f".formatted(median(figures.bytes(name))));
        }
        out.println();
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
