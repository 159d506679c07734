package dev.muster.control.requests;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code right_request}. */
@Singleton
final class RightRequestStore {
    private static final String SELECT =
            "select r.*, name_of_actor(r.answered_by, r.answered_at) as answered_by_name from right_request r"
                    + " join device d on d.id = r.device";

    /** Something asked for. */
    record Asked(
            DeviceId device, String app, int user, int instance, String permission, String reason, String askedBy) {}

    /** A new row, or one more on the open one; false where the device has {@code most} open and this is another. */
    boolean ask(Handle handle, Asked asked, Instant now, int most) {
        return handle.createUpdate("""
                        insert into right_request (id, device, app, user_id, instance, permission, reason, asked_by,
                                                   asked_at, last_asked_at)
                        select :id, :device, :app, :user, :instance, :permission, :reason, :by, :now, :now
                         where (select count(*) from right_request where device = :device and state = 'open'
                                   and not (app = :app and user_id = :user and instance = :instance
                                            and permission = :permission)) < :most
                        on conflict (tenant, device, app, user_id, instance, permission) where state = 'open'
                        do update set times = least(right_request.times + 1, 1000000), reason = excluded.reason,
                                      asked_by = excluded.asked_by, last_asked_at = excluded.last_asked_at""")
                        .bind("id", UUID.randomUUID())
                        .bind("device", asked.device())
                        .bind("app", asked.app())
                        .bind("user", asked.user())
                        .bind("instance", asked.instance())
                        .bind("permission", asked.permission())
                        .bind("reason", asked.reason())
                        .bind("by", asked.askedBy())
                        .bind("now", utc(now))
                        .bind("most", most)
                        .execute()
                == 1;
    }

    /** Those of devices in scope, the latest first. */
    List<RightRequest> list(Handle handle, Scope scope, @Nullable String state, long skip, int limit) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(SELECT + " where (cast(:state as text) is null or r.state = :state) and "
                        + allowed.sql() + " order by r.last_asked_at desc, r.id limit :limit offset :skip")
                .bindMap(allowed.binds())
                .bind("state", state)
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<RightRequest> find(Handle handle, Scope scope, UUID id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(SELECT + " where r.id = :id and " + allowed.sql())
                .bindMap(allowed.binds())
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Answers an open one; false where it is not open any more. */
    boolean answer(Handle handle, UUID id, String state, String note, String by, Instant now) {
        return handle.createUpdate("""
                        update right_request set state = :state, note = :note, answered_by = :by, answered_at = :now
                         where id = :id and state = 'open'""")
                        .bind("id", id)
                        .bind("state", state)
                        .bind("note", note)
                        .bind("by", by)
                        .bind("now", utc(now))
                        .execute()
                == 1;
    }

    private static RightRequest read(ResultSet rs) throws SQLException {
        OffsetDateTime answered = rs.getObject("answered_at", OffsetDateTime.class);
        return new RightRequest(
                rs.getObject("id", UUID.class),
                rs.getString("device"),
                rs.getString("app"),
                rs.getInt("user_id"),
                rs.getInt("instance"),
                rs.getString("permission"),
                rs.getString("reason"),
                rs.getString("asked_by"),
                rs.getObject("asked_at", OffsetDateTime.class).toInstant(),
                rs.getObject("last_asked_at", OffsetDateTime.class).toInstant(),
                rs.getInt("times"),
                rs.getString("state"),
                rs.getString("answered_by"),
                rs.getString("answered_by_name"),
                answered == null ? null : answered.toInstant(),
                rs.getString("note"));
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
