package dev.muster.standalone.kafka;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Main class of the broker's JVM. Arguments: data folder, client port, controller port, file to make when ready, cluster id, node
 * number, address, voters.
 */
public final class KafkaMain {
    private KafkaMain() {}

    /** Runs the node until SIGTERM, or until standard input ends because the parent died. */
    public static void main(String[] args) throws Exception {
        KafkaSeat seat = new KafkaSeat(Integer.parseInt(args[5]), args[6], List.of(args[7].split(",", -1)));
        KafkaNode node = new KafkaNode(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), seat);
        Path ready = Path.of(args[3]);
        Files.createDirectories(node.data());
        LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
        format(node, args[4]);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(node.settings(), false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-stop"));
        server.startup();
        Files.createFile(ready);
        Thread.ofPlatform().daemon().name("parent-watch").start(KafkaMain::endWithParent);
        server.awaitShutdown();
    }

    private static void format(KafkaNode node, String clusterId) throws Exception {
        // Ignored when already formatted, so a start that died half-way is simply repeated.
        new Formatter()
                .setPrintStream(new PrintStream(System.out, true))
                .setNodeId(node.seat().node())
                .setClusterId(clusterId)
                .setDirectories(List.of(node.data().toString()))
                .setControllerListenerName(KafkaNode.CONTROLLER_LISTENER)
                .setMetadataLogDirectory(node.data().toString())
                .setIgnoreFormatted(true)
                .run();
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever sent; only the end counts.
            }
        } catch (IOException e) {
            // A broken pipe is the same news as its end.
        }
        System.exit(0);
    }
}
