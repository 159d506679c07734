package dev.muster.agent.telemetry;

import java.util.Locale;

/** What a device has to tell, the most important first: each class has a queue and a bound of its own. */
public enum Priority {
    /** Events and answers to commands; on a full disk the others give way to them. */
    EVENTS,
    /** What only counts: use of permissions, disagreements of a watched policy. */
    COUNTS,
    /** Samples; the first to give way. */
    TELEMETRY;

    /** Of all classes together. */
    static final String METRIC = "agent.queue.dropped";

    /** Under which its losses are told. */
    public String metric() {
        return METRIC + "." + name().toLowerCase(Locale.ROOT);
    }
}
