package dev.muster.control.access;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.logs.LogFields;
import dev.muster.control.tenancy.TenantState;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tenancy.Trip;
import dev.muster.protocol.identity.TenantId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.MDC;
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
    /** The break-glass login has its rights without a binding. */
    private static final UUID NO_BINDING = new UUID(0, 0);

    private final LoginReader logins;
    private final TenantTransactions transactions;
    private final RoleBindingStore bindings;
    private final EndedSessionStore ended;
    private final HttpHeaders headers;
    private final ServiceAccountStore accounts;
    private final BreakGlassDoor breakGlass;
    private final Request request;
    private final UriInfo address;
    private final Clock clock;
    private final CallerLimits limits;
    private @Nullable Rights rights;
    private @Nullable Caller caller;

    Guard(
            LoginReader logins,
            TenantTransactions transactions,
            RoleBindingStore bindings,
            EndedSessionStore ended,
            ServiceAccountStore accounts,
            BreakGlassDoor breakGlass,
            Clock clock,
            CallerLimits limits,
            HttpHeaders headers,
            Request request,
            UriInfo address) {
        this.logins = logins;
        this.transactions = transactions;
        this.bindings = bindings;
        this.ended = ended;
        this.accounts = accounts;
        this.breakGlass = breakGlass;
        this.clock = clock;
        this.limits = limits;
        this.headers = headers;
        this.request = request;
        this.address = address;
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

    /** The same right where it is had; for answers that tell more to whom they may. 401 without a login. */
    public Optional<Access> find(Role role) {
        Rights found = rights();
        return found.hold(role) ? Optional.of(new Access(caller(), role, found.scope(role))) : Optional.empty();
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
            known = found();
            rights = known;
            // Until the request's end: what Quarkus keeps of it goes with the request.
            MDC.put(LogFields.TENANT, Objects.requireNonNull(caller).tenant().value());
        }
        return known;
    }

    private Rights found() {
        Optional<String> token = bearer();
        if (token.filter(text -> text.startsWith(ApiToken.Secret.PREFIX)).isPresent()) {
            return ofToken(token.get());
        }
        if (token.filter(text -> text.startsWith(BreakGlassDoor.PREFIX)).isPresent()) {
            return ofBreakGlass(token.get());
        }
        return ofLogin();
    }

    private Rights ofLogin() {
        LoginReader.Presented presented = logins.read(tenant());
        Caller.Login login = presented.login();
        limits.admit(login);
        // One way there and back: whether the session ended, and how the tenant stands, are asked with the bindings.
        Rights found = transactions.in(
                login.tenant(),
                trip -> new Asked(
                        trip.ask(ended.ended(presented)),
                        trip.ask(bindings.of(login)),
                        trip.ask(TenantState.question())),
                (handle, asked) -> {
                    if (asked.ended().first().isPresent()) {
                        throw Unauthenticated.because("its session has ended");
                    }
                    List<RoleBinding> bound = asked.bindings().rows();
                    // Only who has rights there learns that it is suspended, or there at all.
                    if (!bound.isEmpty()) {
                        requireActive(login.tenant(), asked.tenant().first());
                    }
                    return new Rights(login.tenant(), bound);
                });
        caller = login;
        return found;
    }

    private record Asked(
            Trip.Answer<Boolean> ended, Trip.Answer<RoleBinding> bindings, Trip.Answer<TenantState> tenant) {}

    /** What the header {@code Authorization} brings. */
    private Optional<String> bearer() {
        String header = headers.getHeaderString(HttpHeaders.AUTHORIZATION);
        return Optional.ofNullable(header)
                .filter(text -> text.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(text -> text.substring(BEARER.length()).strip());
    }

    private Rights ofBreakGlass(String secret) {
        // Made for one tenant; a header that says another one asks for something else.
        if (!tenant().equals(TenantId.DEFAULT)) {
            throw Unauthenticated.noToken();
        }
        Caller.BreakGlass glass = breakGlass
                .open(secret, request.getMethod() + " " + address.getPath())
                .orElseThrow(Unauthenticated::noToken);
        limits.admit(glass);
        caller = glass;
        return new Rights(
                TenantId.DEFAULT,
                List.of(new RoleBinding(
                        NO_BINDING,
                        RoleBinding.Kind.PERSON,
                        ServiceAccount.ISSUER,
                        glass.id(),
                        Role.ADMIN,
                        Selector.ALL,
                        false)));
    }

    private Rights ofToken(String text) {
        ApiToken.Secret secret = ApiToken.Secret.parse(text).orElseThrow(Unauthenticated::noToken);
        // The token says its tenant; a header that says another one asks for something else.
        if (headers.getHeaderString(TENANT_HEADER) != null && !tenant().equals(secret.tenant())) {
            throw Unauthenticated.noToken();
        }
        limits.mayTry(secret);
        return transactions.in(secret.tenant(), handle -> {
            ApiToken token = accounts.use(handle, secret, clock.instant()).orElseThrow(() -> {
                limits.wrong();
                return Unauthenticated.noToken();
            });
            limits.right(secret);
            requireActive(secret.tenant(), TenantState.of(handle));
            Caller.Service service = new Caller.Service(secret.tenant(), token.account(), token.id());
            limits.admit(service);
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
}
