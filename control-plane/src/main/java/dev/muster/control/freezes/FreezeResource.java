package dev.muster.control.freezes;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /freezes}. */
@Path("/freezes")
@RunOnVirtualThread
public class FreezeResource {
    private final Guard guard;
    private final FreezeService service;

    FreezeResource(Guard guard, FreezeService service) {
        this.guard = guard;
        this.service = service;
    }

    /** The calendar, the earliest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<Freeze> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** Makes a freeze, or moves the one of this name; 202 where a second person has to agree. */
    @PUT
    @Path("/{name}")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public RestResponse<Object> put(@PathParam("name") String name, @Nullable NewFreeze body) {
        NewFreeze freeze = Bodies.require(body);
        return service.put(
                        guard.require(Role.RELEASE_MANAGER).fleetWide(),
                        name,
                        instant("from", Bodies.require(freeze.from(), "from")),
                        instant("to", Bodies.require(freeze.to(), "to")),
                        freeze.selector() == null ? "" : freeze.selector(),
                        freeze.reason() == null ? "" : freeze.reason())
                .answer();
    }

    /** Lifts a freeze for good; 202 where a second person has to agree. */
    @DELETE
    @Path("/{name}")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public RestResponse<Object> delete(@PathParam("name") String name) {
        return service.delete(guard.require(Role.RELEASE_MANAGER).fleetWide(), name)
                .answerWithout();
    }

    /**
     * A freeze as asked for.
     *
     * @param from ISO-8601 with an offset, such as {@code 2026-12-24T00:00:00+01:00}
     * @param to likewise
     * @param selector of devices; every one if left out
     */
    public record NewFreeze(
            @Nullable String from,
            @Nullable String to,
            @Nullable String selector,
            @Nullable String reason) {}

    static Instant instant(String member, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `" + member + "` as a time with an offset such as 2026-12-24T00:00:00Z, found `" + text
                            + "`");
        }
    }
}
