package dev.muster.telemetry.bridge;

/** A broker, or the way to it, failed; what it says is in its cause, whichever client that is of. */
final class BrokerException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean subscription;

    BrokerException(Exception cause) {
        super(cause.getMessage(), cause);
        this.subscription = false;
    }

    private BrokerException(String message) {
        super(message);
        this.subscription = true;
    }

    /** A subscription that a broker does not grant. */
    static BrokerException subscription(String filter, int code) {
        return new BrokerException(
                "the broker refused the subscription `" + filter + "` with reason code 0x" + Integer.toHexString(code));
    }

    boolean isSubscription() {
        return subscription;
    }
}
