package dev.muster.simulator.behaviour;

/** What goes wrong with an install, and what the device says of it. */
public enum Failure {
    /** The bytes are not what was signed. */
    CORRUPT("DigestMismatch", "simulated: the bytes are not those that were signed"),
    /** There is no room. */
    FULL("NoSpace", "simulated: no space left on the device"),
    /** The new thing runs and is not well. */
    UNHEALTHY("HealthCheckFailed", "simulated: the health check did not pass");

    private final String reason;
    private final String message;

    Failure(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    /** One word for machines. */
    public String reason() {
        return reason;
    }

    /** For people. */
    public String message() {
        return message;
    }
}
