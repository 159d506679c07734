package dev.muster.standalone.commandline;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import picocli.CommandLine;

/** How our programs run what they were asked: failures that were expected are one line, others show where they come from. */
public final class Programs {
    private Programs() {}

    /**
     * Runs {@code args} and answers the exit code.
     *
     * @param program a command of picocli
     * @param name what lines about failures begin with, such as {@code muster dist}
     */
    public static int run(Object program, String name, String... args) {
        CommandLine commandLine = new CommandLine(program);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof StandaloneException expected) {
                command.getErr().println(name + ": " + expected.getMessage());
                return expected.exitCode().number();
            }
            failure.printStackTrace(command.getErr());
            return ExitCode.FAILED.number();
        });
        return commandLine.execute(args);
    }
}
