package dev.muster.simulator.run;

import com.sun.management.OperatingSystemMXBean;
import dev.muster.simulator.behaviour.Behaviours;
import dev.muster.simulator.figures.Figures;
import dev.muster.simulator.figures.Figures.Standing;
import dev.muster.simulator.figures.Latencies;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All figures at one moment. Immutable.
 *
 * @param nanos by a clock that never goes back
 * @param cpuNanos of this process so far
 * @param heapBytes in use, garbage included
 */
public record Moment(
        long nanos,
        Map<String, Integer> connected,
        Map<String, Integer> documents,
        Map<String, Long> refusals,
        long connects,
        long sent,
        long acknowledged,
        long samples,
        long dropped,
        Latencies.Snapshot latencies,
        long cpuNanos,
        long heapBytes) {

    /** Now. */
    public static Moment of(Figures figures) {
        Map<String, Integer> connected = new LinkedHashMap<>();
        Behaviours.ALL.forEach(one -> connected.put(one.text(), figures.connected(one)));
        Map<String, Integer> documents = new LinkedHashMap<>();
        for (Standing standing : Standing.values()) {
            documents.put(standing.name().toLowerCase(java.util.Locale.ROOT), figures.documents(standing));
        }
        return new Moment(
                System.nanoTime(),
                connected,
                documents,
                figures.refusals(),
                figures.connects.sum(),
                figures.sent.sum(),
                figures.acknowledged.sum(),
                figures.samples.sum(),
                figures.dropped.sum(),
                figures.latencies.snapshot(),
                cpu(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    int connectedNow() {
        return connected.values().stream().mapToInt(Integer::intValue).sum();
    }
}
