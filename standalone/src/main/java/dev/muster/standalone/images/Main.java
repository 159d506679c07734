package dev.muster.standalone.images;

import dev.muster.standalone.commandline.Programs;
import picocli.CommandLine.Command;

/** {@code ./muster images}. */
@Command(
        name = "images",
        headerHeading = "Example: ./muster images build && ./muster images push registry.example.com%n%n",
        header = "Makes container images of server, agent and simulator, without a daemon, and pushes them.",
        mixinStandardHelpOptions = true,
        subcommands = {BuildCommand.class, PushCommand.class})
public final class Main {
    private Main() {}

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs {@code args} and answers the exit code. */
    static int run(String... args) {
        return Programs.run(new Main(), "muster images", args);
    }
}
