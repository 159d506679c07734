package dev.muster.control.enrolment;

import java.time.Instant;

/**
 * A token just made; the only time its text is shown.
 *
 * @param command what to run on the device
 * @param invitation the same as one line, for a QR code
 */
public record NewToken(String id, String token, Instant expiresAt, int uses, String command, String invitation) {
    /** Without the token: what may stand in a log. */
    @Override
    public String toString() {
        return "NewToken[" + id + "]";
    }
}
