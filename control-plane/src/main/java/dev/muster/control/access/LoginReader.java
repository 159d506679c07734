package dev.muster.control.access;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the login that an access token of the OpenID provider proves. Signature, issuer, audience and end were verified when
 * there is an identity; the rest is verified here. Thread-safe.
 */
@Singleton
class LoginReader {
    private static final Logger LOG = Logger.getLogger(LoginReader.class);
    /** Where the library's message ends to quote the token and begins to say what is wrong with it. */
    private static final String REASON = "Additional details: ";

    private final CurrentIdentityAssociation identities;
    private final AccessConfig config;
    private final Clock clock;

    LoginReader(CurrentIdentityAssociation identities, AccessConfig config, Clock clock) {
        this.identities = identities;
        this.config = config;
        this.clock = clock;
    }

    /**
     * A login with what says whether it has ended since.
     *
     * @param session the provider's session, where its tokens name it
     */
    record Presented(Caller.Login login, @Nullable String session, Instant issuedAt) {}

    /** Who presents a token of the provider in this request, to act in {@code tenant}; 401 if nobody does. */
    Presented read(TenantId tenant) {
        JsonWebToken token = verified();
        String issuer = token.getIssuer();
        String subject = token.getSubject();
        if (issuer == null || issuer.isBlank() || subject == null || subject.isBlank()) {
            throw Unauthenticated.because("it names no issuer or no subject");
        }
        // Also where another configuration of the provider (that for logout tokens) had let it pass.
        if (!token.getAudience().contains(config.audience())) {
            throw Unauthenticated.because("it is not for audience `" + config.audience() + "`");
        }
        Instant issuedAt = Instant.ofEpochSecond(token.getIssuedAtTime());
        if (issuedAt.isAfter(clock.instant().plusSeconds(config.leewaySeconds()))) {
            throw Unauthenticated.because("it was issued in the future; do the clocks agree?");
        }
        if (Duration.between(issuedAt, Instant.ofEpochSecond(token.getExpirationTime()))
                        .compareTo(config.longestTokenLife())
                > 0) {
            throw Unauthenticated.because("it lives longer than " + config.longestTokenLife());
        }
        Object name = token.getClaim(config.nameClaim());
        Object session = token.getClaim("sid");
        Set<String> groups = Claims.texts(token::getClaim, config.groupsClaim());
        return new Presented(
                new Caller.Login(tenant, issuer, subject, name instanceof String text ? text : subject, groups),
                session instanceof String text ? text : null,
                issuedAt);
    }

    private JsonWebToken verified() {
        SecurityIdentity identity;
        try {
            identity = identities.getDeferredIdentity().await().indefinitely();
        } catch (AuthenticationFailedException e) {
            throw Unauthenticated.because(reason(e));
        } catch (OIDCException e) {
            throw new ProblemException(
                    ProblemCode.UNAVAILABLE, "the OpenID provider cannot be reached, try again soon");
        }
        if (identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw Unauthenticated.noToken();
        }
        return token;
    }

    /** In words of ours: the library's quote the token. All of it goes to the log where that asks for it. */
    private String reason(AuthenticationFailedException failure) {
        String message = Optional.ofNullable(failure.getCause())
                .map(Throwable::getMessage)
                .orElse("");
        int at = message.indexOf(REASON);
        String details = at < 0 ? "" : message.substring(at + REASON.length());
        LOG.debugf("a token was refused: %s", details);
        if (details.contains("(aud)")) {
            return "it is not for audience `" + config.audience() + "`";
        }
        if (details.contains("(iss)")) {
            return "it is not of issuer `" + config.issuer() + "`";
        }
        if (details.contains("(exp)") || message.contains("expired")) {
            return "it has expired";
        }
        if (details.contains("(nbf)")) {
            return "it is not good yet; do the clocks agree?";
        }
        return "it is none that the provider signed";
    }
}
