package dev.muster.standalone.dist;

import dev.muster.standalone.commandline.Programs;
import picocli.CommandLine.Command;

/** {@code ./muster dist}. */
@Command(
        name = "dist",
        headerHeading = "Example: ./muster dist agent --to dist%n%n",
        header = "Makes packages for machines that build nothing.",
        mixinStandardHelpOptions = true,
        subcommands = {ServerCommand.class, AgentCommand.class, JmodsCommand.class})
public final class Main {
    private Main() {}

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs {@code args} and answers the exit code. */
    static int run(String... args) {
        return Programs.run(new Main(), "muster dist", args);
    }
}
