package dev.muster.control.http;

import org.jspecify.annotations.Nullable;

/** Says clearly what a request body lacks. */
public final class Bodies {
    private Bodies() {}

    /** The body, or a problem if there is none. */
    public static <T> T require(@Nullable T body) {
        if (body == null) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected a JSON body, found none");
        }
        return body;
    }

    /** The member {@code name}, or a problem if it is missing. */
    public static <T> T require(@Nullable T value, String name) {
        if (value == null || (value instanceof String text && text.isBlank())) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected `" + name + "`, found nothing");
        }
        return value;
    }
}
