package dev.muster.control.access;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;

/** Why nobody is logged in. */
final class Unauthenticated {
    private static final String EXPECTED =
            "expected a valid bearer token, of the OpenID provider or of a service account";

    private Unauthenticated() {}

    static ProblemException noToken() {
        return new ProblemException(ProblemCode.NOT_AUTHENTICATED, EXPECTED);
    }

    /** For a token whose signature holds, or where the reason tells nothing about what would be right. */
    static ProblemException because(String reason) {
        return new ProblemException(ProblemCode.NOT_AUTHENTICATED, EXPECTED + "; found one that is refused: " + reason);
    }
}
