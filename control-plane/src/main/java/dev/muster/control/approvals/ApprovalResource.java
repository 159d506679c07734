package dev.muster.control.approvals;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /enrolment-requests}: devices that wait for a person. */
@Path("enrolment-requests")
@RunOnVirtualThread
public class ApprovalResource {
    private final Guard guard;
    private final ApprovalService service;

    ApprovalResource(Guard guard, ApprovalService service) {
        this.guard = guard;
        this.service = service;
    }

    /** The name to give; the one that it wished if left out. */
    public record Approval(@Nullable String device) {}

    /** Why not; the device hears it. */
    public record Rejection(@Nullable String reason) {}

    /** Requests by age, the oldest first; of one state if asked for. */
    @GET
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<EnrolmentRequest> list(
            @RestQuery @Nullable String state, @RestQuery @Nullable Integer limit, @RestQuery @Nullable String cursor) {
        var access = guard.require(Role.OPERATOR);
        int size = Cursor.limit(limit);
        Place after = Cursor.decode(cursor).map(Place::parse).orElse(Place.FIRST);
        return Page.of(
                service.list(access, state(state), after.time(), after.id(), size + 1),
                size,
                request -> request.askedAt() + " " + request.id());
    }

    private record Place(Instant time, String id) {
        static final Place FIRST = new Place(Instant.EPOCH, "");

        static Place parse(String text) {
            String[] parts = text.split(" ", 2);
            try {
                return new Place(Instant.parse(parts[0]), parts[1]);
            } catch (DateTimeException | ArrayIndexOutOfBoundsException e) {
                throw new ProblemException(ProblemCode.INVALID_CURSOR, "expected a cursor from an earlier page");
            }
        }
    }

    /** Lets the device in when it asks next; one that was rejected too. */
    @POST
    @Path("{id}/approve")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public EnrolmentRequest approve(String id, @Nullable Approval body) {
        return service.approve(guard.require(Role.OPERATOR), id, body == null ? null : body.device());
    }

    /** Refuses the key for good, until it is approved. */
    @POST
    @Path("{id}/reject")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public EnrolmentRequest reject(String id, @Nullable Rejection body) {
        return service.reject(guard.require(Role.OPERATOR), id, body == null ? null : body.reason());
    }

    private static EnrolmentRequest.@Nullable State state(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return EnrolmentRequest.State.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `state` to be waiting, approved, rejected or expired, found `" + text + "`");
        }
    }
}
