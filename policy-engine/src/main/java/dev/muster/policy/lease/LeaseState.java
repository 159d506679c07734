package dev.muster.policy.lease;

/** Whether the policy in force is still leased, and what its end means. */
public enum LeaseState {
    HOLDS,
    ENDED_KEPT,
    ENDED_GUARDRAILS,
    ENDED_DENIED;

    /** Whether the lease has ended, which is worth an alert whatever it changes. */
    public boolean hasEnded() {
        return this != HOLDS;
    }
}
