package dev.muster.control.accounts;

import dev.muster.control.access.ApiToken;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.ServiceAccount;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /service-accounts}. */
@Path("service-accounts")
@RunOnVirtualThread
public class ServiceAccountResource {
    private final Guard guard;
    private final ServiceAccountService service;

    ServiceAccountResource(Guard guard, ServiceAccountService service) {
        this.guard = guard;
        this.service = service;
    }

    /** An account to make. */
    public record Wanted(@Nullable String name, @Nullable String description) {}

    /**
     * A token to make: of 90 days, with all rights of its account, if not said otherwise.
     *
     * @param role the most it may do
     * @param selector the devices it reaches, among those of its account
     */
    public record WantedToken(
            @Nullable String name,
            @Nullable Duration expiresIn,
            @Nullable String role,
            @Nullable String selector) {}

    /** A token just made; the only time its text is shown. */
    public record NewToken(String id, String token, Instant expiresAt) {
        /** Without the token: what may stand in a log. */
        @Override
        public String toString() {
            return "NewToken[" + id + "]";
        }
    }

    /** A token as people read it; {@code role} is empty where it may do all that its account may. */
    public record ShownToken(
            String id,
            String name,
            String role,
            String selector,
            Instant createdAt,
            String createdBy,
            Instant expiresAt,
            @Nullable Instant usedAt) {
        static ShownToken of(ApiToken token) {
            Role role = token.role();
            return new ShownToken(
                    token.id(),
                    token.name(),
                    role == null ? "" : role.text(),
                    token.selector().text(),
                    token.createdAt(),
                    token.createdByName(),
                    token.expiresAt(),
                    token.usedAt());
        }
    }

    /** All accounts, by name. */
    @GET
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<ServiceAccount> list() {
        return Page.whole(service.list(guard.require(Role.ADMIN)));
    }

    /** Makes an account; it may do nothing before a role binding says so. */
    @POST
    @ResponseStatus(201)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public ServiceAccount create(@Nullable Wanted body) {
        return service.create(guard.require(Role.ADMIN), Bodies.require(body));
    }

    /** Ends an account with its tokens and its role bindings, from the next request on. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public void delete(String name) {
        service.delete(guard.require(Role.ADMIN), name);
    }

    /** The account's tokens, newest first, expired ones too. */
    @GET
    @Path("{name}/tokens")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<ShownToken> tokens(String name) {
        return Page.whole(service.tokens(guard.require(Role.ADMIN), name).stream()
                .map(ShownToken::of)
                .toList());
    }

    /** Makes a token; its text is shown this once. */
    @POST
    @Path("{name}/tokens")
    @ResponseStatus(201)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public NewToken createToken(String name, @Nullable WantedToken body) {
        return service.createToken(guard.require(Role.ADMIN), name, Bodies.require(body));
    }

    /** Ends a token, from the next request on. */
    @DELETE
    @Path("{name}/tokens/{id}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public void deleteToken(String name, String id) {
        service.deleteToken(guard.require(Role.ADMIN), name, id);
    }
}
