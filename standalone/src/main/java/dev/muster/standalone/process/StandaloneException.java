package dev.muster.standalone.process;

import org.jspecify.annotations.Nullable;

/** A start, stop or check that failed, in words for the person at the terminal. */
public final class StandaloneException extends RuntimeException {
    private final ExitCode exitCode;

    /** Fails with {@code exitCode}; {@code message} names what was expected and what was found. */
    public StandaloneException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    /** The same, keeping what caused it. */
    public StandaloneException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What the launcher exits with. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
