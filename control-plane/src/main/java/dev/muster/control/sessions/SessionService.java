package dev.muster.control.sessions;

import dev.muster.control.access.AccessConfig;
import dev.muster.control.access.Caller;
import dev.muster.control.access.EndedSessionStore;
import dev.muster.control.access.ProviderKeys;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.oidc.OIDCException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** Believes the OpenID provider, and nobody else, that a session ended. Thread-safe. */
@Singleton
final class SessionService {
    private final ProviderKeys keys;
    private final EndedSessionStore store;
    private final AccessConfig config;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    SessionService(
            ProviderKeys keys,
            EndedSessionStore store,
            AccessConfig config,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.keys = keys;
        this.store = store;
        this.config = config;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Refuses the access tokens of the session that this logout token names, from the next request on, on every instance. */
    void end(String text) {
        LogoutToken token = verified(text);
        Instant now = clock.instant();
        EndedSessionStore.Ended ended = new EndedSessionStore.Ended(
                token.issuer(),
                token.id(),
                token.session().orElse(null),
                token.subject().orElse(null),
                token.issuedAt());
        transactions.run(TenantId.DEFAULT, handle -> {
            Instant forget = now.plus(config.longestTokenLife()).plusSeconds(config.leewaySeconds());
            if (!store.insert(handle, ended, forget, now)) {
                throw refused("this logout token was used before");
            }
            audit.append(
                    handle,
                    new Caller.Server(TenantId.DEFAULT, "back-channel-logout"),
                    "session.end",
                    token.session()
                            .map(sid -> "session/" + sid)
                            .orElse("person/" + token.subject().orElse("")),
                    Map.of("issuer", token.issuer(), "subject", token.subject().orElse("")));
        });
    }

    private LogoutToken verified(String text) {
        try {
            if (!keys.signedLogout(text)) {
                throw refused(
                        "expected a logout token that the OpenID provider signed for a client of ours, and still good");
            }
            LogoutToken token = LogoutToken.read(text);
            if (token.issuedAt().isAfter(clock.instant().plusSeconds(config.leewaySeconds()))) {
                throw refused("it was issued in the future; do the clocks agree?");
            }
            return token;
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        } catch (OIDCException e) {
            throw new ProblemException(
                    ProblemCode.UNAVAILABLE, "the OpenID provider's keys are not known yet, try again soon");
        }
    }

    private static ProblemException refused(String why) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, "`logout_token`: " + why);
    }
}
