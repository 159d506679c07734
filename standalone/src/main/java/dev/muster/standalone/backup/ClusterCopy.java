package dev.muster.standalone.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Copies the files of a PostgreSQL that goes on working, with the log that makes one instant of them (PostgreSQL: Continuous Archiving,
 * "Making a Base Backup Using the Low Level API"): all its databases at once, so that people of Keycloak and rights of Muster belong
 * together.
 */
final class ClusterCopy {
    // What the manual says may, or must, be left out.
    private static final Set<String> EMPTY_FOLDERS = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");
    private static final Set<String> LEFT_OUT =
            Set.of("postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map", "current_logfiles");
    private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");
    private static final Pattern RELATION = Pattern.compile("(base/\\d+/\\d+)(_[a-z]+)?(\\.\\d+)?");
    private static final Pattern START = Pattern.compile("START WAL LOCATION: \\S+ \\(file ([0-9A-F]{24})\\)");
    private static final Path CONTROL = Path.of("global/pg_control");

    private final Connection superuser;
    private final Path cluster;

    /**
     * @param superuser a connection to database {@code muster} that nobody else uses
     * @param cluster PostgreSQL's data directory, on this machine
     */
    ClusterCopy(Connection superuser, Path cluster) {
        this.superuser = superuser;
        this.cluster = cluster;
    }

    /** The newest migration of the server's schema. */
    int schema() throws SQLException {
        try (Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select coalesce(max(version::numeric), 0)::int from muster.flyway_schema_history"
                                + " where success and version ~ '^[0-9]+$'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** The database's own time. */
    Instant now() throws SQLException {
        try (Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery("select clock_timestamp()")) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /** Files of relations that hold samples and windows, with their indexes, such as {@code base/16384/16390}. */
    Set<String> telemetryFiles() throws SQLException {
        try (Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery("""
                        with part as (
                            select i.inhrelid as oid from pg_inherits i join pg_class p on p.oid = i.inhparent
                              join pg_namespace n on n.oid = p.relnamespace
                             where n.nspname = 'telemetry' and p.relname in ('sample', 'rollup_1m', 'rollup_1h')),
                        whole as (
                            select oid from part
                            union select c.reltoastrelid from pg_class c join part on part.oid = c.oid where c.reltoastrelid <> 0)
                        select pg_relation_filepath(oid) from whole
                        union select pg_relation_filepath(x.indexrelid) from pg_index x join whole on whole.oid = x.indrelid""")) {
            Set<String> files = new HashSet<>();
            while (rows.next()) {
                String file = rows.getString(1);
                if (file != null) {
                    files.add(file);
                }
            }
            return files;
        }
    }

    /**
     * Writes the copy below {@code name}; it is of the moment when this returns.
     *
     * @param without files of relations that are left out, with all their parts; whoever starts the copy drops these
     */
    void copy(ArchiveWriter archive, String name, Set<String> without) throws IOException, SQLException {
        try (Statement statement = superuser.createStatement()) {
            // Keeps the log until it is copied; gone with the connection.
            statement.execute(
                    "select pg_create_physical_replication_slot('muster_backup_' || pg_backend_pid(), true, true)");
            statement.execute("select pg_backup_start('muster backup', true)");
            archive.tree(name, cluster, place -> isWanted(place, without));
            archive.file(name + "/" + CONTROL, cluster.resolve(CONTROL));
            String label;
            String last;
            try (ResultSet rows =
                    statement.executeQuery("select labelfile, pg_walfile_name(lsn) from pg_backup_stop(false)")) {
                rows.next();
                label = rows.getString(1);
                last = rows.getString(2);
            }
            archive.put(name + "/backup_label", label.getBytes(StandardCharsets.UTF_8));
            Matcher start = START.matcher(label);
            if (!start.find()) {
                throw new IOException(
                        "expected the first file of the log in the label of the copy, found `" + label + "`");
            }
            log(archive, name, start.group(1), last);
        }
    }

    private void log(ArchiveWriter archive, String name, String first, String last) throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.list(cluster.resolve("pg_wal"))) {
            segments = files.filter(file -> {
                        String segment = file.getFileName().toString();
                        return SEGMENT.matcher(segment).matches()
                                && segment.compareTo(first) >= 0
                                && segment.compareTo(last) <= 0;
                    })
                    .sorted()
                    .toList();
        }
        if (segments.isEmpty()
                || !segments.getFirst().endsWith(first)
                || !segments.getLast().endsWith(last)) {
            throw new IOException(
                    "expected the database's log from `" + first + "` to `" + last + "`, found " + segments);
        }
        for (Path segment : segments) {
            archive.file(name + "/pg_wal/" + segment.getFileName(), segment);
        }
    }

    private static boolean isWanted(Path place, Set<String> without) {
        String first = place.getName(0).toString();
        String last = place.getFileName().toString();
        if (EMPTY_FOLDERS.contains(first)) {
            return place.getNameCount() == 1;
        }
        if (LEFT_OUT.contains(place.toString())
                || place.equals(CONTROL)
                || last.startsWith("pgsql_tmp")
                || last.startsWith("pg_internal.init")) {
            return false;
        }
        Matcher relation = RELATION.matcher(place.toString());
        return !relation.matches() || !without.contains(relation.group(1));
    }
}
