package dev.muster.control.usage;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Counts for suggestions, over the devices whose silence means something. */
@Singleton
final class SuggestionStore {
    /** What is looked at. {@code least} days of the {@code mask} must have been heard. */
    record Span(Instant from, int today, long mask, int least) {}

    /** Devices that answered from the same bundles. */
    record Group(List<String> shas, String now) {}

    /** An app that was there all the time, on {@code devices} devices. */
    record Present(Group group, String bundle, int user, int instance, long devices) {}

    /** How many of them asked for a permission during the span; {@code last} also before it. */
    record Used(
            Group group,
            String bundle,
            int user,
            int instance,
            String permission,
            long devices,
            @Nullable Instant last) {}

    List<Present> present(Handle handle, Scope scope, Span span) {
        return bound(handle, scope, span, """
                        select g.shas, g.now, a.bundle, a.user_id, a.instance, count(*) as devices
                          from grouped g join device_app a on a.device = g.device and a.since <= :from
                         group by 1, 2, 3, 4, 5""")
                .map((rs, context) -> new Present(
                        group(rs),
                        rs.getString("bundle"),
                        rs.getInt("user_id"),
                        rs.getInt("instance"),
                        rs.getLong("devices")))
                .list();
    }

    List<Used> used(Handle handle, Scope scope, Span span) {
        return bound(handle, scope, span, """
                        select g.shas, g.now, u.bundle, u.user_id, u.instance, u.permission,
                               count(*) filter (where u.last_at >= :from) as devices, max(u.last_at) as last
                          from grouped g
                          join device_app a on a.device = g.device and a.since <= :from
                          join permission_usage u on u.device = a.device and u.bundle = a.bundle
                               and u.user_id = a.user_id and u.instance = a.instance
                         group by 1, 2, 3, 4, 5, 6""")
                .map((rs, context) -> new Used(
                        group(rs),
                        rs.getString("bundle"),
                        rs.getInt("user_id"),
                        rs.getInt("instance"),
                        rs.getString("permission"),
                        rs.getLong("devices"),
                        Optional.ofNullable(rs.getObject("last", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)
                                .orElse(null)))
                .list();
    }

    /** Connected devices would tell what they count: today was a day on which they were heard. */
    int connected(Handle handle, int today) {
        return handle.createUpdate("""
                        update usage_coverage c set newest_day = :today,
                               days = case when :today - c.newest_day > 63 then 1
                                           else (c.days << (:today - c.newest_day)) | 1 end
                          from device_presence p
                         where p.tenant = c.tenant and p.device = c.device and p.online and c.newest_day < :today""").bind("today", today).execute();
    }

    /**
     * Asks about devices in scope that were heard of on enough days and dropped no counts, by the bundles they answered
     * from during the whole span: {@code shas} all of them, {@code now} the one in force.
     */
    private static Query bound(Handle handle, Scope scope, Span span, String select) {
        SqlFragment allowed = scope.where("d");
        String grouped = """
            with covered as (
                select c.device from usage_coverage c join device d on d.tenant = c.tenant and d.id = c.device
                 where %s and d.status <> 'retired' and :today - c.newest_day < 2
                   and bit_count(cast((c.days << (:today - c.newest_day)) & :mask as bit(64))) >= :least
                   and (c.dropped_at is null or c.dropped_at < :from)),
            grouped as (
                select h.device, array_to_string(array_agg(distinct h.sha256 order by h.sha256), ',') as shas,
                       max(h.sha256) filter (where h.to_at is null) as now
                  from device_policy_history h join covered on covered.device = h.device
                 where h.to_at is null or h.to_at > :from
                 group by h.device having min(h.from_at) <= :from and bool_and(h.sha256 <> ''))
            """.formatted(allowed.sql());
        return handle.createQuery(grouped + select)
                .bindMap(allowed.binds())
                .bind("from", UsageStore.utc(span.from()))
                .bind("today", span.today())
                .bind("mask", span.mask())
                .bind("least", span.least());
    }

    private static Group group(ResultSet rs) throws SQLException {
        return new Group(List.of(rs.getString("shas").split(",", -1)), rs.getString("now"));
    }
}
