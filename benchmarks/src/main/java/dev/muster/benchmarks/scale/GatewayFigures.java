package dev.muster.benchmarks.scale;

import dev.muster.benchmarks.ProcessCpu;
import dev.muster.benchmarks.suspension.SecondGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the gateway's process takes, and whether it says that it is well: asked once a second from the start on. */
final class GatewayFigures implements AutoCloseable {
    private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");
    private static final Duration PROBE = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final SecondGateway gateway;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PROBE).build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final LongAdder probes = new LongAdder();
    private final LongAdder failed = new LongAdder();

    GatewayFigures(SecondGateway gateway) {
        this.gateway = gateway;
    }

    /** Waits until it says that it is well. */
    void awaitReady(Duration limit, Path log) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (!isWell()) {
            if (System.nanoTime() - until > 0 || !gateway.isAlive()) {
                throw new IOException("expected a gateway that says it is well, found:\n" + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** From now on it is asked once a second. */
    void watch() {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    probes.increment();
                    if (!isWell()) {
                        failed.increment();
                    }
                },
                0,
                1,
                TimeUnit.SECONDS);
    }

    private boolean isWell() {
        try {
            HttpRequest probe = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + gateway.managementPort() + "/q/health"))
                    .timeout(PROBE)
                    .build();
            return http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    long probes() {
        return probes.sum();
    }

    long failedProbes() {
        return failed.sum();
    }

    /** Seconds of CPU so far. */
    double cpuSeconds() {
        return ProcessCpu.seconds(gateway.pid());
    }

    /** Bytes of heap in use after a collection. */
    long heapBytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        jcmd("GC.run");
        String text = jcmd("GC.heap_info");
        // Serial: a line for each generation; the class space comes in another form.
        Matcher used = USED.matcher(text);
        long kib = 0;
        while (used.find()) {
            kib += Long.parseLong(used.group(1));
        }
        if (kib == 0) {
            throw new IOException("expected generations and what they use, found:\n" + text);
        }
        return kib << 10;
    }

    /** Bytes of memory that the kernel counts for it: what lies outside of the heap, too. */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    private String jcmd(String order) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(gateway.pid()),
                        order))
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("`jcmd " + order + "` failed:\n" + text);
        }
        return text;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.shutdownNow();
    }
}
