package dev.muster.standalone.up;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.RunningServer;
import dev.muster.standalone.process.RuntimeFiles;
import java.util.List;
import java.util.Map;

/** The agents of this machine's own small fleet, all in one JVM. */
final class Fleet {
    private final UpOptions options;
    private final DataDirectory data;
    private final ProductFiles product;
    private final Enrolment enrolment;

    /**
     * What lets the agents in.
     *
     * @param token enrolment token with enough uses for those that are not enrolled yet
     * @param caFingerprint SHA-256 of the CA that signs the server's certificate
     */
    record Enrolment(String token, String caFingerprint) {
        /** Keeps the token out of logs. */
        @Override
        public String toString() {
            return "Enrolment[" + caFingerprint + "]";
        }
    }

    Fleet(UpOptions options, DataDirectory data, ProductFiles product, Enrolment enrolment) {
        this.options = options;
        this.data = data;
        this.product = product;
        this.enrolment = enrolment;
    }

    RunningServer start() {
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec(
                "agents",
                List.of(
                        RuntimeFiles.java().toString(),
                        "-Xms32m",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        // As on a device (`muster-agent`): agents wait more than they compute.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        product.agentClassPath(),
                        "dev.muster.agent.fleet.FleetMain",
                        "--server",
                        options.localDeviceUrl(),
                        "--mqtt",
                        options.localMqtt(),
                        "--ca-fingerprint",
                        enrolment.caFingerprint(),
                        "--state-root",
                        Folders.ownerOnly(data.agents()).toString(),
                        "--count",
                        Integer.toString(options.devices()),
                        "--platform",
                        "simulated"),
                // Not an argument: every user of the machine can read those.
                Map.of("MUSTER_ENROL_TOKEN", enrolment.token()),
                data.logOf("agents")));
        return new ChildServer(process);
    }
}
