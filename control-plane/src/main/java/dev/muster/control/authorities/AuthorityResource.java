package dev.muster.control.authorities;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /ca}: Muster's certificate authorities. */
@Path("ca")
@RunOnVirtualThread
public class AuthorityResource {
    private final Guard guard;
    private final AuthorityService service;

    AuthorityResource(Guard guard, AuthorityService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A request for a company's root. */
    public record Request(String csr) {}

    /** Its answer: our certificate first, the root last, in PEM. */
    public record Answered(@Nullable String chain) {}

    /** Whether the root is a new one too. */
    public record Rotation(@Nullable Boolean newRoot) {}

    /** Whether devices may be left that must enrol anew. */
    public record Retirement(@Nullable Boolean force) {}

    /** Every authority there ever was. */
    @GET
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<AuthorityService.Shown> list() {
        return Page.whole(service.list(guard.require(Role.ADMIN)));
    }

    /** A new key, and the request to have it certified; the request before it can no longer be answered. */
    @POST
    @Path("request")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Request request() {
        return new Request(service.request(guard.require(Role.ADMIN)));
    }

    /** Installs the answer to the request; it issues once every instance knows it. */
    @POST
    @Path("install")
    @ResponseStatus(201)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public AuthorityService.Shown install(@Nullable Answered body) {
        var access = guard.require(Role.ADMIN);
        return service.install(access, Bodies.require(Bodies.require(body).chain(), "chain"));
    }

    /** A new issuing key of our own. */
    @POST
    @Path("rotate")
    @ResponseStatus(201)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public AuthorityService.Shown rotate(@Nullable Rotation body) {
        var access = guard.require(Role.ADMIN);
        return service.rotate(access, Bodies.require(Bodies.require(body).newRoot(), "newRoot"));
    }

    /** Believes an authority no more. */
    @POST
    @Path("{id}/retire")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public AuthorityService.Shown retire(String id, @Nullable Retirement body) {
        return service.retire(guard.require(Role.ADMIN), id, body != null && Boolean.TRUE.equals(body.force()));
    }
}
