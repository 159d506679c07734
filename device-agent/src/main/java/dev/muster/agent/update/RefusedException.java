package dev.muster.agent.update;

import java.io.IOException;

/** A target that cannot be put into force here; {@code reason} is one of {@link Reasons} or a package reader's. */
public final class RefusedException extends IOException {
    private final String reason;

    public RefusedException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
