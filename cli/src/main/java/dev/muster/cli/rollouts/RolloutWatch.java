package dev.muster.cli.rollouts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.time.Duration;
import java.util.Map;

/** Follows a rollout to its end, one line per change on standard error. */
public final class RolloutWatch {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private RolloutWatch() {}

    /** Returns when the rollout is completed; one that stops otherwise is a {@link CliException} with its reason. */
    public static void await(Session session, String id) {
        String shown = "";
        while (true) {
            Row rollout = new Row(session.api().get(Url.of("rollouts", id)));
            String line = line(rollout);
            if (!line.equals(shown)) {
                session.err().println(line);
                session.err().flush();
                shown = line;
            }
            switch (rollout.text("state")) {
                case "completed" -> {
                    return;
                }
                case "aborted", "superseded", "paused" -> throw new CliException(ExitCode.FAILED, stopped(rollout));
                default -> pause();
            }
        }
    }

    /** The rollout's id in an answer that names it or holds it whole. */
    public static String idOf(Row answer) {
        return answer.at("rollout") instanceof Map<?, ?> ? answer.text("rollout.id") : answer.text("rollout");
    }

    private static String stopped(Row rollout) {
        String reason = rollout.text("reason");
        return "rollout `" + rollout.text("name") + "` is " + rollout.text("state")
                + (reason.equals(Row.NONE) ? "" : ": " + reason);
    }

    private static String line(Row rollout) {
        StringBuilder line = new StringBuilder(rollout.text("state"));
        for (Row wave : rollout.rows("waves")) {
            line.append("  ")
                    .append(wave.text("name"))
                    .append(' ')
                    .append(wave.number("succeeded"))
                    .append('/')
                    .append(wave.number("size"));
            if (wave.number("failed") > 0) {
                line.append(" (").append(wave.number("failed")).append(" failed)");
            }
        }
        return line.toString();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }
}
