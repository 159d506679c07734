package dev.muster.agent.local;

/** What was asked is not done; the code is for programs, the message for people. */
public final class LocalRefusal extends RuntimeException {
    private final String code;

    public LocalRefusal(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }
}
