package dev.muster.control.doctor;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.Handle;

/** What only the database knows. */
@Singleton
final class DoctorStore {
    /** Its version and its clock. */
    record Server(String version, Instant clock) {}

    Server server(Handle handle) {
        return handle.createQuery("select current_setting('server_version') as version, clock_timestamp() as at")
                .map((rs, context) -> new Server(
                        rs.getString("version"),
                        rs.getObject("at", OffsetDateTime.class).toInstant()))
                .one();
    }

    /** Of all tenants, in a transaction of the jobs' role. */
    Facts.Waiting outbox(Handle jobs) {
        return jobs.createQuery("""
                        select count(*) as n,
                               cast(coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) * 1000 as bigint) as oldest
                          from outbox""")
                .map((rs, context) ->
                        new Facts.Waiting(rs.getLong("n"), Duration.ofMillis(Math.max(0, rs.getLong("oldest")))))
                .one();
    }
}
