package dev.muster.cli.commands;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.time.Duration;

/** Follows a command to its end, one line per change on standard error. */
final class CommandWatch {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private CommandWatch() {}

    /** Returns when every device did it; one that ends otherwise is a {@link CliException} that says how many did not. */
    static void await(Session session, String id) {
        String shown = "";
        while (true) {
            Row command = new Row(session.api().get(Url.of("commands", id)));
            String line = command.text("state") + "  done " + command.number("done") + "/" + command.number("size")
                    + "  open " + (command.number("waiting") + command.number("sent") + command.number("accepted"))
                    + "  not done " + notDone(command);
            if (!line.equals(shown)) {
                session.err().println(line);
                session.err().flush();
                shown = line;
            }
            if (command.text("state").equals("completed")) {
                if (command.number("done") == command.number("size")) {
                    return;
                }
                throw new CliException(
                        ExitCode.FAILED,
                        notDone(command) + " of " + command.number("size") + " devices did not do it" + cause(command));
            }
            pause();
        }
    }

    private static long notDone(Row command) {
        return command.number("failed")
                + command.number("rejected")
                + command.number("expired")
                + command.number("cancelled");
    }

    private static String cause(Row command) {
        return command.rows("causes").isEmpty()
                ? ""
                : ", most because of `" + command.rows("causes").getFirst().text("reason") + "`";
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
