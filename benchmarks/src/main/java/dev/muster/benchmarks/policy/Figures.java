package dev.muster.benchmarks.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What was measured, per benchmark one value per round. Ratios are made round by round, of figures taken close together,
 * so that a machine that is busier in one round than in another does not show in them. Not thread-safe.
 */
final class Figures {
    private final Map<String, List<Figure>> byName = new LinkedHashMap<>();

    /**
     * One fork's result.
     *
     * @param wallNanos per operation
     * @param cpuNanos per operation, of the whole process
     * @param bytes allocated per operation
     */
    record Figure(double wallNanos, double cpuNanos, double bytes) {}

    void add(String name, Figure figure) {
        byName.computeIfAbsent(name, absent -> new ArrayList<>()).add(figure);
    }

    /** In the order in which they were measured first. */
    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    List<Double> cpu(String name) {
        return of(name).stream().map(Figure::cpuNanos).toList();
    }

    List<Double> wall(String name) {
        return of(name).stream().map(Figure::wallNanos).toList();
    }

    List<Double> bytes(String name) {
        return of(name).stream().map(Figure::bytes).toList();
    }

    /** CPU time of one by that of another, round by round. */
    List<Double> ratio(String name, String to) {
        List<Double> above = cpu(name);
        List<Double> below = cpu(to);
        return IntStream.range(0, Math.min(above.size(), below.size()))
                .mapToObj(round -> above.get(round) / below.get(round))
                .toList();
    }

    private List<Figure> of(String name) {
        List<Figure> figures = byName.get(name);
        if (figures == null) {
            throw new IllegalArgumentException(
                    "figure `" + name + "` was not measured; measured were " + new TreeMap<>(byName).keySet());
        }
        return figures;
    }
}
