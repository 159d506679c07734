package dev.muster.policy.condition;

/**
 * A condition that needs more terms or facts than a device keeps.
 *
 * @param reason what was expected and found, for people
 */
public record TooComplex(String reason) implements Lowered {}
