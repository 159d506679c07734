package dev.muster.control.releases;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Which releases are offered, and who uses them. */
@Singleton
final class WithdrawalStore {
    /** A release, its row locked. */
    record Offered(String name, String version, boolean withdrawn) {}

    Optional<Offered> lock(Handle handle, UUID id) {
        return handle.createQuery("select name, version, withdrawn_at from release where id = :id for update")
                .bind("id", id)
                .map((rs, context) -> new Offered(
                        rs.getString("name"), rs.getString("version"), rs.getObject("withdrawn_at") != null))
                .findOne();
    }

    /** Whether the release is offered, which it stays until the transaction ends. */
    boolean holdOffered(Handle handle, UUID id) {
        return handle.createQuery("select 1 from release where id = :id and withdrawn_at is null for key share")
                .bind("id", id)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** In words: rollouts that may still hand it out, and devices that are to have it. */
    List<String> users(Handle handle, UUID id) {
        List<String> users = new ArrayList<>(
                handle.createQuery("""
                        select 'rollout `' || name || '` (' || id || ') is ' || state
                               || case when state = 'completed' then ' and takes newcomers' else '' end
                          from rollout
                         where release = :id
                           and (state in ('ready', 'running', 'paused') or (newcomers and state = 'completed'))
                         order by created_at limit 20""").bind("id", id).mapTo(String.class).list());
        handle.createQuery("""
                        select count(distinct t.device) as devices, min(t.device) as example
                          from desired_target t join rollout r on t.source = 'rollout/' || r.id
                         where r.release = :id and t.state = 'present'""")
                .bind("id", id)
                .map((rs, context) -> rs.getLong("devices") == 0
                        ? Optional.<String>empty()
                        : Optional.of(rs.getLong("devices") + " devices are to have it, such as `"
                                + rs.getString("example") + "`"))
                .one()
                .ifPresent(users::add);
        return users;
    }

    void withdraw(Handle handle, UUID id, String by, Instant now) {
        handle.createUpdate("update release set withdrawn_at = :now, withdrawn_by = :by where id = :id")
                .bind("id", id)
                .bind("by", by)
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .execute();
    }
}
