package dev.muster.simulator;

import dev.muster.simulator.behaviour.Mix;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code ./muster simulate}. */
public final class Main {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Main() {}

    /** Runs it and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(
                commandLine(new SimulateCommand(out, System.getenv()), out, err).execute(args));
    }

    static CommandLine commandLine(SimulateCommand command, PrintWriter out, PrintWriter err) {
        return new CommandLine(command)
                .setOut(out)
                .setErr(err)
                .registerConverter(Duration.class, Span::parse)
                .registerConverter(Mix.class, Mix::parse)
                .setParameterExceptionHandler((e, args) -> {
                    Throwable cause = e.getCause();
                    err.println("simulate: "
                            + (cause instanceof IllegalArgumentException ? cause.getMessage() : e.getMessage()));
                    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
                        err.println("See: muster simulate --help");
                    }
                    return USAGE;
                })
                .setExecutionExceptionHandler((e, unused, result) -> {
                    err.println("simulate: " + e.getMessage());
                    return e instanceof IllegalArgumentException ? USAGE : FAILED;
                });
    }
}
