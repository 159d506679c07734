package dev.muster.policy.decision;

/**
 * What conditions may ask about the moment. Made when the situation changes, not per question. No condition reads it
 * yet: bundles that need one are refused.
 *
 * @param epochSecond device time
 * @param minuteOfWeek 0 to 10079 in the time zone of the device's site, Monday 00:00 being 0
 * @param zones one bit per zone of the bundle that the device is in
 * @param groups one bit per group of the bundle that the asking user or shift is in
 * @param state one bit per device state of the bundle that holds
 */
public record DecisionContext(long epochSecond, int minuteOfWeek, long zones, long groups, long state) {
    /** Nothing is known about the moment: only unconditional rights hold. */
    public static final DecisionContext NONE = new DecisionContext(0, 0, 0, 0, 0);
}
