package dev.muster.benchmarks.agent;

import dev.muster.benchmarks.RunningMuster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A policy and settings that the agent has to hold: it then looks each second whether somebody changed something. */
record Duties(RunningMuster muster, Path directory) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String POLICY = """
        apiVersion: muster.dev/v1
        kind: Role
        metadata:
          name: camera-operator
        spec:
          permissions: [ohos.permission.CAMERA, ohos.permission.MICROPHONE]
        ---
        apiVersion: muster.dev/v1
        kind: Binding
        metadata:
          name: cameras
        spec:
          roles: [camera-operator]
          apps:
            bundles: [com.example.camera]
          devices: all
          when: network != 'site-wifi'
        """;

    /** From now on telemetry is taken once an hour. */
    void silence(MusterAgent agent) throws IOException, InterruptedException {
        muster.cli(List.of("settings", "set", "tenant", "default", "agent.sampleSeconds=3600"));
        Process process = agent.start();
        try {
            muster.cli(List.of("settings", "rollout", "--wave", "100%"));
            Waiting.until("settings did not come into force", PATIENCE, process, () -> isSilent(agent));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    /** Has the running agent look at its document now. */
    void look() throws IOException, InterruptedException {
        muster.cli(List.of("command", "run", "refresh", "--all"));
    }

    private static boolean isSilent(MusterAgent agent) {
        try {
            return Files.readString(agent.state().resolve("settings.json")).contains("3600");
        } catch (IOException e) {
            return false; // being replaced
        }
    }

    /** Publishes both to the running agent and waits until they are in force. */
    void giveTo(MusterAgent agent) throws IOException, InterruptedException {
        muster.login();
        Path policy = Files.writeString(directory.resolve("policy.yaml"), POLICY);
        muster.cli(List.of("policy", "apply", policy.toString()));
        muster.cli(List.of(
                "settings",
                "set",
                "tenant",
                "default",
                "ntp.servers=[\"ntp.example.com\"]",
                "files={\"etc/banner\": {\"content\": \"bench\"}}"));
        Process process = agent.start();
        try {
            muster.cli(List.of("policy", "publish", "--comment", "bench"));
            muster.cli(List.of("settings", "rollout", "--wave", "100%"));
            Waiting.until(
                    "policy and settings did not come into force",
                    PATIENCE,
                    process,
                    () -> Files.exists(agent.state().resolve("policy/current.json"))
                            && Files.exists(agent.state().resolve("settings.json")));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }
}
