package dev.muster.control.help;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.json.JsonObject;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sessions of remote help, for people. */
@Path("/help-sessions")
@RunOnVirtualThread
public class HelpResource {
    private final Guard guard;
    private final HelpService service;

    HelpResource(Guard guard, HelpService service) {
        this.guard = guard;
        this.service = service;
    }

    /** One frame of a transcript, in the order of their coming. */
    public record Spoken(long position, Instant at, String from, int channel, String type, String data) {}

    /** Sessions on devices in the caller's scope, the newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<HelpSession> list(
            @QueryParam("device") @Nullable String device,
            @QueryParam("live") @Nullable Boolean live,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        return Page.of(
                service.list(guard.require(Role.VIEWER), device, Boolean.TRUE.equals(live), skip, size + 1),
                size,
                last -> Long.toString(skip + size));
    }

    /** One session. */
    @GET
    @Path("/{id}")
    @RequiresRole(Role.VIEWER)
    public HelpSession get(@PathParam("id") UUID id) {
        return service.get(guard.require(Role.VIEWER), id);
    }

    /** Calls the device; for the one who asked. */
    @POST
    @Path("/{id}/start")
    @RequiresRole(Role.OPERATOR)
    public HelpSession start(@PathParam("id") UUID id) {
        return service.start(guard.require(Role.OPERATOR), id);
    }

    /** Ends it. */
    @POST
    @Path("/{id}/end")
    @RequiresRole(Role.OPERATOR)
    public HelpSession end(@PathParam("id") UUID id) {
        return service.end(guard.require(Role.OPERATOR), id);
    }

    /** Frames to the device; for the one who asked. */
    @POST
    @Path("/{id}/down")
    @RequiresRole(Role.OPERATOR)
    public void down(@PathParam("id") UUID id, @Nullable Map<String, Object> body) {
        Access access = guard.require(Role.OPERATOR);
        // What is out of sight is not found, whatever is sent to it.
        service.get(access, id);
        try {
            service.down(access, id, HelpFrames.from(JsonObject.of(Bodies.require(body))));
        } catch (ProtocolException | IllegalArgumentException e) {
            throw NewHelp.invalid(String.valueOf(e.getMessage()));
        }
    }

    /** Frames from the device after one that arrived; waits for the first a while. For the one who asked. */
    @GET
    @Path("/{id}/up")
    @RequiresRole(Role.OPERATOR)
    public Map<String, Object> up(@PathParam("id") UUID id, @QueryParam("after") @Nullable Long after) {
        return service.up(guard.require(Role.OPERATOR), id, after == null ? 0 : after)
                .toMap();
    }

    /** What a terminal showed and was told. */
    @GET
    @Path("/{id}/transcript")
    @RequiresRole(Role.SECURITY_OFFICER)
    public Page<Spoken> transcript(
            @PathParam("id") UUID id,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        int size = Cursor.limit(limit);
        List<Spoken> found =
                service
                        .transcript(guard.require(Role.SECURITY_OFFICER), id, Cursor.decodeNumber(cursor), size + 1)
                        .stream()
                        .map(kept -> new Spoken(
                                kept.position(),
                                kept.at(),
                                kept.up() ? "device" : "person",
                                kept.frame().channel(),
                                kept.frame().type().name().toLowerCase(Locale.ROOT),
                                Base64.getEncoder().encodeToString(kept.frame().data())))
                        .toList();
        return Page.of(found, size, last -> Long.toString(last.position()));
    }
}
