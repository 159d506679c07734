package dev.muster.control.ddi;

import java.time.Duration;

/** A request that is answered with an error, in hawkBit's form. */
final class DdiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final Duration again;

    DdiException(int status, String code, String message) {
        this(status, code, message, Duration.ZERO);
    }

    private DdiException(int status, String code, String message, Duration again) {
        super(message);
        this.status = status;
        this.code = code;
        this.again = again;
    }

    /** Too often; {@code again} is when it may come back. */
    static DdiException tooMany(String message, Duration again) {
        return new DdiException(429, "tooManyRequests", message, again);
    }

    static DdiException unauthorized() {
        return new DdiException(401, "unauthorized", "");
    }

    static DdiException notFound(String message) {
        return new DdiException(404, "repo.entityNotFound", message);
    }

    static DdiException invalid(String message) {
        return new DdiException(400, "repo.constraintViolation", message);
    }

    static DdiException gone(String message) {
        return new DdiException(410, "repo.actionNotActive", message);
    }

    static DdiException quota(String message) {
        return new DdiException(429, "quota.tooManyEntries", message);
    }

    int status() {
        return status;
    }

    /** What stands behind {@code hawkbit.server.error.}. */
    String code() {
        return code;
    }

    /** When the client may come again; zero where that does not matter. */
    Duration again() {
        return again;
    }
}
