package dev.muster.agent.platform;

import java.util.Optional;

/**
 * What a device runs on.
 *
 * @param mains whether it is fed from outside; a device without a battery always is
 * @param percent charge of its battery, 0 to 100; empty where it has none, or one that does not tell
 */
public record Power(boolean mains, Optional<Integer> percent) {
    /** Fed from outside, and no battery known. */
    public static final Power MAINS = new Power(true, Optional.empty());

    private static final int FULL = 100;

    public Power {
        percent.ifPresent(value -> {
            if (value < 0 || value > FULL) {
                throw new IllegalArgumentException("expected a charge of 0 to 100 percent, found " + value);
            }
        });
    }

    /** On a battery; {@code percent} is empty where it does not tell its charge. */
    public static Power battery(Optional<Integer> percent) {
        return new Power(false, percent);
    }
}
