package dev.muster.agent;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.local.LocalClient;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** {@code apply-bundle}: hands a bundle to the agent of this device and tells how it goes. One thread. */
final class ApplyBundle {
    private static final long POLL_MS = 200;
    private static final Duration RESTART = Duration.ofMinutes(10);

    private final StateDir state;
    private final InstantSource clock;
    private final PrintStream out;
    private final PrintStream err;

    ApplyBundle(StateDir state, InstantSource clock, PrintStream out, PrintStream err) {
        this.state = state;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** Whether all is well; what is not was told. */
    boolean apply(Path file) throws IOException, InterruptedException {
        if (isAnswering()) {
            return follow(file, false);
        }
        out.println("no agent runs on `" + state.root() + "`: one is started for this");
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(
                1, Thread.ofPlatform().name("agent-timer").daemon().factory());
        try (AgentHost host =
                new AgentHost(state, AgentConfig.defaults(), scheduler, clock, AgentLog.to(out, clock, "agent"))) {
            host.start();
            return follow(file, true);
        } finally {
            scheduler.shutdownNow();
        }
    }

    private boolean isAnswering() throws IOException {
        if (!Files.exists(state.socket())) {
            return false;
        }
        try {
            LocalClient.ask(state.socket(), Map.of("op", "bundle"));
            return true;
        } catch (ConnectException e) {
            return false; // left over by an agent that was killed
        }
    }

    private boolean follow(Path file, boolean ours) throws IOException, InterruptedException {
        JsonObject standing = LocalClient.ask(
                state.socket(),
                Map.of("op", "apply-bundle", "file", file.toAbsolutePath().toString()));
        long shown = -1;
        while (isRunning(standing)) {
            long total = standing.number("totalBytes");
            long tenth = total == 0 ? 0 : standing.number("doneBytes") * 10 / total;
            if (tenth > shown && total > 0) {
                shown = tenth;
                out.println(standing.string("state") + ": " + tenth * 10 + "% of " + total + " bytes");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            try {
                standing = LocalClient.ask(state.socket(), Map.of("op", "bundle"));
            } catch (SocketException e) {
                return restarted(ours);
            }
        }
        String message = standing.string("message");
        return switch (standing.string("state")) {
            case "applied" -> {
                out.println("applied: generation " + standing.number("generation"));
                yield tellTargets();
            }
            case "held" -> {
                out.println("loaded: generation " + standing.number("generation")
                        + "; what is left waits for its window, or for `consent`");
                yield tellTargets();
            }
            // The agent that took the bundle is gone already, and another one has none.
            case "restarting", "none" -> restarted(ours);
            case "refused" -> {
                err.println("agent: bundle refused (" + standing.string("code") + "): " + message
                        + "; nothing was changed");
                yield false;
            }
            default -> {
                err.println("agent: not finished: " + message);
                yield false;
            }
        };
    }

    private static boolean isRunning(JsonObject standing) {
        return List.of("checking", "applying").contains(standing.string("state"));
    }

    /** A device that is real is gone by now; ours was switched off and on beside us. */
    private boolean restarted(boolean ours) throws InterruptedException {
        out.println("the device restarts to go on");
        if (!ours) {
            return true;
        }
        Instant end = clock.instant().plus(RESTART);
        while (clock.instant().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            try {
                List<String> states = LocalClient.ask(state.socket(), Map.of("op", "status"))
                        .objects("targets", target -> target.string("state"));
                if (states.stream().allMatch(text -> ConditionState.parse(text).isFinal())) {
                    return tellTargets();
                }
            } catch (IOException e) {
                // Between off and on nobody answers.
            }
        }
        err.println("agent: not finished: the device did not come back within " + RESTART.toMinutes() + " min");
        return false;
    }

    private boolean tellTargets() {
        try {
            LocalClient.ask(state.socket(), Map.of("op", "status"))
                    .objects(
                            "targets",
                            target -> "  " + target.string("name") + " " + target.string("version") + " "
                                    + target.string("state") + " " + target.string("reason"))
                    .forEach(line -> out.println(line.stripTrailing()));
        } catch (IOException e) {
            err.println("agent: no answer from `" + state.socket() + "`: " + e.getMessage());
        }
        return true;
    }
}
