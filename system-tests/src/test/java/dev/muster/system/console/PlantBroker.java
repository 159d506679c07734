package dev.muster.system.console;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The broker that a plant has already: a real mosquitto, and what machines say to it. */
final class PlantBroker implements AutoCloseable {
    private static final Path MOSQUITTO = Path.of("/usr/sbin/mosquitto");

    private final Process process;
    private final int port;

    private PlantBroker(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** One on a free port, with its files in {@code directory}; without Debian's {@code mosquitto} the test is skipped. */
    static PlantBroker start(Path directory) throws IOException {
        assumeThat(Files.isExecutable(MOSQUITTO))
                .as("Debian's `mosquitto` is not installed")
                .isTrue();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(
                directory.resolve("mosquitto.conf"),
                "user root\nlistener " + port + " 127.0.0.1\nallow_anonymous true\n");
        Process process = new ProcessBuilder(MOSQUITTO.toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        return new PlantBroker(process, port);
    }

    int port() {
        return port;
    }

    /** Says something to the broker, retained, in the few bytes of MQTT 3.1.1 that takes. */
    void say(String topic, String payload) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                ByteArrayOutputStream connect = new ByteArrayOutputStream();
                text(connect, "MQTT");
                connect.writeBytes(new byte[] {4, 2, 0, 60});
                text(connect, "plant");
                packet(socket, 0x10, connect.toByteArray());
                byte[] accepted = socket.getInputStream().readNBytes(4);
                ByteArrayOutputStream publish = new ByteArrayOutputStream();
                text(publish, topic);
                publish.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
                packet(socket, 0x31, publish.toByteArray());
                packet(socket, 0xE0, new byte[0]);
                return accepted.length == 4 && accepted[3] == 0;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    /** Short ones only: the length fits one byte. */
    private static void packet(Socket socket, int type, byte[] body) throws IOException {
        socket.getOutputStream().write(new byte[] {(byte) type, (byte) body.length});
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
