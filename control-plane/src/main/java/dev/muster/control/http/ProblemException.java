package dev.muster.control.http;

import java.util.Map;

/** Ends a request with an RFC 9457 problem. Thrown inside a transaction, it rolls it back. */
public final class ProblemException extends RuntimeException {
    /** The member that says after how many seconds to ask again; on the port of the devices it is a header too. */
    public static final String RETRY_AFTER = "retryAfter";

    private final ProblemCode code;
    private final transient Map<String, Object> extensions;

    /** The detail names the thing in backticks, and says what was expected and what was found. */
    public ProblemException(ProblemCode code, String detail) {
        this(code, detail, Map.of());
    }

    /** With members beyond the standard ones, such as {@code errors}. */
    public ProblemException(ProblemCode code, String detail, Map<String, Object> extensions) {
        super(detail);
        this.code = code;
        this.extensions = Map.copyOf(extensions);
    }

    /** The stable code. */
    public ProblemCode code() {
        return code;
    }

    /** Members beyond the standard ones. */
    public Map<String, Object> extensions() {
        return extensions;
    }

    /** The detail, never null. */
    public String detail() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
