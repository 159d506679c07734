package dev.muster.telemetry.streams;

import dev.muster.protocol.alert.AlertCondition;
import dev.muster.protocol.alert.AlertRule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Where one rule stands on one device. Times are milliseconds; the server's clock says when, the device's clock only how
 * long apart its own samples are, so a device whose clock is wrong by years is judged as any other. Knows no Kafka.
 *
 * <p>Not thread-safe.
 */
final class Watch {
    /** Points kept for what is judged over a span of time. */
    static final int POINTS = 32;

    private static final int LONGEST_DETAIL = 200;

    /** Whether the condition holds, and for long enough. */
    enum Phase {
        QUIET,
        PENDING,
        FIRING
    }

    private record Point(long at, double value) {}

    private final long revision;
    private Phase phase = Phase.QUIET;
    private long since;
    private long sinceByDevice;
    private long lastByDevice = Long.MIN_VALUE;
    private long lastHeard;
    private double value = Double.NaN;
    private String detail = "";
    private final List<Point> points = new ArrayList<>();

    private Watch(long revision) {
        this.revision = revision;
    }

    /** Nothing known yet; what is missing is missed from {@code now} on. */
    static Watch begin(AlertRule rule, long now) {
        Watch watch = new Watch(rule.revision());
        watch.lastHeard = now;
        return watch;
    }

    /** Revision of the rule it was begun for. */
    long revision() {
        return revision;
    }

    Phase phase() {
        return phase;
    }

    /** When the condition began to hold; says something while pending and firing. */
    long since() {
        return since;
    }

