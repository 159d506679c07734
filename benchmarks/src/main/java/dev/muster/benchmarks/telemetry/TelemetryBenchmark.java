package dev.muster.benchmarks.telemetry;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.telemetry.gateway.TlsProvider;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The path of telemetry: gateway beside broker and bridge, saturated and at 3,000 messages a second, without TLS and with
 * it on both sides; ten thousand idle devices; the sink beside COPY and upsert alone; one, two and three instances of streams. Linux only.
 */
public final class TelemetryBenchmark {
    private static final Set<String> PARTS = Set.of("plain", "tls", "tls-jdk", "idle", "sink", "streams");

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public TelemetryBenchmark(PrintStream out) {
        this.out = out;
    }

    /**
     * How much to look at.
     *
     * @param warmUp messages that do not count, before the first trial, again and again for {@code warmSeconds} at least: a JVM
     *     compiles by how often something ran, and until then measures its compiler
     * @param messages of a saturated trial
     * @param pacedSeconds of a trial at a fixed rate
     * @param idle devices without TLS; a fifth of them with it
     * @param sinkMessages that the sink stores, of four rows each, and that streams read
     */
    record Plan(
            int rounds,
            long warmUp,
            int warmSeconds,
            long messages,
            int pacedSeconds,
            int idle,
            int sinkRounds,
            int sinkMessages) {
        static final Plan QUICK = new Plan(1, 50_000, 0, 100_000, 10, 2_000, 1, 100_000);
        static final Plan FULL = new Plan(5, 300_000, 20, 1_000_000, 60, 10_000, 5, 400_000);
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException {
        Plan plan = words.contains("--quick") ? Plan.QUICK : Plan.FULL;
        List<String> parts = new ArrayList<>(words);
        parts.remove("--quick");
        if (!PARTS.containsAll(parts)) {
            out.println(
                    "bench telemetry: expected [--quick] and any of `plain`, `tls`, `tls-jdk`, `idle`, `sink`, `streams` (all"
                            + " but `tls-jdk` without one), found `" + String.join(" ", words) + "`");
            return 2;
        }
        boolean all = parts.isEmpty();
        Report report = new Report("telemetry");
        Path directory = Files.createTempDirectory("muster-bench");
        try (BenchKafka kafka = BenchKafka.start(home, directory)) {
            ChildJvm.Launch launch = new ChildJvm.Launch(classPath(), directory);
            Certificates certificates = Certificates.create(directory.resolve("certificates"));
            for (String security : List.of("plain", "tls", "tls-jdk")) {
                if (parts.contains(security) || (all && !security.equals("tls-jdk"))) {
                    boolean tls = !security.equals("plain");
                    TlsProvider provider = security.equals("tls-jdk") ? TlsProvider.JDK : TlsProvider.AUTO;
                    new IngestFigures(plan, out, launch, kafka, certificates, tls, provider).measure(report);
                }
            }
            if (all || parts.contains("idle")) {
                new IdleFigures(plan, out, launch, kafka, certificates).measure(report);
            }
            if (all || parts.contains("sink")) {
                new SinkFigures(plan, out, launch, kafka).measure(report);
            }
            if (all || parts.contains("streams")) {
                new StreamsFigures(plan, out, launch, kafka).measure(report);
            }
            report.print(out);
            if (all) {
                out.println("written to " + report.write(home));
            }
            return 0;
        } catch (IOException e) {
            Path kept = home.resolve("benchmarks/target/telemetry-logs");
            keepLogs(directory, kept);
            out.println("bench telemetry: not measured: " + e.getMessage() + "; logs are in `" + kept + "`");
            return 1;
        } finally {
            AtomicFiles.deleteTree(directory);
        }
    }

    private static void keepLogs(Path directory, Path kept) throws IOException {
        Files.createDirectories(kept);
        try (var logs = Files.newDirectoryStream(directory, "*.log")) {
            for (Path log : logs) {
                Files.copy(
                        log,
                        kept.resolve(String.valueOf(log.getFileName())),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** That of this process and of the peers, which the build wrote down. */
    private String classPath() throws IOException {
        Path peers = home.resolve("benchmarks/target/peers.classpath");
        if (!Files.exists(peers)) {
            throw new IOException("class path of the peers, `" + peers + "`, is missing: build the benchmarks first");
        }
        return System.getProperty("java.class.path")
                + File.pathSeparator
                + Files.readString(peers).strip();
    }
}
