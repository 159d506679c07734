package dev.muster.control.rollouts;

import dev.muster.control.access.Selector;
import java.time.Duration;
import java.util.List;

/**
 * A rollout as asked for.
 *
 * @param maxFailurePercent 0 to 100
 * @param deadline one second to 30 days
 * @param newcomers whether devices that the selector means only later join the last wave
 * @param start at once
 */
public record RolloutPlan(
        String name,
        RolloutSubject subject,
        Selector selector,
        List<WavePlan> waves,
        int maxFailurePercent,
        Duration deadline,
        Pacing pacing,
        Installing installing,
        boolean newcomers,
        boolean start) {
    private static final Duration LONGEST = Duration.ofDays(30);

    /** One that is not paced. */
    public RolloutPlan(
            String name,
            RolloutSubject subject,
            Selector selector,
            List<WavePlan> waves,
            int maxFailurePercent,
            Duration deadline,
            boolean start) {
        this(name, subject, selector, waves, maxFailurePercent, deadline, Pacing.NONE, Installing.NOW, false, start);
    }

    public RolloutPlan {
        waves = List.copyOf(waves);
        if (name.isBlank() || name.length() > 128) {
            throw new IllegalArgumentException("expected a name of 1 to 128 characters, found `" + name + "`");
        }
        if (maxFailurePercent < 0 || maxFailurePercent > 100) {
            throw new IllegalArgumentException("expected `maxFailurePercent` of 0 to 100, found " + maxFailurePercent);
        }
        if (deadline.compareTo(Duration.ofSeconds(1)) < 0 || deadline.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected a `deadline` of PT1S to P30D, found " + deadline);
        }
    }
}
