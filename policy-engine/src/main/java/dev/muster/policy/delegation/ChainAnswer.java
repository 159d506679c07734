package dev.muster.policy.delegation;

/** What a presented chain comes to. */
public sealed interface ChainAnswer {
    /**
     * It gives what was asked.
     *
     * @param capability at its root
     * @param how how it came to whoever presents it, for people
     */
    record Gives(String capability, String how) implements ChainAnswer {}

    /**
     * It is good, and would give it, but a condition does not hold now.
     *
     * @param condition whose, and in words
     */
    record Waits(String capability, String condition) implements ChainAnswer {}

    /**
     * It is not good, or not for this.
     *
     * @param cause for people
     */
    record Refused(String cause) implements ChainAnswer {}
}
