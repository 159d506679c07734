package dev.muster.telemetry.streams;

import dev.muster.protocol.alert.AlertCondition;
import dev.muster.protocol.alert.AlertRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One rule on one device over what is already known of it: the same {@link Watch} as in the topology, whose clock is the time
 * at which the server had each word. Words are given in that order; time between them passes as it did.
 *
 * <p>Not thread-safe.
 */
public final class AlertReplay {
    private static final Duration LEAST_LEAD = Duration.ofHours(1);

    private final AlertRule rule;
    private final Watch watch;
    private final List<Raised> raised = new ArrayList<>();
    private @Nullable Raised open;
    private long now;

    /** What a condition is judged by. */
    public enum Source {
        SAMPLES,
        PRESENCE,
        DRIFT,
        /** Answers to services, by time: of them only sums are kept. */
        USE
    }

    /**
     * An alert that there would have been.
     *
     * @param since when the condition began to hold
     * @param firedAt when it had held for long enough; empty if it never did
     * @param resolvedAt when it was over; empty if it was not by the end
     * @param value that it was judged by last, where it is a number
     * @param detail what is said of it: the metric, the reason of the end of a session, what drifted
     */
    public record Raised(
            Instant since,
            Optional<Instant> firedAt,
            Optional<Instant> resolvedAt,
            OptionalDouble value,
            String detail) {}

    private AlertReplay(AlertRule rule, Instant start) {
        this.rule = rule;
        this.now = start.toEpochMilli();
        this.watch = Watch.begin(rule, now);
    }

    /** Begins at {@code start}, with nothing known; empty where nothing is kept that the condition could be judged by. */
    public static Optional<AlertReplay> begin(AlertRule rule, Instant start) {
        return source(rule.condition()) == Source.USE ? Optional.empty() : Optional.of(new AlertReplay(rule, start));
    }

    /** What has to be given for a condition. */
    public static Source source(AlertCondition condition) {
        return switch (condition) {
            case AlertCondition.Threshold threshold -> Source.SAMPLES;
            case AlertCondition.Change change -> Source.SAMPLES;
            case AlertCondition.Absence absence -> Source.SAMPLES;
            case AlertCondition.Offline offline -> Source.PRESENCE;
            case AlertCondition.Drift drift -> Source.DRIFT;
            case AlertCondition.PermissionUse use -> Source.USE;
        };
    }

    /** The metric that a condition is about; empty where it is about something else than telemetry. */
    public static Optional<String> metric(AlertCondition condition) {
        return switch (condition) {
            case AlertCondition.Threshold threshold -> Optional.of(threshold.metric());
            case AlertCondition.Change change -> Optional.of(change.metric());
            case AlertCondition.Absence absence -> Optional.of(absence.metric());
            case AlertCondition.Offline offline -> Optional.empty();
            case AlertCondition.Drift drift -> Optional.empty();
            case AlertCondition.PermissionUse use -> Optional.empty();
        };
    }

    /** How long before a span the replay must begin, so that what held at its start is known. */
    public static Duration lead(AlertRule rule) {
        Duration span =
                switch (rule.condition()) {
                    case AlertCondition.Change change -> change.within();
                    case AlertCondition.Absence absence -> absence.longerThan();
                    case AlertCondition.Threshold threshold -> Duration.ZERO;
                    case AlertCondition.Offline offline -> Duration.ZERO;
                    case AlertCondition.Drift drift -> Duration.ZERO;
                    case AlertCondition.PermissionUse use -> use.within();
                };
        return LEAST_LEAD.plus(rule.holds()).plus(span);
    }

    /**
     * A sample of the rule's metric.
     *
     * @param at by the device's clock
     * @param heard when the gateway had it, not before that of the sample before
     * @param number empty where the value is none
     */
    public void sample(Instant at, Instant heard, OptionalDouble number) {
        pass(heard.toEpochMilli());
        if (rule.condition() instanceof AlertCondition.Absence || number.isPresent()) {
            watch.sample(rule, at.toEpochMilli(), now, number.orElse(0.0));
            noticed();
        }
    }

    /** A session began or ended at {@code at}; what was before {@code start} is given as well, the last word of it. */
    public void presence(Instant at, boolean online, String reason) {
        state(at, !online, reason);
    }

    /** From {@code at} on this is not as decided; likewise. */
    public void drift(Instant at, DriftRecord known) {
        state(at, !known.isEmpty(), known.text());
    }

    private void state(Instant at, boolean holds, String said) {
        pass(at.toEpochMilli());
        watch.state(rule, holds, at.toEpochMilli(), said);
        noticed();
    }

    /** Lets time pass to {@code end}, and says what there was, in order of time. */
    public List<Raised> end(Instant end) {
        pass(end.toEpochMilli());
        List<Raised> all = new ArrayList<>(raised);
        if (open != null) {
            all.add(open);
        }
        return List.copyOf(all);
    }

    private void pass(long until) {
        for (OptionalLong due = watch.due(rule, now);
                due.isPresent() && due.getAsLong() <= until;
                due = watch.due(rule, now)) {
            now = Math.max(now, due.getAsLong());
            watch.tick(rule, now);
            noticed();
        }
        now = Math.max(now, until);
    }

    private void noticed() {
        Raised before = open;
        switch (watch.phase()) {
            case QUIET -> {
                if (before != null) {
                    raised.add(new Raised(
                            before.since(),
                            before.firedAt(),
                            Optional.of(instant(now)),
                            before.value(),
                            before.detail()));
                    open = null;
                }
            }
            case PENDING ->
                open = new Raised(
                        instant(watch.since()), Optional.empty(), Optional.empty(), watch.value(), watch.detail());
            case FIRING ->
                open = new Raised(
                        instant(watch.since()),
                        Optional.of(
                                before == null ? instant(now) : before.firedAt().orElse(instant(now))),
                        Optional.empty(),
                        watch.value(),
                        watch.detail());
        }
    }

    private static Instant instant(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
