package dev.muster.control.commands;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * How many devices may be handed a command. Pure.
 *
 * @param perMinute empty: all at once
 */
record Pace(OptionalInt perMinute) {
    /**
     * How many more may be handed out now: evenly over each minute, the first at once. What could not be handed out while
     * devices were away is made up for by one minute's worth at most, so that a fleet that comes back does not get it in one
     * instant.
     *
     * @param since the last time some were handed out, or the begin
     * @param credit what was left then
     */
    double credit(Instant since, Instant now, double credit) {
        if (perMinute.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        double passed = Math.max(0, Duration.between(since, now).toMillis());
        return Math.min(perMinute.getAsInt(), credit + passed * perMinute.getAsInt() / 60_000.0);
    }
}
