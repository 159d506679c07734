package dev.muster.cli;

import dev.muster.cli.session.Session;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code muster completion}. */
@Command(
        name = "completion",
        headerHeading = "Example: muster completion%n%n",
        header = "Prints what bash (zsh, after `bashcompinit`) completes verbs and options with; for bash into"
                + " ~/.local/share/bash-completion/completions/muster.")
final class CompletionCommand implements Runnable {
    private final Session session;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.out().print(AutoComplete.bash("muster", Main.commandLine(session)));
    }
}
