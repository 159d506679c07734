package dev.muster.agent.transport;

import java.io.IOException;

/** The server answered, with a status that is not success. */
public final class HttpStatusException extends IOException {
    private final int status;

    HttpStatusException(int status, String path, String detail) {
        super("expected success from `" + path + "`, found status " + status
                + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.status = status;
    }

    public int status() {
        return status;
    }
}
