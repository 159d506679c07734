package dev.muster.control.rollouts;

import dev.muster.control.rollouts.MetricGate.Reading;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What devices of a wave told of a metric, from {@code telemetry.latest}, kept in {@code rollout_wave}. */
@Singleton
final class MetricStore {
    /** When somebody looked last. */
    Optional<Instant> lookedAt(Handle handle, RolloutId rollout, int wave) {
        return handle.createQuery("select metric_at from rollout_wave where rollout = :rollout and index = :wave")
                .bind("rollout", rollout.value())
                .bind("wave", wave)
                .map((rs, context) -> Optional.ofNullable(rs.getObject("metric_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant))
                .one();
    }

    /** Reads what the devices of the wave that succeeded have told since then, and keeps it. */
    Reading read(Handle handle, RolloutId rollout, int wave, MetricGate gate, Instant now) {
        Reading reading = handle.createQuery(
                        "select coalesce(" + gate.statistic().sql() + """
                        (l.num), 0) as value, count(*) as devices
                          from rollout_device rd
                          join telemetry.latest l
                            on l.tenant = rd.tenant and l.device = rd.device and l.metric = :metric
                         where rd.rollout = :rollout and rd.wave = :wave and rd.state = 'succeeded'
                           and l.num is not null and l.ordered_at >= rd.since""")
                .bind("metric", gate.metric())
                .bind("rollout", rollout.value())
                .bind("wave", wave)
                .map((rs, context) -> new Reading(rs.getDouble("value"), rs.getInt("devices")))
                .one();
        handle.createUpdate("update rollout_wave set metric_value = :value, metric_devices = :devices, "
                        + "metric_at = :now where rollout = :rollout and index = :wave")
                .bind("value", reading.value())
                .bind("devices", reading.devices())
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("rollout", rollout.value())
                .bind("wave", wave)
                .execute();
        return reading;
    }
}
