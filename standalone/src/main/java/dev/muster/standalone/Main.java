package dev.muster.standalone;

import dev.muster.standalone.backup.BackupCommand;
import dev.muster.standalone.backup.RestoreCommand;
import dev.muster.standalone.breakglass.BreakGlassCommand;
import dev.muster.standalone.commandline.Programs;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.up.DownCommand;
import dev.muster.standalone.up.StatusCommand;
import dev.muster.standalone.up.UpCommand;
import picocli.CommandLine.Command;

/** Runs one command and exits with its {@link ExitCode}. */
@Command(
        name = "muster",
        description = "Runs the whole product on this machine.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            BreakGlassCommand.class
        })
public final class Main {
    private Main() {}

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs {@code args} and answers the exit code. */
    static int run(String... args) {
        return Programs.run(new Main(), "muster", args);
    }
}
