package dev.muster.policy.decision;

/**
 * What conditions may ask about the moment, in the numbering of one bundle. Made when the situation changes, not per
 * question.
 *
 * @param epochSecond device time
 * @param minute of the local day, 0 to 1439
 * @param weekday one bit: bit 0 Monday to bit 6 Sunday
 * @param facts one bit per fact of the bundle that holds
 */
public record DecisionContext(long epochSecond, int minute, int weekday, long facts) {
    /** Nothing is known about the moment: only rights without a condition hold. */
    public static final DecisionContext NONE = new DecisionContext(0, 0, 0, 0);
}
