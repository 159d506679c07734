package dev.muster.control.ddi;

/** A request that is answered with an error, in hawkBit's form. */
final class DdiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    DdiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
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
}
