package dev.muster.control.overview;

import dev.muster.control.access.DocumentStanding;
import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Counts over what other features store; one statement, whose rows are of several kinds. */
@Singleton
@SuppressWarnings("InlineFormatString") // the parts of the statement are read one at a time, by their names
final class OverviewStore {
    // Every part answers these columns: what it is, four texts, three numbers, a time.
    private static final String SEEN = """
            with seen as (
                select d.status, coalesce(d.site, '') as site, coalesce(s.image_version, '') as image,
                       coalesce(p.online, false) as online,
                       case %s else '' end as document,
                       count(*) as devices
                  from device d
                  left join device_summary s on s.tenant = d.tenant and s.device = d.id
                  left join device_presence p on p.tenant = d.tenant and p.device = d.id
                 where %s group by 1, 2, 3, 4, 5)
            """;

    private static final DocumentStanding.Columns COLUMNS =
            new DocumentStanding.Columns("d", "s.reported_generation", "s.settled", "p.online");

    private static final String STANDINGS = Stream.of(DocumentStanding.values())
            .map(standing -> "when " + standing.condition(COLUMNS) + " then '" + standing.word() + "'")
            .collect(Collectors.joining(" "));

    private static final String DEVICES = """
            select 'status' as part, status as a, '' as b, '' as c, '' as d, cast(sum(devices) as bigint) as n,
                   cast(coalesce(sum(devices) filter (where online), 0) as bigint) as m, cast(0 as bigint) as o,
                   cast(null as timestamptz) as at
              from seen group by status
            union all
            select 'document', document, '', '', '', cast(sum(devices) as bigint), 0, 0, null
              from seen where document <> '' group by document
            union all
            (select 'image', image, '', '', '', cast(sum(devices) as bigint) as n, 0, 0, null
               from seen where status <> 'retired' group by image order by n desc, image limit 50)
            union all
            (select 'site', site, '', '', '', cast(sum(devices) as bigint) as n, 0, 0, null
               from seen where status <> 'retired' group by site order by n desc, site limit 50)
            union all
            """;

    private static final String WHOLE_COMPLIANCE = """
            select 'compliance' as part, state as a, '' as b, '' as c, '' as d, cast(sum(devices) as bigint) as n, cast(0 as bigint) as m,
                   cast(0 as bigint) as o, cast(null as timestamptz) as at
              from compliance_count group by state
            """;

    private static final String COMPLIANCE = """
            select 'compliance' as part, c.state as a, '' as b, '' as c, '' as d, count(*) as n, cast(0 as bigint) as m,
                   cast(0 as bigint) as o, cast(null as timestamptz) as at
              from device_compliance c join device d on d.tenant = c.tenant and d.id = c.device
             where %s group by c.state
            """;

    private static final String ROLLOUTS = """
            union all
            (select 'rollout', cast(r.id as text), r.name, r.kind, r.state || ' ' || r.reason,
                    coalesce(sum(w.size), 0), coalesce(sum(w.succeeded), 0), coalesce(sum(w.failed), 0), r.created_at
               from rollout r left join rollout_wave w on w.tenant = r.tenant and w.rollout = r.id
              where r.state in ('running', 'paused') and %1$s
              group by r.tenant, r.id order by r.created_at desc, r.id limit 10)
            union all
            select 'in-flight', '', '', '', '', count(*), 0, 0, null from rollout r where r.state in ('running', 'paused') and %1$s
            """;

    private static final String ALERTS = """
            union all
            select 'firing', a.severity, '', '', '', count(*), 0, 0, null
              from alert a
             where a.state = 'firing' and a.inhibited_by is null and a.silenced_by is null and %1$s group by a.severity
            union all
            (select 'alert', a.rule, a.site,
                    (array['critical', 'warning', 'info'])[min(array_position(array['critical', 'warning', 'info'], a.severity))], '',
                    count(*), 0, 0, min(a.since)
               from alert a
              where a.state = 'firing' and a.inhibited_by is null and a.silenced_by is null and %1$s
              group by a.rule, a.site
              order by min(array_position(array['critical', 'warning', 'info'], a.severity)), min(a.since) limit 10)
            """;

    private static final String WAITING = """
            union all
            select 'waiting', 'four-eyes', cast((array_agg(q.id order by q.asked_at))[1] as text),
                   (array_agg(q.summary order by q.asked_at))[1], '', count(*), 0, 0, min(q.asked_at)
              from four_eyes_request q where q.state = 'open' and q.expires_at > :now having count(*) > 0
            union all
            select 'waiting', 'wave', cast((array_agg(r.id order by r.changed_at))[1] as text),
                   (array_agg(r.name || ', ' || w.name order by r.changed_at))[1], '', count(*), 0, 0, min(r.changed_at)
              from rollout_wave w join rollout r on r.tenant = w.tenant and r.id = w.rollout
             where r.state = 'running' and w.approval and w.approved_by is null and w.state = 'waiting' and %1$s
               and not exists (select 1 from rollout_wave e where e.tenant = w.tenant and e.rollout = w.rollout
                                  and e.index < w.index and e.state <> 'passed') having count(*) > 0
            union all
            select 'waiting', 'freeze-override', cast((array_agg(r.id order by r.changed_at))[1] as text),
                   (array_agg(r.name order by r.changed_at))[1], '', count(*), 0, 0, min(r.changed_at)
              from rollout r where r.state in ('ready', 'running', 'paused') and r.override_asked_by is not null
               and r.override_by is null and %1$s having count(*) > 0
            union all
            select 'waiting', 'signature', cast((array_agg(t.id order by t.created_at))[1] as text),
                   (array_agg(t.repository || ' ' || t.role order by t.created_at))[1], '', count(*), 0, 0, min(t.created_at)
              from trust_draft t where t.state = 'open' having count(*) > 0
            """;

