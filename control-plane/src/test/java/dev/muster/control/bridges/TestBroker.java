package dev.muster.control.bridges;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** A real broker, Debian's Mosquitto, as a child process. */
final class TestBroker implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/sbin/mosquitto");

    private final Process process;
    private final int port;

    private TestBroker(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static boolean isInstalled() {
        return Files.isExecutable(BINARY);
    }

    static TestBroker start(Path directory, String... lines) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path config = Files.writeString(
                directory.resolve("mosquitto.conf"),
                "user root\nlistener " + port + " 127.0.0.1\n"
                        + (lines.length == 0 ? "allow_anonymous true\n" : String.join("\n", lines) + "\n"));
        Process process = new ProcessBuilder(BINARY.toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(20)).until(() -> answers(port));
        return new TestBroker(process, port);
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    /** Says something as a machine of the plant would. */
    void say(String topic, String payload, boolean retained) throws MqttException {
        MqttClient client =
                new MqttClient("tcp://127.0.0.1:" + port, "plant-" + System.nanoTime(), new MemoryPersistence());
        client.connect();
        client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, retained);
        client.disconnect();
        client.close();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
