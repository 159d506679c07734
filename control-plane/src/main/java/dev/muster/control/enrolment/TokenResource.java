package dev.muster.control.enrolment;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /enrolment-tokens}. A token makes devices anywhere, so its rights must hold for the whole fleet. */
@Path("enrolment-tokens")
@RunOnVirtualThread
public class TokenResource {
    private final Guard guard;
    private final TokenService service;

    TokenResource(Guard guard, TokenService service) {
        this.guard = guard;
        this.service = service;
    }

    /**
     * A token to make: once and within a day, if not said otherwise; with {@code approval} a person decides on each device;
     * with {@code serial} or {@code udid} for the one device that tells them.
     */
    public record Wanted(
            @Nullable String name,
            @Nullable Integer uses,
            @Nullable Duration expiresIn,
            @Nullable String site,
            @Nullable List<String> tags,
            @Nullable Boolean approval,
            @Nullable String serial,
            @Nullable String udid) {}

    /** Makes a token; its text is shown this once. */
    @POST
    @ResponseStatus(201)
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public NewToken create(@Nullable Wanted body) {
        return service.create(guard.require(Role.OPERATOR), Bodies.require(body));
    }

    /** All tokens, used up and expired ones too. */
    @GET
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<EnrolmentToken> list() {
        return Page.whole(service.list(guard.require(Role.OPERATOR)));
    }

    /** Ends a token. */
    @DELETE
    @Path("{id}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public void delete(String id) {
        service.delete(guard.require(Role.OPERATOR), id);
    }
}
