package dev.muster.standalone.breakglass;

import dev.muster.standalone.process.OwnerLogin;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The functions of the server's database that make, show and end the break-glass login. Each call is one transaction. */
final class BreakGlassStore {
    private final OwnerLogin owner;

    private BreakGlassStore(OwnerLogin owner) {
        this.owner = owner;
    }

    /** As the settings of the server say; they hold the password of the database's owner, so who can read them may do this. */
    static BreakGlassStore of(Path settings) {
        return new BreakGlassStore(OwnerLogin.of(settings));
    }

    /**
     * One that was made.
     *
     * @param firstUsed when it was used first
     * @param ended when it was revoked, or ended by wrong secrets
     */
    record Shown(
            String id,
            String createdBy,
            Instant created,
            Instant expires,
            @Nullable Instant firstUsed,
            long uses,
            long failures,
            @Nullable Instant ended) {}

    /** Makes it, ends the one before, writes both into the trail; answers when it ends. */
    Instant create(BreakGlassSecret secret, Duration life, String by) {
        return ask("select break_glass_create(?, ?, make_interval(secs => ?), ?)", statement -> {
            statement.setString(1, secret.id());
            statement.setBytes(2, secret.hash());
            statement.setLong(3, life.toSeconds());
            statement.setString(4, by);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getObject(1, OffsetDateTime.class).toInstant();
            }
        });
    }

    /** Ends the one there is; answers its id. */
    Optional<String> revoke(String by) {
        return ask("select break_glass_revoke(?)", statement -> {
            statement.setString(1, by);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return Optional.ofNullable(rows.getString(1));
            }
        });
    }

    /** The last ones, newest first. */
    List<Shown> all() {
        return ask("select * from break_glass_show()", statement -> {
            List<Shown> all = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    all.add(new Shown(
                            rows.getString("id"),
                            rows.getString("created_by"),
                            rows.getObject("created_at", OffsetDateTime.class).toInstant(),
                            rows.getObject("expires_at", OffsetDateTime.class).toInstant(),
                            optional(rows, "first_used_at"),
                            rows.getLong("uses"),
                            rows.getLong("failures"),
                            optional(rows, "ended_at")));
                }
            }
            return all;
        });
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T ask(String sql, Work<T> work) {
        return owner.in(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return work.with(statement);
            }
        });
    }

    private static @Nullable Instant optional(ResultSet rows, String column) throws SQLException {
        OffsetDateTime at = rows.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
