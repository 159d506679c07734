package dev.muster.policy.capability;

/** A capability file that is not sound, or not for this device. */
public final class CapabilityException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CapabilityException(String message) {
        super(message);
    }

    public CapabilityException(String message, Throwable cause) {
        super(message, cause);
    }
}
