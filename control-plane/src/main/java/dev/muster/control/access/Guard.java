package dev.muster.control.access;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantState;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import jakarta.json.JsonArray;
import jakarta.json.JsonString;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * The one gate of the REST API. A request acts in the tenant of the header {@code Muster-Tenant}, or in {@code default};
 * whoever has no binding there has no rights there. Fails closed.
 */
@RequestScoped
public class Guard {
    /** Names the tenant a request acts in. */
    public static final String TENANT_HEADER = "Muster-Tenant";

    private static final String BEARER = "Bearer ";

    private final CurrentIdentityAssociation identities;
    private final TenantTransactions transactions;
    private final RoleBindingStore bindings;
    private final AccessConfig config;
    private final HttpHeaders headers;
    private final ServiceAccountStore accounts;
    private final Clock clock;
    private @Nullable Rights rights;
    private @Nullable Caller caller;

    Guard(
            CurrentIdentityAssociation identities,
            TenantTransactions transactions,
            RoleBindingStore bindings,
            ServiceAccountStore accounts,
            AccessConfig config,
            Clock clock,
            HttpHeaders headers) {
        this.identities = identities;
        this.transactions = transactions;
        this.bindings = bindings;
        this.accounts = accounts;
        this.config = config;
        this.clock = clock;
        this.headers = headers;
    }

    /** The right to do what {@code role} may, on the devices of its scope; 401 without a login, 403 without the right. */
    public Access require(Role role) {
        Rights found = rights();
        Caller who = caller();
        if (!found.hold(role)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "expected the role `" + role.text() + "` in tenant `" + who.tenant()
                            + "`, found none that implies it");
        }
        return new Access(who, role, found.scope(role));
    }

    /** Who is logged in; 401 if nobody is. */
    public Caller caller() {
        Caller known = caller;
        if (known == null) {
            rights();
            known = Objects.requireNonNull(caller);
        }
        return known;
    }

    Rights rights() {
        Rights known = rights;
        if (known == null) {
            known = apiToken().map(this::ofToken).orElseGet(this::ofLogin);
            rights = known;
        }
        return known;
    }

    private Rights ofLogin() {
        Caller.Login login = readLogin();
        Rights found = transactions.in(login.tenant(), trip -> trip.ask(TenantState.question()), (handle, state) -> {
            List<RoleBinding> bound = bindings.of(handle, login);
            // Only who has rights there learns that it is suspended, or there at all.
            if (!bound.isEmpty()) {
                requireActive(login.tenant(), state.first());
            }
            return new Rights(login.tenant(), bound);
        });
        caller = login;
        return found;
    }

    /** The token of a service account in the header {@code Authorization}, if it is one. */
    private Optional<String> apiToken() {
        String header = headers.getHeaderString(HttpHeaders.AUTHORIZATION);
        return Optional.ofNullable(header)
                .filter(text -> text.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(text -> text.substring(BEARER.length()).strip())
                .filter(text -> text.startsWith(ApiToken.Secret.PREFIX));
    }

    private Rights ofToken(String text) {
        ApiToken.Secret secret = ApiToken.Secret.parse(text).orElseThrow(Guard::unauthenticated);
        // The token says its tenant; a header that says another one asks for something else.
        if (headers.getHeaderString(TENANT_HEADER) != null && !tenant().equals(secret.tenant())) {
            throw unauthenticated();
        }
        return transactions.in(secret.tenant(), handle -> {
            ApiToken token = accounts.use(handle, secret, clock.instant()).orElseThrow(Guard::unauthenticated);
            requireActive(secret.tenant(), TenantState.of(handle));
            Caller.Service service = new Caller.Service(secret.tenant(), token.account(), token.id());
            caller = service;
            return new Rights(secret.tenant(), bindings.of(handle, service), token.role(), token.selector());
        });
    }

    private static void requireActive(TenantId tenant, Optional<TenantState> state) {
        if (!state.equals(Optional.of(TenantState.ACTIVE))) {
            throw new ProblemException(
                    ProblemCode.TENANT_SUSPENDED,
                    "tenant `" + tenant + "` is suspended: whoever owns this installation can let it go on");
        }
    }

    private Caller.Login readLogin() {
        SecurityIdentity identity;
        try {
            identity = identities.getDeferredIdentity().await().indefinitely();
        } catch (AuthenticationFailedException e) {
            throw unauthenticated();
        } catch (OIDCException e) {
            throw new ProblemException(
                    ProblemCode.UNAVAILABLE, "the OpenID provider cannot be reached, try again soon");
        }
        if (identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw unauthenticated();
        }
        String issuer = token.getIssuer();
        String subject = token.getSubject();
        if (issuer == null || issuer.isBlank() || subject == null || subject.isBlank()) {
            throw unauthenticated();
        }
        String name = token.getClaim("preferred_username");
        return new Caller.Login(tenant(), issuer, subject, name == null ? subject : name, groups(token));
    }

    private TenantId tenant() {
        String header = headers.getHeaderString(TENANT_HEADER);
        if (header == null) {
            return TenantId.DEFAULT;
        }
        try {
            return new TenantId(header);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "header `" + TENANT_HEADER + "`: " + e.getMessage());
        }
    }

    private Set<String> groups(JsonWebToken token) {
        Object claim = token.getClaim(config.groupsClaim());
        return switch (claim) {
            case JsonArray array ->
                array.stream()
                        .filter(JsonString.class::isInstance)
                        .map(value -> ((JsonString) value).getString())
                        .collect(Collectors.toSet());
            case Collection<?> values -> values.stream().map(String::valueOf).collect(Collectors.toSet());
            case null, default -> Set.of();
        };
    }

    private static ProblemException unauthenticated() {
        return new ProblemException(
                ProblemCode.NOT_AUTHENTICATED,
                "expected a valid bearer token, of the OpenID provider or of a service account");
    }
}
