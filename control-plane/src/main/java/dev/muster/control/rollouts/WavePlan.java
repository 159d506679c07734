package dev.muster.control.rollouts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One wave as a person asks for it.
 *
 * @param share of the devices; the last wave always takes all that are left
 * @param soak zero to 30 days
 * @param approval whether the wave opens only after a second person agreed
 * @param metric what the devices that succeeded have to tell before the next wave opens
 */
public record WavePlan(
        String name,
        Share share,
        int successPercent,
        int minReached,
        Duration soak,
        boolean approval,
        Optional<MetricGate> metric) {
    private static final Duration LONGEST_SOAK = Duration.ofDays(30);

    /** How many devices. */
    public sealed interface Share {
        /** Of all devices of the rollout, rounded up, 1 to 100. */
        record Percent(int value) implements Share {
            public Percent {
                if (value < 1 || value > 100) {
                    throw new IllegalArgumentException("expected a percentage of 1 to 100, found " + value);
                }
            }
        }

        /** So many, at least 1. */
        record Count(int value) implements Share {
            public Count {
                if (value < 1) {
                    throw new IllegalArgumentException("expected a count of at least 1, found " + value);
                }
            }
        }
    }

    public WavePlan {
        if (name.isBlank() || name.length() > 64) {
            throw new IllegalArgumentException("expected a wave name of 1 to 64 characters, found `" + name + "`");
        }
        if (successPercent < 1 || successPercent > 100) {
            throw new IllegalArgumentException("expected `successPercent` of 1 to 100, found " + successPercent);
        }
        if (minReached < 0) {
            throw new IllegalArgumentException("expected `minReached` of at least 0, found " + minReached);
        }
        if (soak.isNegative() || soak.compareTo(LONGEST_SOAK) > 0) {
            throw new IllegalArgumentException("expected a `soak` of PT0S to P30D, found " + soak);
        }
    }

    /** One that neither soaks nor asks for approval. */
    public WavePlan(String name, Share share, int successPercent, int minReached) {
        this(name, share, successPercent, minReached, Duration.ZERO, false);
    }

    /** One that asks for no metric. */
    public WavePlan(String name, Share share, int successPercent, int minReached, Duration soak, boolean approval) {
        this(name, share, successPercent, minReached, soak, approval, Optional.empty());
    }

    /** The waves for {@code devices} devices: together they hold each device exactly once. */
    static List<Wave> waves(List<WavePlan> plans, int devices) {
        if (plans.isEmpty()) {
            throw new IllegalArgumentException("expected at least one wave, found none");
        }
        int left = devices;
        List<Wave> waves = new ArrayList<>();
        for (WavePlan plan : plans) {
            int index = waves.size();
            int asked =
                    switch (plan.share()) {
                        case Share.Percent percent -> Math.ceilDiv(Math.multiplyExact(devices, percent.value()), 100);
                        case Share.Count count -> count.value();
                    };
            int size = index == plans.size() - 1 ? left : Math.min(asked, left);
            left -= size;
            waves.add(Wave.planned(
                    index,
                    plan.name(),
                    size,
                    new Wave.Gates(
                            plan.successPercent(), plan.minReached(), plan.soak(), plan.approval(), plan.metric())));
        }
        return List.copyOf(waves);
    }
}