    OptionalDouble value() {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    String detail() {
        return detail;
    }

    /** Whether it says no more than one that is begun anew. */
    boolean isEmpty(AlertCondition condition) {
        return phase == Phase.QUIET && points.isEmpty() && !(condition instanceof AlertCondition.Absence);
    }

    /**
     * Takes a sample of the rule's metric.
     *
     * @param at by the device's clock
     * @param heard when the gateway had it
     */
    void sample(AlertRule rule, long at, long heard, double sampled) {
        if (rule.condition() instanceof AlertCondition.Absence) {
            lastHeard = Math.max(lastHeard, heard);
            judge(rule, false, heard, heard);
            return;
        }
        if (at <= lastByDevice) {
            return; // a repetition, or older than what was judged already
        }
        lastByDevice = at;
        lastHeard = Math.max(lastHeard, heard);
        switch (rule.condition()) {
            case AlertCondition.Threshold threshold -> {
                boolean holds = threshold.limit().passedBy(sampled);
                if (holds) {
                    value = sampled;
                    detail = threshold.metric();
                }
                judge(rule, holds, heard, at);
            }
            case AlertCondition.Change change -> {
                double by = sampled - oldest(change.within(), at, sampled);
                boolean holds = change.limit().passedBy(by);
                if (holds) {
                    value = by;
                    detail = change.metric();
                }
                judge(rule, holds, heard, at);
            }
            case AlertCondition.Absence absence -> {}
            case AlertCondition.Offline offline -> {}
            case AlertCondition.Drift drift -> {}
            case AlertCondition.PermissionUse use -> {}
        }
    }

    /** The value of {@code within} before {@code at}, or the oldest since; keeps one per part of the span. */
    private double oldest(Duration within, long at, double sampled) {
        points.removeIf(point -> point.at() < at - within.toMillis());
        if (points.isEmpty() || at - points.getLast().at() >= within.toMillis() / POINTS) {
            points.add(new Point(at, sampled));
        }
        if (points.size() > POINTS + 1) {
            points.removeFirst();
        }
        return points.getFirst().value();
    }

    /** What is told whole: offline, drift. {@code from} is since when, where it holds. */
    void state(AlertRule rule, boolean holds, long from, String said) {
        if (holds) {
            detail = said.length() > LONGEST_DETAIL ? said.substring(0, LONGEST_DETAIL) : said;
        }
        if (!holds || phase == Phase.QUIET) {
            lastHeard = from; // told once more, what holds does not begin anew
        }
        judge(rule, holds, from, from);
    }

    /** So many answers more. */
    void used(AlertRule rule, AlertCondition.PermissionUse use, long now, long count, String said) {
        long part = Math.max(1, use.within().toMillis() / POINTS);
        if (!points.isEmpty() && now - points.getLast().at() < part) {
            Point last = points.removeLast();
            points.add(new Point(last.at(), last.value() + count));
        } else {
            points.add(new Point(now, count));
        }
        detail = said;
        judgeUse(rule, use, now);
    }

    private void judgeUse(AlertRule rule, AlertCondition.PermissionUse use, long now) {
        points.removeIf(point -> point.at() <= now - use.within().toMillis());
        double sum = points.stream().mapToDouble(Point::value).sum();
        boolean holds = sum > use.above();
        if (holds) {
            value = sum;
        }
        judge(rule, holds, now, now);
    }

    private void judge(AlertRule rule, boolean holds, long heard, long byDevice) {
        if (!holds) {
            phase = Phase.QUIET;
        } else if (phase == Phase.QUIET) {
            since = heard;
            sinceByDevice = byDevice;
            phase = rule.holds().isZero() ? Phase.FIRING : Phase.PENDING;
        }
    }

    /** Lets time pass: what has held for long enough fires, what was missing for too long is missed. */
    void tick(AlertRule rule, long now) {
        if (rule.condition() instanceof AlertCondition.Absence absence
                && phase == Phase.QUIET
                && now - lastHeard >= absence.longerThan().toMillis()) {
            detail = absence.metric();
            since = lastHeard;
            phase = Phase.FIRING;
        }
        if (rule.condition() instanceof AlertCondition.PermissionUse use) {
            judgeUse(rule, use, now);
        }
        if (phase == Phase.PENDING && held(now) >= rule.holds().toMillis()) {
            phase = Phase.FIRING;
        }
    }

    /** When {@link #tick} may next change something; empty if time alone changes nothing. */
    OptionalLong due(AlertRule rule, long now) {
        if (phase == Phase.PENDING) {
            return OptionalLong.of(now + Math.max(1, rule.holds().toMillis() - held(now)));
        }
        return switch (rule.condition()) {
            case AlertCondition.Absence absence ->
                phase == Phase.QUIET
                        ? OptionalLong.of(lastHeard + absence.longerThan().toMillis())
                        : OptionalLong.empty();
            case AlertCondition.PermissionUse use ->
                points.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(points.getFirst().at() + use.within().toMillis());
            case AlertCondition.Threshold threshold -> OptionalLong.empty();
            case AlertCondition.Change change -> OptionalLong.empty();
            case AlertCondition.Offline offline -> OptionalLong.empty();
            case AlertCondition.Drift drift -> OptionalLong.empty();
        };
    }

    private long held(long now) {
        long told = lastByDevice == Long.MIN_VALUE ? 0 : lastByDevice - sinceByDevice;
        return told + Math.max(0, now - lastHeard);
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(96);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(revision);
            out.writeUTF(phase.name());
            out.writeLong(since);
            out.writeLong(sinceByDevice);
            out.writeLong(lastByDevice);
            out.writeLong(lastHeard);
            out.writeDouble(value);
            out.writeUTF(detail);
            out.writeByte(points.size());
            for (Point point : points) {
                out.writeLong(point.at());
                out.writeDouble(point.value());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Watch fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Watch watch = new Watch(in.readLong());
            watch.phase = Phase.valueOf(in.readUTF());
            watch.since = in.readLong();
            watch.sinceByDevice = in.readLong();
            watch.lastByDevice = in.readLong();
            watch.lastHeard = in.readLong();
            watch.value = in.readDouble();
            watch.detail = in.readUTF();
            int count = in.readByte();
            for (int i = 0; i < count; i++) {
                watch.points.add(new Point(in.readLong(), in.readDouble()));
            }
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
