package dev.muster.control.sessions;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).
 *
 * @param id {@code jti}
 * @param session {@code sid}
 * @param subject {@code sub}; without a session, all of the subject's
 */
record LogoutToken(String issuer, String id, Optional<String> session, Optional<String> subject, Instant issuedAt) {
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    /**
     * Reads a token whose signature, issuer, audience and end were verified.
     *
     * @throws IllegalArgumentException that says what is missing or must not be there (section 2.6)
     */
    static LogoutToken read(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("expected a signed token of three parts, found " + parts.length);
        }
        JsonObject claims = JsonObject.parse(Base64.getUrlDecoder().decode(parts[1]));
        if (claims.optionalObject("events").filter(events -> events.has(EVENT)).isEmpty()) {
            throw new IllegalArgumentException("expected the event `" + EVENT + "`: this is no logout token");
        }
        if (claims.has("nonce")) {
            throw new IllegalArgumentException("expected no `nonce`: this is no logout token");
        }
        Optional<String> session = claims.optionalString("sid").filter(text -> !text.isBlank());
        Optional<String> subject = claims.optionalString("sub").filter(text -> !text.isBlank());
        if (session.isEmpty() && subject.isEmpty()) {
            throw new IllegalArgumentException("expected `sid` or `sub`, found neither");
        }
        return new LogoutToken(
                claims.string("iss"),
                claims.string("jti"),
                session,
                subject,
                Instant.ofEpochSecond(claims.number("iat")));
    }
}
