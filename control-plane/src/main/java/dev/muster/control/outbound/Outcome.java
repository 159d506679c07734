package dev.muster.control.outbound;

/** What came of a request. */
public sealed interface Outcome {
    /** There was an answer. */
    record Answered(int status) implements Outcome {}

    /** Nothing was sent, and nothing will be as long as address and settings are what they are. */
    record Refused(String reason) implements Outcome {}

    /** It may go well another time. */
    record Failed(String reason) implements Outcome {}
}
