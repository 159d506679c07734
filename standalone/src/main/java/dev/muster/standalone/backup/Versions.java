package dev.muster.standalone.backup;

import dev.muster.standalone.process.OwnerLogin;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Devices take nothing of a lower version than they have seen: the numbers of a database that was restored begin above all of them. */
final class Versions {
    private Versions() {}

    /**
     * Prepares a database for the next start of its server, while none runs; answers the number from which versions go on.
     *
     * @param made when the backup was made, or earlier
     * @param by who restored it, for the trail
     */
    static long raise(OwnerLogin owner, Instant made, String by) {
        return owner.in(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select after_restore(?, ?)")) {
                statement.setObject(1, OffsetDateTime.ofInstant(made, ZoneOffset.UTC));
                statement.setString(2, by);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }
}
