package dev.muster.control.permissions;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;

/** Reads the number of a policy version. */
final class VersionNumber {
    private VersionNumber() {}

    /** The number; the problem {@code invalid-request} for what is none. */
    static long parse(String text) {
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a policy version such as `7`, `draft` or `live`, found `" + text + "`");
        }
        return Long.parseLong(text);
    }
}
