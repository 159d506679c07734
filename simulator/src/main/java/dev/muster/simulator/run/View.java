package dev.muster.simulator.run;

import dev.muster.simulator.figures.Latencies;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Figures as people read them. Pure. */
public final class View {
    private static final double MEGA = 1 << 20;

    private final int devices;
    private final String tls;
    private final long begin;

    /** Of so many devices, from {@code begin} on; {@code tls} says who does it. */
    public View(int devices, String tls, long begin) {
        this.devices = devices;
        this.tls = tls;
        this.begin = begin;
    }

    /** Several lines, for a terminal: rates are those since {@code before}. */
    public List<String> screen(Moment before, Moment now) {
        return List.of(
                "muster simulate  " + clock(now) + "  " + String.format(Locale.ROOT, "%,d", devices)
                        + " devices, TLS by " + tls,
                "connected   " + String.format(Locale.ROOT, "%,d", now.connectedNow()) + "   "
                        + counts(now.connected()),
                "rates       " + rates(before, now),
                "documents   " + counts(now.documents()),
                "refusals    " + (now.refusals().isEmpty() ? "none" : counts(now.refusals())),
                "simulator   " + self(before, now));
    }

    /** The same in one line, for a log. */
    public String line(Moment before, Moment now) {
        return clock(now) + " connected " + now.connectedNow() + " of " + devices + " (" + counts(now.connected())
                + "); " + rates(before, now) + "; documents " + counts(now.documents()) + "; refusals "
                + (now.refusals().isEmpty() ? "none" : counts(now.refusals())) + "; " + self(before, now);
    }

    /** The last words. */
    public String summary(Moment first, Moment last) {
        return clock(last) + " ended: " + last.connects() + " connects, " + last.sent() + " messages sent, "
                + last.acknowledged() + " acknowledged, " + last.dropped() + " samples given up, "
                + last.connectedNow() + " still connected; acknowledged in "
                + percentiles(last.latencies().since(first.latencies())) + "; refusals "
                + (last.refusals().isEmpty() ? "none" : counts(last.refusals()));
    }

    private String clock(Moment now) {
        long seconds = Duration.ofNanos(now.nanos() - begin).toSeconds();
        return String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static String rates(Moment before, Moment now) {
        double seconds = Math.max(1e-9, (now.nanos() - before.nanos()) / 1e9);
        return String.format(
                Locale.ROOT,
                "%.1f connects/s, %.1f messages/s, acknowledged in %s",
                (now.connects() - before.connects()) / seconds,
                (now.acknowledged() - before.acknowledged()) / seconds,
                percentiles(now.latencies().since(before.latencies())));
    }

    private static String percentiles(Latencies.Snapshot latencies) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms",
                latencies.percentile(50).toNanos() / 1e6,
                latencies.percentile(99).toNanos() / 1e6);
    }

    private static String self(Moment before, Moment now) {
        double wall = Math.max(1, now.nanos() - before.nanos());
        return String.format(
                Locale.ROOT,
                "CPU %.0f%%, heap %.0f MB",
                100 * (now.cpuNanos() - before.cpuNanos()) / wall,
                now.heapBytes() / MEGA);
    }

    // What is zero says nothing.
    private static String counts(Map<String, ? extends Number> counts) {
        String text = counts.entrySet().stream()
                .filter(entry -> entry.getValue().longValue() != 0)
                .map(entry -> entry.getKey() + " "
                        + String.format(Locale.ROOT, "%,d", entry.getValue().longValue()))
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "nobody" : text;
    }
}
