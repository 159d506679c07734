package dev.muster.standalone.kafka;

import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import java.nio.file.Path;

/**
 * Where and how one broker runs.
 *
 * @param directory holds the data ({@code data}); made if absent, owner-only
 * @param log where its output goes
 * @param port for clients, on loopback
 * @param controllerPort for the quorum, on loopback; a node keeps it for life
 * @param runtime the packaged programs
 * @param seat which node of its cluster it is; a node keeps it for life
 */
public record KafkaOptions(
        Path directory, Path log, int port, int controllerPort, RuntimeFiles runtime, KafkaSeat seat) {

    /** The only broker. */
    public KafkaOptions(Path directory, Path log, int port, int controllerPort, RuntimeFiles runtime) {
        this(directory, log, port, controllerPort, runtime, KafkaSeat.alone(controllerPort));
    }

    /** Free ports, the programs of this build: what a test wants. Keep the options to restart. */
    public static KafkaOptions in(Path directory) {
        return new KafkaOptions(
                directory, directory.resolve("kafka.log"), Ports.free(), Ports.free(), RuntimeFiles.locate());
    }
}
