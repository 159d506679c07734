package dev.muster.standalone.api;

/** An answer of the API that is not a success, or none at all. */
public final class ApiException extends RuntimeException {
    private final int status;

    /** {@code status} is the HTTP status, 0 if there was no answer. */
    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** HTTP status, 0 if there was no answer. */
    public int status() {
        return status;
    }
}
