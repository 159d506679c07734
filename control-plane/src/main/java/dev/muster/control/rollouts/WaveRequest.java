package dev.muster.control.rollouts;

import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One wave as a request names it: {@code percent} or {@code count}, not both.
 *
 * @param successPercent 100 if left out
 * @param minReached 1 if left out
 * @param soak ISO-8601 duration for which the success gate has to hold; none if left out
 * @param approval whether the wave opens only after a second person agreed; no, if left out
 * @param metric what the devices that succeeded have to tell, such as {@code max(disk.used) < 0.9}; nothing if left out
 */
public record WaveRequest(
        @Nullable String name,
        @Nullable Integer percent,
        @Nullable Integer count,
        @Nullable Integer successPercent,
        @Nullable Integer minReached,
        @Nullable String soak,
        @Nullable Boolean approval,
        @Nullable String metric) {
    /** A wave of the plain gates. */
    public WaveRequest(
            @Nullable String name,
            @Nullable Integer percent,
            @Nullable Integer count,
            @Nullable Integer successPercent,
            @Nullable Integer minReached) {
        this(name, percent, count, successPercent, minReached, null, null, null);
    }

    /** The plans of the waves that files are brought to devices in, or of {@code usual} ones where none are asked for. */
    public static List<WavePlan> plans(FleetKind.Terms terms, List<WaveRequest> usual) {
        try {
            return plans(
                    terms.waves().isEmpty()
                            ? usual
                            : terms.waves().stream()
                                    .map(wave -> new WaveRequest(
                                            wave.name(),
                                            wave.percent(),
                                            wave.count(),
                                            wave.successPercent(),
                                            wave.minReached(),
                                            wave.soak(),
                                            wave.approval(),
                                            wave.metric()))
                                    .toList());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

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
                minReached == null ? 1 : minReached,
                soak == null ? Duration.ZERO : Durations.parse("soak", soak),
                Boolean.TRUE.equals(approval),
                Optional.ofNullable(metric).filter(text -> !text.isBlank()).map(MetricGate::parse));
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
