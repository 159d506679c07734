package dev.muster.policy.language.lint;

/**
 * Something that is allowed but probably not meant.
 *
 * @param source name of the source
 * @param line from 1
 * @param column from 1
 * @param message what it means and what to do
 */
public record Finding(LintRule rule, String source, int line, int column, String message) {
    /** {@code file:line:column: severity: message [rule]}. */
    @Override
    public String toString() {
        return source + ":" + line + ":" + column + ": " + rule.severity().text() + ": " + message + " [" + rule.id()
                + "]";
    }
}
