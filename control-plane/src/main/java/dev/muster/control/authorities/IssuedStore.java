package dev.muster.control.authorities;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What each authority issued, of the transaction's tenant. */
@Singleton
final class IssuedStore {
    /**
     * What still hangs on an authority.
     *
     * @param devices that are not retired, and whose newest certificate is its
     * @param certificates of such devices that have not ended, grace included
     * @param lastEnds when the last of them ends, without grace; the epoch for none
     */
    record Held(long devices, long certificates, Instant lastEnds) {
        static final Held NOTHING = new Held(0, 0, Instant.EPOCH);

        Held and(Held other) {
            return new Held(
                    devices + other.devices,
                    certificates + other.certificates,
                    lastEnds.isAfter(other.lastEnds) ? lastEnds : other.lastEnds);
        }
    }

    /** By authority; those that hold nothing are missing. */
    Map<String, Held> held(Handle handle, Instant endedBefore) {
        Map<String, Held> held = new HashMap<>();
        handle.createQuery("""
                        select c.authority,
                               count(*) filter (where c.newest) as devices,
                               count(*) filter (where c.not_after > :before) as certificates,
                               max(c.not_after) as ends
                          from (select authority, not_after,
                                       row_number() over (partition by device order by issued_at desc, serial) = 1
                                           as newest
                                  from device_certificate
                                 where revoked_at is null
                                   and device in (select id from device where status <> 'retired')) c
                         group by c.authority""")
                .bind("before", OffsetDateTime.ofInstant(endedBefore, ZoneOffset.UTC))
                .map((rs, context) -> {
                    held.put(
                            rs.getString("authority"),
                            new Held(
                                    rs.getLong("devices"),
                                    rs.getLong("certificates"),
                                    rs.getObject("ends", OffsetDateTime.class).toInstant()));
                    return Boolean.TRUE;
                })
                .list();
        return held;
    }
}
