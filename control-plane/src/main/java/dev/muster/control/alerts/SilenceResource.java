package dev.muster.control.alerts;

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
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** {@code /alert-silences}. */
@Path("alert-silences")
@RunOnVirtualThread
public class SilenceResource {
    private final Guard guard;
    private final SilenceService service;

    SilenceResource(Guard guard, SilenceService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A silence as asked for; {@code until} with an offset, such as {@code 2026-12-24T06:00:00+01:00}. */
    public record NewSilence(
            @Nullable String selector,
            @Nullable String rule,
            @Nullable String reason,
            @Nullable String until) {}

    /** Those that are on first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<Silence> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** Silences some alerts for a time. */
    @POST
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Silence create(@Nullable NewSilence body) {
        NewSilence silence = Bodies.require(body);
        return service.create(
                guard.require(Role.OPERATOR).fleetWide(),
                silence.selector() == null ? "" : silence.selector(),
                silence.rule() == null ? "" : silence.rule(),
                Bodies.require(silence.reason(), "reason"),
                instant(Bodies.require(silence.until(), "until")));
    }

    /** Ends a silence before its time. */
    @DELETE
    @Path("{id}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public void end(String id) {
        service.end(guard.require(Role.OPERATOR).fleetWide(), id);
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `until` as a time with an offset such as 2026-12-24T00:00:00Z, found `" + text + "`");
        }
    }
}
