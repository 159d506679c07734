package dev.muster.policy.model;

/**
 * When a right holds. The only condition today is {@link Always}; time windows, zones, groups and device states join this
 * list together with their words in the bundle.
 */
public sealed interface Condition {
    /** No condition. */
    record Always() implements Condition {}

    Condition ALWAYS = new Always();
}
