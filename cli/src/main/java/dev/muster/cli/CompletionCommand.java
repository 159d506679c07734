package dev.muster.cli;

import dev.muster.cli.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code muster completion}. */
@Command(
        name = "completion",
        headerHeading = "Example: muster completion%n%n",
        header =
                "Prints what bash (zsh, after `bashcompinit`) completes verbs, options and device queries with; for bash into"
                        + " ~/.local/share/bash-completion/completions/muster.")
final class CompletionCommand implements Runnable {
    private final Session session;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.out().print(AutoComplete.bash("muster", Main.commandLine(session)));
        session.out().print(queries());
    }

    private static String queries() {
        try (InputStream in = CompletionCommand.class.getResourceAsStream("queries.bash")) {
            if (in == null) {
                throw new IllegalStateException("resource `queries.bash` is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
