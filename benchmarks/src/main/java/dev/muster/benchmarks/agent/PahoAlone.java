package dev.muster.benchmarks.agent;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * The least a JVM can do for the same telemetry: Eclipse Paho as it comes, the same device's certificate, the same
 * gateway, a message of the same size every ten seconds at QoS 1. No documents, no policy, no queue on disk: what the
 * agent takes beyond this is its own.
 */
record PahoAlone(Path directory, Path state, List<String> flags) implements Subject {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVERY_SECONDS = 10;

    @Override
    public String name() {
        return "Paho alone";
    }

    @Override
    public Process start() throws IOException, InterruptedException {
        Path connected = directory.resolve("paho.connected");
        Files.deleteIfExists(connected);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        Path archive = directory.resolve("paho.jsa");
        command.addAll(List.of(
                (Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive,
                "-cp",
                System.getProperty("java.class.path"),
                PahoAlone.class.getName(),
                state.toString(),
                connected.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("paho.log").toFile()))
                .start();
        Waiting.until("Paho alone did not connect", PATIENCE, process, () -> Files.exists(connected));
        return process;
    }

    /** The measured program: state directory of the device, file to make when connected. */
    public static void main(String[] args) throws Exception {
        DeviceIdentity identity =
                new IdentityStore(new StateDir(Path.of(args[0]))).load().orElseThrow();
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        options.setKeepAliveInterval(60);
        options.setSocketFactory(Tls.mutual(identity).getSocketFactory());
        options.setHttpsHostnameVerificationEnabled(true);
        MqttAsyncClient client =
                new MqttAsyncClient("ssl://" + identity.mqtt(), identity.ref().key(), new MemoryPersistence());
        client.connect(options).waitForCompletion();
        Files.createFile(Path.of(args[1]));
        String topic = "muster/1/" + identity.ref().key() + "/telemetry/json";
        for (long sequence = 1; ; sequence++) {
            TimeUnit.SECONDS.sleep(EVERY_SECONDS);
            long now = System.currentTimeMillis();
            MqttMessage message = new MqttMessage(values(now).getBytes(StandardCharsets.UTF_8));
            message.setQos(1);
            MqttProperties properties = new MqttProperties();
            properties.setUserProperties(List.of(
                    new UserProperty("boot", Long.toString(now)), new UserProperty("seq", Long.toString(sequence))));
            message.setProperties(properties);
            client.publish(topic, message);
        }
    }

    private static String values(long now) {
        return """
                {"metrics":[{"name":"cpu.load","at":%1$d,"value":0.25},{"name":"memory.used","at":%1$d,"value":0.081},\
                {"name":"disk.used","at":%1$d,"value":0.6936},{"name":"uptime.seconds","at":%1$d,"value":1235}]}""".formatted(now);
    }
}
