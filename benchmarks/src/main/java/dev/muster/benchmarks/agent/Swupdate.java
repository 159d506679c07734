package dev.muster.benchmarks.agent;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * SWUpdate of the distribution ({@code apt-get install swupdate}), in C, as hawkBit's device: the update half of what an
 * agent does, polling every 30 s over plain HTTP, which costs it less than TLS would. Our end answers as hawkBit does
 * when there is nothing to install.
 */
final class Swupdate implements Subject, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] NOTHING_TO_DO =
            "{\"config\":{\"polling\":{\"sleep\":\"00:00:30\"}},\"_links\":{}}".getBytes(StandardCharsets.UTF_8);

    private final Path program;
    private final Path directory;
    private final HttpServer hawkbit;
    private final AtomicInteger polls = new AtomicInteger();

    private Swupdate(Path program, Path directory) throws IOException {
        this.program = program;
        this.directory = directory;
        this.hawkbit = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hawkbit.createContext("/", exchange -> {
            polls.incrementAndGet();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, NOTHING_TO_DO.length);
            exchange.getResponseBody().write(NOTHING_TO_DO);
            exchange.close();
        });
        hawkbit.start();
    }

    /** Empty where SWUpdate, or openssl for the certificate that it wants to see, is not installed. */
    static Optional<Swupdate> find(Path directory) throws IOException, InterruptedException {
        Optional<Path> program = Programs.onPath("swupdate");
        Optional<Path> openssl = Programs.onPath("openssl");
        if (program.isEmpty() || openssl.isEmpty()) {
            return Optional.empty();
        }
        Process certificate = new ProcessBuilder(
                        openssl.get().toString(),
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-keyout",
                        "swupdate.key",
                        "-out",
                        "swupdate.pem",
                        "-subj",
                        "/CN=bench",
                        "-addext",
                        "extendedKeyUsage=emailProtection")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return certificate.waitFor() == 0 ? Optional.of(new Swupdate(program.get(), directory)) : Optional.empty();
    }

    @Override
    public String name() {
        return "swupdate";
    }

    @Override
    public Process start() throws IOException, InterruptedException {
        int before = polls.get();
        Process process = new ProcessBuilder(List.of(
                        program.toString(),
                        "-k",
                        directory.resolve("swupdate.pem").toString(),
                        "-H",
                        "board:1.0",
                        "-M",
                        "-m",
                        "-u",
                        "-t default -u http://127.0.0.1:" + hawkbit.getAddress().getPort() + " -i bench -p 30"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("swupdate.log").toFile()))
                .start();
        Waiting.until("swupdate did not ask for work", PATIENCE, process, () -> polls.get() > before);
        return process;
    }

    @Override
    public void close() {
        hawkbit.stop(0);
    }
}
