package dev.muster.control.sites;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code site}. */
@Singleton
final class SiteStore {
    private static final String COLUMNS =
            "s.name, s.parent, s.time_zone, s.uplink_kbps, s.window_days, s.window_from, s.window_to, s.gateway, s.latitude, s.longitude,"
                    + " s.revision";

    /** Keeps others from changing the tree until the transaction ends: two moves at once could make a ring. */
    void lockTree(Handle handle) {
        handle.createQuery("select 1 from pg_advisory_xact_lock(hashtext('muster.sites'), hashtext(current_tenant()))")
                .mapTo(Integer.class)
                .one();
    }

    List<Site> all(Handle handle) {
        Map<String, Site.Row> rows = new HashMap<>();
        List<String> names = new ArrayList<>();
        handle.createQuery("select " + COLUMNS + " from site s order by s.name")
                .map((rs, context) -> read(rs))
                .forEach(row -> {
                    rows.put(row.name(), row);
                    names.add(row.name());
                });
        return names.stream().map(name -> Site.of(upwards(rows, name))).toList();
    }

    private static List<Site.Row> upwards(Map<String, Site.Row> rows, String name) {
        List<Site.Row> upwards = new ArrayList<>();
        for (Site.Row row = rows.get(name);
                row != null && upwards.size() < 64;
                row = row.parent() == null ? null : rows.get(row.parent())) {
            upwards.add(row);
        }
        return upwards;
    }

    Optional<Site> find(Handle handle, String name) {
        List<Site.Row> upwards = handle.createQuery("with recursive up as ("
                        + "select s.*, 0 as steps from site s where s.name = :name"
                        + " union all select s.*, up.steps + 1 from site s join up on s.name = up.parent and up.steps < 64)"
                        + " select " + COLUMNS + " from up s order by steps")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .list();
        return upwards.isEmpty() ? Optional.empty() : Optional.of(Site.of(upwards));
    }

    /** False if the name is taken. */
    boolean insert(Handle handle, String name, @Nullable String parent) {
        return handle.createUpdate(
                                "insert into site (name, parent, time_zone) values (:name, :parent, null) on conflict do nothing")
                        .bind("name", name)
                        .bind("parent", parent)
                        .execute()
                == 1;
    }

    /** Sets parent and what the site says itself; the revision grows. */
    void update(Handle handle, String name, @Nullable String parent, Site.Own own) {
        MaintenanceWindow window = own.window();
        Site.Location location = own.location();
        handle.createUpdate("""
                        update site set parent = :parent, time_zone = :zone, uplink_kbps = :uplink,
                               window_days = cast(:days as text[]), window_from = cast(:from as time),
                               window_to = cast(:to as time), gateway = :gateway, latitude = :latitude,
                               longitude = :longitude, revision = revision + 1
                         where name = :name""")
                .bind("name", name)
                .bind("parent", parent)
                .bind("zone", own.timeZone())
                .bind("uplink", own.uplinkKbps())
                .bind("days", window == null ? null : window.days().toArray(String[]::new))
                .bind("from", window == null ? null : window.from())
                .bind("to", window == null ? null : window.to())
                .bind("gateway", own.gateway())
                .bind("latitude", location == null ? null : Double.valueOf(location.latitude()))
                .bind("longitude", location == null ? null : Double.valueOf(location.longitude()))
                .execute();
    }

    void gatewayReplaced(Handle handle, String from, String to) {
        handle.createUpdate("update site set gateway = :to, revision = revision + 1 where gateway = :from")
                .bind("from", from)
                .bind("to", to)
                .execute();
    }

    void delete(Handle handle, String name) {
        handle.createUpdate("delete from site where name = :name")
                .bind("name", name)
                .execute();
    }

    /** What still names the site, in words; empty if nothing does. */
    Optional<String> usedBy(Handle handle, String name) {
        return handle.createQuery("""
                        select what from (
                            select 1 as n, 'device `' || min(id) || '`' as what from device where site = :name
                            union all
                            select 2, 'site `' || min(name) || '`, which lies in it' from site where parent = :name
                            union all
                            select 3, 'enrolment token `' || min(id) || '`' from enrolment_token where site = :name
                            union all
                            select 4, 'settings of the site' from setting where level = 'site' and name = :name) used
                         where what is not null order by n limit 1""").bind("name", name).mapTo(String.class).findOne();
    }

    boolean deviceExists(Handle handle, String id) {
        return handle.createQuery("select exists (select 1 from device where id = :id and status <> 'retired')")
                .bind("id", id)
                .mapTo(Boolean.class)
                .one();
    }

    /** How many devices in scope are at the site and those below it. */
    long devices(Handle handle, Scope scope, String name) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(
                        "select count(*) from device d where d.status <> 'retired' and d.site = any(:sites) and "
                                + allowed.sql())
                .bind("sites", subtree(handle, name).toArray(String[]::new))
                .bindMap(allowed.binds())
                .mapTo(Long.class)
                .one();
    }

    /** The site and all below it. */
    List<String> subtree(Handle handle, String name) {
        return handle.createQuery("""
                        with recursive below as (
                            select s.name from site s where s.name = :name
                            union
                            select c.name from site c join below b on c.parent = b.name)
                        select name from below order by name""").bind("name", name).mapTo(String.class).list();
    }

    /** How many sites lie in each other from this one down; 1 for one that is new or has none below. */
    int height(Handle handle, String name) {
        return handle.createQuery("""
                        with recursive below as (
                            select s.name, 1 as level from site s where s.name = :name
                            union
                            select c.name, b.level + 1 from site c join below b on c.parent = b.name and b.level < 64)
                        select coalesce(max(level), 1) from below""").bind("name", name).mapTo(Integer.class).one();
    }

    /** The site, and those below it that take their time zone from it. */
    List<String> sharingTimeZone(Handle handle, String name) {
        return handle.createQuery("""
                        with recursive below as (
                            select s.name from site s where s.name = :name
                            union
                            select c.name from site c join below b on c.parent = b.name where c.time_zone is null)
                        select name from below order by name""").bind("name", name).mapTo(String.class).list();
    }

    private static Site.Row read(ResultSet rs) throws SQLException {
        long uplink = rs.getLong("uplink_kbps");
        Long known = rs.wasNull() ? null : uplink;
        Array days = rs.getArray("window_days");
        MaintenanceWindow window = days == null
                ? null
                : new MaintenanceWindow(
                        Arrays.asList((String[]) days.getArray()),
                        rs.getObject("window_from", LocalTime.class).toString(),
                        rs.getObject("window_to", LocalTime.class).toString());
        Double latitude = rs.getObject("latitude", Double.class);
        Site.Location location = latitude == null ? null : new Site.Location(latitude, rs.getDouble("longitude"));
        return new Site.Row(
                rs.getString("name"),
                rs.getString("parent"),
                new Site.Own(rs.getString("time_zone"), known, window, rs.getString("gateway"), location),
                rs.getLong("revision"));
    }
}