    private static final String ENROLMENTS = """
            union all
            select 'waiting', 'enrolment', (array_agg(e.id order by e.asked_at))[1], (array_agg(e.wished order by e.asked_at))[1],
                   '', count(*), 0, 0, min(e.asked_at)
              from enrolment_request e where e.state = 'waiting' and e.expires_at > :now having count(*) > 0
            """;

    private static final String PERMISSIONS = """
            union all
            select 'waiting', 'permission', cast((array_agg(q.id order by q.asked_at))[1] as text),
                   (array_agg(q.app || ', ' || q.permission order by q.asked_at))[1], '', count(*), 0, 0, min(q.asked_at)
              from right_request q where q.state = 'open'
               and exists (select 1 from device d where d.tenant = q.tenant and d.id = q.device and %s) having count(*) > 0
            """;

    /** Whom the answer is for: what each right reaches, empty where it is not had. */
    record Reach(Scope view, boolean enrol, Optional<Scope> permissions) {}

    private record Line(
            String part,
            String a,
            String b,
            String c,
            String d,
            long n,
            long m,
            long o,
            @Nullable Instant at) {}

    /** All of it, on one trip; with {@code known} counts of devices those are not counted again. */
    Overview read(Handle handle, Reach reach, Optional<Overview.Devices> known, Instant now) {
        Map<String, Object> binds = new HashMap<>();
        binds.put("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC));
        SqlFragment allowed = reach.view().where("d");
        binds.putAll(allowed.binds());
        boolean whole = reach.view().fleetWide();
        String rollouts = whole
                ? "true"
                : "exists (select 1 from rollout_device rd join device d on d.tenant = rd.tenant and d.id = rd.device"
                        + " where rd.tenant = r.tenant and rd.rollout = r.id and " + allowed.sql() + ")";
        String alerts = whole
                ? "true"
                : "exists (select 1 from device d where d.tenant = a.tenant and d.id = a.device and " + allowed.sql()
                        + ")";
        StringBuilder sql = new StringBuilder();
        if (known.isEmpty()) {
            sql.append(SEEN.formatted(STANDINGS, allowed.sql())).append(DEVICES);
        }
        sql.append(whole ? WHOLE_COMPLIANCE : COMPLIANCE.formatted(allowed.sql()))
                .append(ROLLOUTS.formatted(rollouts))
                .append(ALERTS.formatted(alerts))
                .append(WAITING.formatted(rollouts));
        if (reach.enrol()) {
            sql.append(ENROLMENTS);
        }
        reach.permissions().ifPresent(scope -> {
            SqlFragment answerable = renamed(scope.where("d"));
            binds.putAll(answerable.binds());
            sql.append(PERMISSIONS.formatted(answerable.sql()));
        });
        List<Line> lines = handle.createQuery(sql.toString())
                .bindMap(binds)
                .map((rs, context) -> line(rs))
                .list();
        return overview(lines, known.orElseGet(() -> devices(lines)));
    }

    // Both scopes stand in one statement, and name their parameters alike.
    private static SqlFragment renamed(SqlFragment fragment) {
        Map<String, Object> binds = new HashMap<>();
        fragment.binds().forEach((name, value) -> binds.put("asked_" + name, value));
        return new SqlFragment(fragment.sql().replace(":scope_", ":asked_scope_"), binds);
    }

    /** The sites in a box, those that lie close together as one: at most {@code columns} x {@code rows} spots. */
    Overview.SiteMap map(Handle handle, Scope scope, Box box, int columns, int rows) {
        SqlFragment allowed = scope.where("d");
        List<Overview.Spot> spots = handle.createQuery(SPOTS.formatted(allowed.sql()))
                .bindMap(allowed.binds())
                .bind("west", box.west())
                .bind("south", box.south())
                .bind("east", box.east())
                .bind("north", box.north())
                .bind("columns", columns)
                .bind("rows", rows)
                .map((rs, context) -> new Overview.Spot(
                        rs.getDouble("latitude"),
                        rs.getDouble("longitude"),
                        rs.getDouble("west"),
                        rs.getDouble("south"),
                        rs.getDouble("east"),
                        rs.getDouble("north"),
                        rs.getLong("sites"),
                        List.of((String[]) rs.getArray("names").getArray()),
                        rs.getLong("devices"),
                        rs.getLong("online"),
                        rs.getLong("alerts")))
                .list();
        long unplaced = handle.createQuery(PLACED + " select count(*) from placed where latitude is null")
                .mapTo(Long.class)
                .one();
        return new Overview.SiteMap(spots, unplaced);
    }

    /** A part of the world, in degrees. */
    record Box(double west, double south, double east, double north) {}

    // A site that does not say where it is, is where the nearest above is, and counts there.
    private static final String PLACED = """
            with recursive placed as (
                select s.name, s.name as spot, s.latitude, s.longitude from site s where s.parent is null
                union all
                select s.name, case when s.latitude is null then p.spot else s.name end,
                       coalesce(s.latitude, p.latitude), coalesce(s.longitude, p.longitude)
                  from site s join placed p on s.parent = p.name)
            """;

    private static final String SPOTS = PLACED + """
            , standing as (
                select p.spot, count(*) as devices, count(*) filter (where c.online) as online
                  from placed p join device d on d.site = p.name and d.status <> 'retired'
                  left join device_presence c on c.tenant = d.tenant and c.device = d.id
                 where p.latitude is not null and %1$s group by p.spot),
            burning as (
                select p.spot, count(*) as alerts
                  from placed p join alert a on a.site = p.name and a.state = 'firing' and a.inhibited_by is null and a.silenced_by is null
                 where p.latitude is not null
                   and exists (select 1 from device d where d.tenant = a.tenant and d.id = a.device and %1$s) group by p.spot)
            select avg(p.latitude) as latitude, avg(p.longitude) as longitude, min(p.longitude) as west, min(p.latitude) as south,
                   max(p.longitude) as east, max(p.latitude) as north, count(*) as sites,
                   trim_array(array_agg(p.name order by coalesce(s.devices, 0) desc, p.name),
                              cast(greatest(count(*) - 3, 0) as integer)) as names,
                   cast(coalesce(sum(s.devices), 0) as bigint) as devices, cast(coalesce(sum(s.online), 0) as bigint) as online,
                   cast(coalesce(sum(b.alerts), 0) as bigint) as alerts
              from placed p left join standing s on s.spot = p.name left join burning b on b.spot = p.name
             where p.spot = p.name and p.longitude between :west and :east and p.latitude between :south and :north
             group by least(floor((p.longitude - :west) / (:east - :west) * :columns), :columns - 1),
                      least(floor((p.latitude - :south) / (:north - :south) * :rows), :rows - 1)
             order by devices desc, 1, 2""";

    private static Overview overview(List<Line> lines, Overview.Devices devices) {
        return new Overview(
                devices,
                counts(lines, "compliance"),
                of(lines, "in-flight").stream().mapToLong(Line::n).sum(),
                of(lines, "rollout").stream().map(OverviewStore::rollout).toList(),
                counts(lines, "firing"),
                of(lines, "alert").stream()
                        .map(line -> new Overview.Alert(line.a(), line.b(), line.c(), line.n(), line.at()))
                        .toList(),
                of(lines, "waiting").stream()
                        .map(line -> new Overview.Waiting(line.a(), line.n(), line.at(), line.b(), line.c()))
                        .toList());
    }

    private static Overview.Rollout rollout(Line line) {
        int space = line.d().indexOf(' ');
        return new Overview.Rollout(
                UUID.fromString(line.a()),
                line.b(),
                line.c(),
                line.d().substring(0, space),
                line.d().substring(space + 1),
                line.n(),
                line.m(),
                line.o());
    }

    private static Overview.Devices devices(List<Line> lines) {
        List<Line> there = of(lines, "status").stream()
                .filter(line -> !line.a().equals("retired"))
                .toList();
        Map<String, Long> document = new LinkedHashMap<>();
        for (DocumentStanding state : DocumentStanding.values()) {
            document.put(state.word(), 0L);
        }
        document.putAll(counts(lines, "document"));
        return new Overview.Devices(
                there.stream().mapToLong(Line::n).sum(),
                there.stream().mapToLong(Line::m).sum(),
                document,
                counts(lines, "status"),
                counts(lines, "image"),
                counts(lines, "site"));
    }

    private static Map<String, Long> counts(List<Line> lines, String part) {
        Map<String, Long> counts = new LinkedHashMap<>();
        of(lines, part).forEach(line -> counts.put(line.a(), line.n()));
        return counts;
    }

    private static List<Line> of(List<Line> lines, String part) {
        List<Line> found = new ArrayList<>(lines);
        found.removeIf(line -> !line.part().equals(part));
        return found;
    }

    private static Line line(ResultSet rs) throws SQLException {
        OffsetDateTime at = rs.getObject("at", OffsetDateTime.class);
        return new Line(
                rs.getString("part"),
                rs.getString("a"),
                rs.getString("b"),
                rs.getString("c"),
                rs.getString("d"),
                rs.getLong("n"),
                rs.getLong("m"),
                rs.getLong("o"),
                at == null ? null : at.toInstant());
    }
}
