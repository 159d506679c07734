package dev.muster.control.rollouts;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code rollout_before}. */
@Singleton
final class BeforeStore {
    /** What a device was to hold under one name. */
    record Before(DeviceId device, TargetName name, Optional<DesiredContent.Present> content) {
        static Before of(DeviceId device, TargetName name, DesiredState state) {
            return new Before(
                    device,
                    name,
                    state.target(name)
                            .map(DesiredTarget::content)
                            .filter(DesiredContent.Present.class::isInstance)
                            .map(DesiredContent.Present.class::cast));
        }
    }

    /** Keeps what devices were to hold; what was kept first stays. */
    void keep(Handle handle, RolloutId rollout, List<Before> befores) {
        handle.createUpdate("insert into rollout_before (rollout, device, name, version, release_counter, sha256) "
                        + "select :rollout, unnest(:devices), unnest(:names), unnest(:versions), unnest(:counters), "
                        + "nullif(unnest(:hashes), '') "
                        + "on conflict do nothing")
                .bind("rollout", rollout.value())
                .bind(
                        "devices",
                        befores.stream().map(row -> row.device().value()).toArray(String[]::new))
                .bind("names", befores.stream().map(row -> row.name().text()).toArray(String[]::new))
                .bind(
                        "versions",
                        befores.stream()
                                .map(row -> row.content()
                                        .map(DesiredContent.Present::version)
                                        .orElse(""))
                                .toArray(String[]::new))
                .bind(
                        "hashes",
                        befores.stream()
                                .map(row -> row.content()
                                        .map(DesiredContent.Present::sha256)
                                        .orElse(""))
                                .toArray(String[]::new))
                .bind(
                        "counters",
                        befores.stream()
                                .map(row -> row.content()
                                        .map(DesiredContent.Present::releaseCounter)
                                        .orElse(0L))
                                .toArray(Long[]::new))
                .execute();
    }

    /** What the rollout changed on devices in scope, equal changes together; most devices first. */
    List<WayBack.Change> changes(Handle handle, Scope scope, RolloutId rollout) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("""
                        select b.name, b.version as before, b.release_counter as counter_before, t.version as now,
                               t.release_counter as counter_now, count(*) as devices
                          from rollout_before b
                          join device d on d.tenant = b.tenant and d.id = b.device
                          join desired_target t on t.tenant = b.tenant and t.device = b.device and t.name = b.name
                         where b.rollout = :rollout and t.source = 'rollout/' || b.rollout and
                        """ + allowed.sql() + " group by 1, 2, 3, 4, 5 order by devices desc, 1, 2 limit 200")
                .bind("rollout", rollout.value())
                .bindMap(allowed.binds())
                .map((rs, context) -> new WayBack.Change(
                        TargetName.parse(rs.getString("name")),
                        rs.getString("before"),
                        rs.getLong("counter_before"),
                        rs.getString("now"),
                        rs.getLong("counter_now"),
                        rs.getLong("devices")))
                .list();
    }
}
