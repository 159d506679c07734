package dev.muster.control.sites;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code site}. */
@Singleton
final class SiteStore {
    private static final String SELECT =
            "select name, parent, site_time_zone(name) as time_zone, uplink_kbps from site";

    List<Site> all(Handle handle) {
        return handle.createQuery(SELECT + " order by name")
                .map((rs, context) -> read(rs))
                .list();
    }

    Optional<Site> find(Handle handle, String name) {
        return handle.createQuery(SELECT + " where name = :name")
                .bind("name", name)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** False if the name is taken. */
    boolean insert(Handle handle, Site site, @Nullable String ownZone) {
        return handle.createUpdate("""
                                insert into site (name, parent, time_zone, uplink_kbps)
                                values (:name, :parent, :zone, :uplink) on conflict do nothing""")
                        .bind("name", site.name())
                        .bind("parent", site.parent())
                        .bind("zone", ownZone)
                        .bind("uplink", site.uplinkKbps())
                        .execute()
                == 1;
    }

    /** Sets the site's own time zone; null takes it away. */
    void setTimeZone(Handle handle, String name, @Nullable String zone) {
        handle.createUpdate("update site set time_zone = :zone where name = :name")
                .bind("name", name)
                .bind("zone", zone)
                .execute();
    }

    void setUplink(Handle handle, String name, long kbps) {
        handle.createUpdate("update site set uplink_kbps = :kbps where name = :name")
                .bind("name", name)
                .bind("kbps", kbps)
                .execute();
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

    private static Site read(ResultSet rs) throws SQLException {
        long uplink = rs.getLong("uplink_kbps");
        Long known = rs.wasNull() ? null : uplink;
        return new Site(rs.getString("name"), rs.getString("parent"), rs.getString("time_zone"), known);
    }
}
