package dev.muster.agent.config;

import java.time.Duration;

/**
 * How fast bytes may come, and how slowly.
 *
 * @param mostPerSecond bytes of targets per second, so that an update leaves room on a line for the work; 0 for no bound
 * @param leastPerSecond bytes per second below which a sender is given up, measured over {@code window}; 0 for no bound
 * @param window of waiting for the sender; what the agent itself takes does not count
 * @param answer how long the head of an answer may take
 */
public record TransferLimits(long mostPerSecond, long leastPerSecond, Duration window, Duration answer) {
    /** What holds where nobody says otherwise: a bad GPRS line is fast enough, a server that plays for time is not. */
    public static final TransferLimits DEFAULT =
            new TransferLimits(0, 1024, Duration.ofSeconds(60), Duration.ofSeconds(60));

    /** Other speeds. */
    public TransferLimits with(long most, long least) {
        return new TransferLimits(most, least, window, answer);
    }

    /** The same without an upper bound, for what is small and urgent. */
    public TransferLimits unbounded() {
        return new TransferLimits(0, leastPerSecond, window, answer);
    }
}
