package dev.muster.control.rollouts;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One wave as a request names it: {@code percent} or {@code count}, not both.
 *
 * @param successPercent 100 if left out
 * @param minReached 1 if left out
 */
public record WaveRequest(
        @Nullable String name,
        @Nullable Integer percent,
        @Nullable Integer count,
        @Nullable Integer successPercent,
        @Nullable Integer minReached) {

    /** The plans of these waves; {@link IllegalArgumentException} says which wave is wrong, and why. */
    public static List<WavePlan> plans(List<WaveRequest> waves) {
        List<WavePlan> plans = new ArrayList<>();
        for (WaveRequest wave : waves) {
            try {
                plans.add(wave.plan(plans.size()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("`waves[" + plans.size() + "]`: " + e.getMessage(), e);
            }
        }
        return plans;
    }

    private WavePlan plan(int index) {
        return new WavePlan(
                name == null || name.isBlank() ? "wave " + (index + 1) : name,
                share(),
                successPercent == null ? 100 : successPercent,
                minReached == null ? 1 : minReached);
    }

    private WavePlan.Share share() {
        if (percent != null && count == null) {
            return new WavePlan.Share.Percent(percent);
        }
        if (count != null && percent == null) {
            return new WavePlan.Share.Count(count);
        }
        throw new IllegalArgumentException(
                "expected `percent` or `count`, found " + (percent == null ? "neither" : "both"));
    }
}
