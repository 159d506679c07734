package dev.muster.trust.evidence;

/**
 * One thing that was looked at.
 *
 * @param name stable word, such as {@code signature} or {@code manifest-signature}
 * @param outcome what came of it
 * @param detail one sentence
 */
public record Check(String name, Outcome outcome, String detail) {
    /** What came of a check. */
    public enum Outcome {
        /** It holds. */
        GOOD,
        /** It does not hold: the file is no evidence. */
        BAD,
        /** It cannot be told from this file alone, or there is nothing to check; a reader should know. */
        OPEN
    }
}
