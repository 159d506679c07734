package dev.muster.cli.http;

import java.util.List;

/** Ends a verb: one line for standard error, an exit code, and more lines for {@code --verbose}. */
public final class CliException extends RuntimeException {
    private final ExitCode exitCode;
    private final transient List<String> more;

    public CliException(ExitCode exitCode, String line) {
        this(exitCode, line, List.of());
    }

    /** {@code more} is shown below the line, each on a line of its own. */
    public CliException(ExitCode exitCode, String line, List<String> more) {
        super(line);
        this.exitCode = exitCode;
        this.more = List.copyOf(more);
    }

    public CliException(ExitCode exitCode, String line, Throwable cause) {
        super(line, cause);
        this.exitCode = exitCode;
        this.more = List.of();
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** The line for standard error. */
    public String line() {
        String message = getMessage();
        return message == null ? "failed" : message;
    }

    /** Positions and details, such as the errors of a policy. */
    public List<String> more() {
        return more;
    }
}
