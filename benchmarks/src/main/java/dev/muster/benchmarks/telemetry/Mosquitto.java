package dev.muster.benchmarks.telemetry;

import dev.muster.benchmarks.ProcessCpu;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The peer's broker, as Debian has it; keeps nothing on disk, which is to its advantage. */
final class Mosquitto implements AutoCloseable {
    private static final int TRIES = 100;

    private final Process process;
    private final int plainPort;
    private final int tlsPort;

    private Mosquitto(Process process, int plainPort, int tlsPort) {
        this.process = process;
        this.plainPort = plainPort;
        this.tlsPort = tlsPort;
    }

    /** Where it is installed. */
    static Optional<Path> program() {
        return Stream.of("/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it with one listener for anybody and one that asks for certificates. */
    static Mosquitto start(Path program, Path directory, Path certificates) throws IOException, InterruptedException {
        int plain = freePort();
        int tls = freePort();
        Path settings = directory.resolve("mosquitto.conf");
        Files.writeString(settings, """
            user root
            persistence false
            allow_anonymous true
            set_tcp_nodelay true
            max_inflight_messages 1000
            max_queued_messages 0
            listener %1$d 127.0.0.1
            listener %2$d 127.0.0.1
            cafile %3$s/ca.pem
            certfile %3$s/server.pem
            keyfile %3$s/server.key
            require_certificate true
            """.formatted(plain, tls, certificates));
        Process process = new ProcessBuilder(List.of(program.toString(), "-c", settings.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("mosquitto.log").toFile())
                .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), plain)) {
                return new Mosquitto(process, plain, tls);
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        process.destroyForcibly();
        throw new IOException("mosquitto did not start; see `" + directory.resolve("mosquitto.log") + "`");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int plainPort() {
        return plainPort;
    }

    int tlsPort() {
        return tlsPort;
    }

    double cpuSeconds() {
        return ProcessCpu.seconds(process.pid());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
