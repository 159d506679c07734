package dev.muster.benchmarks.agent;

import dev.muster.agent.local.LocalClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The agent, enrolled with a running Muster, connected over mTLS.
 *
 * @param program the script that starts it
 * @param directory where its state is, under the name {@code state}
 */
record MusterAgent(String name, Path program, Path directory) implements Subject {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** State directory of the one device. */
    Path state() {
        return directory.resolve("state");
    }

    /** Whether the server let the device in; {@code flags} are those of the one-line command. */
    boolean enrol(List<String> flags) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "enrol");
        builder.command().addAll(flags);
        builder.command().addAll(List.of("--state", state().toString()));
        return builder.inheritIO().start().waitFor() == 0;
    }

    @Override
    public Process start() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), "run", "--state", state().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()))
                .start();
        Waiting.until("the agent did not connect", PATIENCE, process, this::isConnected);
        return process;
    }

    private boolean isConnected() {
        try {
            return LocalClient.ask(state().resolve("agent.sock"), Map.of("op", "status"))
                    .optionalFlag("connected")
                    .orElse(false);
        } catch (IOException e) {
            return false; // not listening yet
        }
    }
}
