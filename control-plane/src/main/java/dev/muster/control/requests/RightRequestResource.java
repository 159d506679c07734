package dev.muster.control.requests;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What apps on devices ask for, for security officers. */
@Path("/permission-requests")
@RunOnVirtualThread
public class RightRequestResource {
    private static final Duration SUGGESTED = Duration.ofDays(30);

    private final Guard guard;
    private final RightRequestService service;
    private final Clock clock;

    RightRequestResource(Guard guard, RightRequestService service, Clock clock) {
        this.guard = guard;
        this.service = service;
        this.clock = clock;
    }

    /**
     * One request, and what would give it.
     *
     * @param capability a Capability as YAML, to be read and published by a person
     */
    public record WithCapability(RightRequest request, String capability) {}

    /**
     * The body of an answer.
     *
     * @param answer {@code granted} or {@code declined}
     */
    public record Answer(@Nullable String answer, @Nullable String note) {}

    /** Of devices in the caller's scope, the latest first. */
    @GET
    @RequiresRole(Role.SECURITY_OFFICER)
    public Page<RightRequest> list(
            @Parameter(schema = @Schema(enumeration = {"open", "granted", "declined"})) @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        List<RightRequest> found = service.list(guard.require(Role.SECURITY_OFFICER), state, skip, size + 1);
        return Page.of(found, size, last -> Long.toString(skip + size));
    }

    /** One of them, with a Capability that would give it. */
    @GET
    @Path("/{id}")
    @RequiresRole(Role.SECURITY_OFFICER)
    public WithCapability get(@PathParam("id") UUID id) {
        RightRequest request = service.get(guard.require(Role.SECURITY_OFFICER), id);
        return new WithCapability(
                request, request.capability(clock.instant().plus(SUGGESTED).truncatedTo(ChronoUnit.DAYS)));
    }

    /** Says yes or no; the right itself comes with the Capability that is published. */
    @POST
    @Path("/{id}/answer")
    @RequiresRole(Role.SECURITY_OFFICER)
    public RightRequest answer(@PathParam("id") UUID id, @Nullable Answer body) {
        Access access = guard.require(Role.SECURITY_OFFICER);
        // What is out of sight is not found, whatever the answer is.
        service.get(access, id);
        Answer given = Bodies.require(body);
        String word = Bodies.require(given.answer(), "answer");
        boolean granted =
                switch (word) {
                    case "granted" -> true;
                    case "declined" -> false;
                    default ->
                        throw new ProblemException(
                                ProblemCode.INVALID_REQUEST,
                                "expected `answer` as granted or declined, found `" + word + "`");
                };
        return service.answer(access, id, granted, given.note() == null ? "" : given.note());
    }
}
