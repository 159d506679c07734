package dev.muster.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Mender's client of the distribution ({@code apt-get install mender-client}), in Go: the update half of what an agent does.
 * There is no Mender server here, so it only tries to reach one, at an address where nobody listens: less than it would take
 * with a session.
 */
final class MenderClient implements Subject {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SETTINGS = "{\"ServerURL\":\"https://127.0.0.1:1\",\"UpdatePollIntervalSeconds\":1800,"
            + "\"InventoryPollIntervalSeconds\":28800,\"RetryPollIntervalSeconds\":30}";

    private final Path program;
    private final Path settings;
    private final Path data;
    private final Path log;

    private MenderClient(Path program, Path directory) throws IOException {
        this.program = program;
        this.data = Files.createDirectories(directory.resolve("mender"));
        this.settings = Files.writeString(data.resolve("mender.conf"), SETTINGS);
        this.log = directory.resolve("mender.log");
        Files.writeString(data.resolve("device_type"), "device_type=bench\n");
    }

    /** Empty where it is not installed. */
    static Optional<MenderClient> find(Path directory) throws IOException {
        Optional<Path> program = Programs.onPath("mender");
        return program.isEmpty() ? Optional.empty() : Optional.of(new MenderClient(program.get(), directory));
    }

    @Override
    public String name() {
        return "mender-client";
    }

    @Override
    public Process start() throws IOException, InterruptedException {
        Files.deleteIfExists(log);
        Process process = new ProcessBuilder(List.of(
                        program.toString(),
                        "--config",
                        settings.toString(),
                        "--fallback-config",
                        data.resolve("none.conf").toString(),
                        "--data",
                        data.toString(),
                        "--no-syslog",
                        "daemon"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // From here on it waits, and tries again now and then.
        Waiting.until("mender-client did not begin to wait", PATIENCE, process, () -> text().contains("-> check-wait"));
        return process;
    }

    private String text() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
