package dev.muster.control.devices;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Counts over {@code device}. */
@Singleton
final class FleetStore {
    private static final String RETIRED = "retired";

    /** Devices that are alike in all that is counted. */
    private record Part(String status, String site, String image, boolean online, long devices) {}

    /** What there is in scope; reads every device once. */
    Fleet count(Handle handle, Scope scope, long rolloutsInFlight) {
        SqlFragment allowed = scope.where("d");
        List<Part> parts = handle.createQuery("""
                        select d.status, coalesce(d.site, '') as site, coalesce(s.image_version, '') as image,
                               coalesce(p.online, false) as online, count(*) as devices
                          from device d
                          left join device_summary s on s.tenant = d.tenant and s.device = d.id
                          left join device_presence p on p.tenant = d.tenant and p.device = d.id
                        """ + " where " + allowed.sql() + " group by 1, 2, 3, 4")
                .bindMap(allowed.binds())
                .map((rs, context) -> new Part(
                        rs.getString("status"),
                        rs.getString("site"),
                        rs.getString("image"),
                        rs.getBoolean("online"),
                        rs.getLong("devices")))
                .list();
        List<Part> there =
                parts.stream().filter(part -> !part.status().equals(RETIRED)).toList();
        return new Fleet(
                there.stream().mapToLong(Part::devices).sum(),
                there.stream().filter(Part::online).mapToLong(Part::devices).sum(),
                by(parts, Part::status),
                by(there, Part::image),
                by(there, Part::site),
                rolloutsInFlight);
    }

    private static Map<String, Long> by(List<Part> parts, Function<Part, String> what) {
        return parts.stream().collect(Collectors.groupingBy(what, TreeMap::new, Collectors.summingLong(Part::devices)));
    }
}
