package dev.muster.agent;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.policy.DevicePolicy;
import dev.muster.agent.telemetry.Outbox;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Sends the counts of use once an interval. One thread. */
final class UsageCounts {
    private final DevicePolicy policy;
    private final Outbox outbox;
    private final Supplier<Duration> interval;
    private final LongSupplier nanos;
    private final AgentLog log;
    private long sentAt;

    /** The first interval begins now. */
    UsageCounts(DevicePolicy policy, Outbox outbox, Supplier<Duration> interval, LongSupplier nanos, AgentLog log) {
        this.policy = policy;
        this.outbox = outbox;
        this.interval = interval;
        this.nanos = nanos;
        this.log = log;
        this.sentAt = nanos.getAsLong();
    }

    void sendIfDue() {
        long now = nanos.getAsLong();
        if (now - sentAt < interval.get().toNanos()) {
            return;
        }
        sentAt = now;
        try {
            outbox.counts(policy.takeCounts());
        } catch (IOException | RuntimeException e) {
            log.line("counts of use are lost: " + e.getMessage());
        }
    }
}
