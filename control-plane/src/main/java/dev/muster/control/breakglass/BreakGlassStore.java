package dev.muster.control.breakglass;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code break_glass}. They are made by the functions of migration 251, as the owner of the schema; never here. */
@Singleton
class BreakGlassStore {
    /** The one with the id, held until the transaction ends: two tries at once count as two. */
    Optional<BreakGlass> find(Handle handle, String id) {
        return handle.createQuery("select * from break_glass where id = :id for update")
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The one that lets somebody in, or would if its secret were brought. */
    Optional<BreakGlass> current(Handle handle) {
        return handle.createQuery("select * from break_glass where ended_at is null")
                .map((rs, context) -> read(rs))
                .findOne();
    }

    void used(Handle handle, String id, Instant now) {
        handle.createUpdate("""
                        update break_glass set uses = uses + 1, first_used_at = coalesce(first_used_at, :now)
                        where id = :id""").bind("id", id).bind("now", utc(now)).execute();
    }

    void failed(Handle handle, String id, Instant now) {
        handle.createUpdate("""
                        update break_glass set failures = failures + 1,
                            ended_at = case when failures + 1 >= :most then :now else ended_at end
                        where id = :id""")
                .bind("id", id)
                .bind("most", BreakGlass.MOST_FAILURES)
                .bind("now", utc(now))
                .execute();
    }

    private static BreakGlass read(ResultSet rs) throws SQLException {
        return new BreakGlass(
                rs.getString("id"),
                HexFormat.of().formatHex(rs.getBytes("hash")),
                rs.getString("created_by"),
                rs.getObject("expires_at", OffsetDateTime.class).toInstant(),
                optional(rs, "first_used_at"),
                rs.getInt("failures"),
                optional(rs, "ended_at"));
    }

    private static @Nullable Instant optional(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
