package dev.muster.policy.language;

/**
 * One mistake in a policy document.
 *
 * @param source name of the source
 * @param line from 1
 * @param column from 1
 * @param message what was expected and what was found
 */
public record PolicyError(String source, int line, int column, String message) {
    /** {@code file:line:column: message}. */
    @Override
    public String toString() {
        return source + ":" + line + ":" + column + ": " + message;
    }
}
