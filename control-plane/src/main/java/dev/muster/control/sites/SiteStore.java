package dev.muster.control.sites;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code site}. */
@Singleton
final class SiteStore {
    private static final String SELECT = "select name, parent, time_zone, uplink_kbps from site";

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
    boolean insert(Handle handle, Site site) {
        return handle.createUpdate("""
                                insert into site (name, parent, time_zone, uplink_kbps)
                                values (:name, :parent, :zone, :uplink) on conflict do nothing""")
                        .bind("name", site.name())
                        .bind("parent", site.parent())
                        .bind("zone", site.timeZone())
                        .bind("uplink", site.uplinkKbps())
                        .execute()
                == 1;
    }

    private static Site read(ResultSet rs) throws SQLException {
        long uplink = rs.getLong("uplink_kbps");
        Long known = rs.wasNull() ? null : uplink;
        return new Site(rs.getString("name"), rs.getString("parent"), rs.getString("time_zone"), known);
    }
}
