package dev.muster.benchmarks.telemetry;

import dev.muster.benchmarks.ProcessCpu;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.telemetry.schema.TelemetryMigrations;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Kafka to PostgreSQL: the product's sink, which reads, decodes, drops repetitions, keeps its offsets and stores raw and
 * latest values in one transaction, beside a program that has the same rows in memory and only copies and upserts them.
 */
final class SinkFigures {
    private static final Bar ROWS = new Bar.AtLeast(40_000);
    private static final Bar CPU = new Bar.AtMost(1.3);
    private static final long PATIENCE_SECONDS = 300;

    private final TelemetryBenchmark.Plan plan;
    private final PrintStream out;
    private final ChildJvm.Launch launch;
    private final BenchKafka kafka;

    SinkFigures(TelemetryBenchmark.Plan plan, PrintStream out, ChildJvm.Launch launch, BenchKafka kafka) {
        this.plan = plan;
        this.out = out;
        this.launch = launch;
        this.kafka = kafka;
    }

    /** What one trial saw. */
    private record Trial(double rowsPerSecond, double cpuPerMillion) {}

    void measure(Report report) throws IOException, InterruptedException {
        out.println("measuring Kafka to PostgreSQL ...");
        try (PostgresServer postgres =
                PostgresServer.start(PostgresOptions.in(launch.directory().resolve("postgres")))) {
            PGSimpleDataSource owner = new PGSimpleDataSource();
            owner.setUrl(postgres.jdbcUrl("muster"));
            owner.setUser("muster_owner");
            owner.setPassword(postgres.options().passwords().owner());
            TelemetryMigrations.migrate(owner);
            List<Trial> ours = new ArrayList<>();
            List<Trial> bare = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            String url = postgres.jdbcUrl("muster");
            String password = postgres.options().passwords().ingest();
            try (ChildJvm sink = launch.start(
                            "sink", SinkChild.class, ChildJvm.heap("256"), kafka.bootstrap(), url, password);
                    ChildJvm copy = launch.start("copy", CopyChild.class, ChildJvm.heap("384"), url, password);
                    Connection superuser = DriverManager.getConnection(
                            url,
                            postgres.superuser(),
                            postgres.options().passwords().superuser())) {
                long seq = 0;
                for (int round = 0; round <= plan.sinkRounds(); round++) { // the first one warms up
                    Trial stored = sinkTrial(postgres, sink, superuser, seq);
                    seq += plan.sinkMessages() / RecordLoad.DEVICES;
                    Trial copied = copyTrial(postgres, copy, superuser);
                    out.printf(
                            "round %d of %d: sink %,.0f rows/s, %.1f CPU s/1M; bare %,.0f rows/s, %.1f CPU s/1M%n",
                            round,
                            plan.sinkRounds(),
                            stored.rowsPerSecond(),
                            stored.cpuPerMillion(),
                            copied.rowsPerSecond(),
                            copied.cpuPerMillion());
                    if (round > 0) {
                        ours.add(stored);
                        bare.add(copied);
                        ratios.add(stored.cpuPerMillion() / copied.cpuPerMillion());
                    }
                }
            }
            report.row("sink: rows", "1/s", map(ours, Trial::rowsPerSecond), ROWS);
            report.row("sink: CPU per 1M rows", "s", map(ours, Trial::cpuPerMillion), Bar.NONE);
            report.row("bare COPY and upsert: rows", "1/s", map(bare, Trial::rowsPerSecond), Bar.NONE);
            report.row("bare COPY and upsert: CPU per 1M rows", "s", map(bare, Trial::cpuPerMillion), Bar.NONE);
            report.row("sink: CPU, ours to bare", "x", ratios, CPU);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    private static List<Double> map(List<Trial> trials, java.util.function.ToDoubleFunction<Trial> value) {
        return trials.stream().mapToDouble(value).boxed().toList();
    }

    private Trial sinkTrial(PostgresServer postgres, ChildJvm sink, Connection database, long seq)
            throws IOException, InterruptedException, SQLException {
        sink.ask("pause");
        long rows = (long) plan.sinkMessages() * RecordLoad.METRICS;
        RecordLoad.write(kafka.settings(), kafka.bootstrap(), plan.sinkMessages(), seq);
        double before = cpu(postgres, sink);
        long started = System.nanoTime();
        long had = Long.parseLong(sink.ask("rows").getFirst());
        sink.ask("go");
        while (Long.parseLong(sink.ask("rows").getFirst()) - had < rows) {
            if (System.nanoTime() - started > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw new IOException("the sink did not store all rows in time");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        double cpu = cpu(postgres, sink) - before;
        requireRows(database, "the sink", rows);
        truncate(database);
        return new Trial(rows / seconds, cpu / rows * 1_000_000);
    }

    /** Not what a program says that it stored, but what is there. */
    private static void requireRows(Connection database, String who, long expected) throws IOException, SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from telemetry.sample")) {
            row.next();
            if (row.getLong(1) != expected) {
                throw new IOException("expected " + expected + " rows of " + who + ", found " + row.getLong(1));
            }
        }
    }

    private Trial copyTrial(PostgresServer postgres, ChildJvm copy, Connection database)
            throws IOException, SQLException {
        long rows = (long) plan.sinkMessages() * RecordLoad.METRICS;
        double before = cpu(postgres, copy);
        double seconds = Double.parseDouble(copy.ask("run " + rows).getFirst());
        double cpu = cpu(postgres, copy) - before;
        requireRows(database, "the bare program", rows);
        truncate(database);
        return new Trial(rows / seconds, cpu / rows * 1_000_000);
    }

    private static double cpu(PostgresServer postgres, ChildJvm child) {
        return ProcessCpu.ofTree(postgres.process().pid()) + child.cpuSeconds();
    }

    private static void truncate(Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("truncate telemetry.sample");
            statement.execute("checkpoint");
        }
    }
}
