package dev.muster.standalone.kafka;

import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.RuntimeFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several brokers of one cluster on this machine, each a process that can be killed and started again, on addresses of loopback from
 * 127.0.0.2 on (Linux answers on all of them). From three on, everything has three copies, and two must have what is acknowledged. For
 * one thread.
 */
public final class KafkaCluster implements AutoCloseable {
    private static final int FIRST_ADDRESS = 2;

    private final List<KafkaOptions> options;
    private final List<KafkaServer> running = new ArrayList<>();

    private KafkaCluster(List<KafkaOptions> options) {
        this.options = List.copyOf(options);
    }

    /**
     * Starts them and waits until each serves clients.
     *
     * @param directory holds a directory for each
     * @param firstPort each takes two, one after the other from here on
     * @throws dev.muster.standalone.process.StandaloneException if one of them does not start
     */
    public static KafkaCluster start(Path directory, int brokers, int firstPort) {
        RuntimeFiles runtime = RuntimeFiles.locate();
        String clusterId = KafkaServer.clusterId(Folders.ownerOnly(directory).resolve(KafkaServer.CLUSTER_ID));
        List<String> voters = IntStream.range(0, brokers)
                .mapToObj(index -> KafkaSeat.voter(index + 1, host(index), firstPort + 2 * index + 1))
                .toList();
        List<KafkaOptions> options = new ArrayList<>();
        for (int index = 0; index < brokers; index++) {
            Path own = Folders.ownerOnly(directory.resolve("broker-" + (index + 1)));
            Folders.writeOwnerOnly(own.resolve(KafkaServer.CLUSTER_ID), clusterId);
            options.add(new KafkaOptions(
                    own,
                    own.resolve("kafka.log"),
                    firstPort + 2 * index,
                    firstPort + 2 * index + 1,
                    runtime,
                    new KafkaSeat(index + 1, host(index), voters)));
        }
        KafkaCluster cluster = new KafkaCluster(options);
        try {
            options.forEach(each -> cluster.running.add(KafkaServer.launch(each)));
            cluster.running.forEach(KafkaServer::awaitReady);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static String host(int index) {
        return "127.0.0." + (FIRST_ADDRESS + index);
    }

    /** {@code host:port} of each, for clients. */
    public String bootstrap() {
        return running.stream().map(KafkaServer::bootstrap).collect(Collectors.joining(","));
    }

    /** How many copies topics can have. */
    public int copies() {
        return options.getFirst().seat().copies();
    }

    /** Kills one (SIGKILL), by its number from 0. */
    public void kill(int index) {
        running.get(index).kill();
    }

    /** Starts one that was killed, and waits until it serves clients. */
    public void restart(int index) {
        running.set(index, KafkaServer.start(options.get(index)));
    }

    /** Ends all of them at once: those that stop first would leave the others without a quorum. */
    @Override
    public void close() {
        running.forEach(KafkaServer::kill);
    }
}
