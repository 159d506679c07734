package dev.muster.policy.delegation;

/** A chain that is not sound, or a block that nobody may add; the message is for people. */
public final class DelegationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DelegationException(String message) {
        super(message);
    }

    public DelegationException(String message, Throwable cause) {
        super(message, cause);
    }
}
