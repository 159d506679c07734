package dev.muster.agent;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.AgentSettings;
import dev.muster.agent.gateway.GatewayRole;
import dev.muster.agent.gateway.SiteSource;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.telemetry.Sampling;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Takes telemetry of the device and of the agent itself when it is time. One thread at a time. */
final class Sampler {
    // Half a brisk look early rather than one late, or every interval would be a look longer than asked.
    private static final long EARLY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Platform platform;
    private final AgentSettings settings;
    private final Sampling sampling;
    private final Outbox outbox;
    private final SiteSource source;
    private final GatewayRole gateway;
    private final DeviceTime time;
    private final LongSupplier nanos;
    private final AgentLog log;
    private boolean taken;
    private long takenAt;

    Sampler(
            Platform platform,
            AgentSettings settings,
            Sampling sampling,
            Outbox outbox,
            SiteSource source,
            GatewayRole gateway,
            DeviceTime time,
            LongSupplier nanos,
            AgentLog log) {
        this.platform = platform;
        this.settings = settings;
        this.sampling = sampling;
        this.outbox = outbox;
        this.source = source;
        this.gateway = gateway;
        this.time = time;
        this.nanos = nanos;
        this.log = log;
    }

    /** How long until {@link #takeIfDue} has something to do; zero where it has now. */
    Duration untilDue() {
        long left = taken ? sampling.interval().toNanos() - (nanos.getAsLong() - takenAt) : 0;
        return Duration.ofNanos(Math.max(0, left));
    }

    void takeIfDue() {
        if (untilDue().toNanos() > EARLY_NANOS) {
            return;
        }
        taken = true;
        takenAt = nanos.getAsLong();
        take(time.instant());
    }

    private void take(Instant now) {
        try {
            List<Sample> samples = new ArrayList<>(platform.sample(now));
            samples.addAll(platform.processes(now, settings.processes()));
            samples.addAll(outbox.losses(now));
            if (source.fromCache() > 0) {
                samples.add(new Sample("transfer.cache.bytes", now.toEpochMilli(), source.fromCache()));
                samples.add(new Sample("transfer.server.bytes", now.toEpochMilli(), source.fromServer()));
            }
            samples.addAll(gateway.samples(now));
            outbox.telemetry(sampling.due(samples));
        } catch (IOException | RuntimeException e) {
            // A timer that throws is never called again; a full disk is no reason to stop trying.
            log.line("no telemetry: " + e.getMessage());
        }
    }
}
