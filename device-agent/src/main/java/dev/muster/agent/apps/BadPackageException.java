package dev.muster.agent.apps;

import java.io.IOException;

/** A package that must not be unpacked or installed; the reason is one CamelCase word for the report. */
public final class BadPackageException extends IOException {
    private final String reason;

    public BadPackageException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
