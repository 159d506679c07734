package dev.muster.control.views;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /views}. */
@Path("views")
@RunOnVirtualThread
public class ViewResource {
    private final Guard guard;
    private final ViewService service;

    ViewResource(Guard guard, ViewService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A view as asked for; of a change, what is left out stays. */
    public record AskedView(
            @Nullable String name,
            @Nullable String query,
            @Nullable Boolean shared) {}

    /** One's own by name, then those that others share. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<SavedView> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        return Page.of(service.list(access, skip, size + 1), size, last -> Long.toString(skip + size));
    }

    /** Saves a view of the caller's own. */
    @POST
    @RequiresRole(Role.VIEWER)
    public RestResponse<SavedView> create(@Nullable AskedView body) {
        AskedView asked = Bodies.require(body);
        return answer(
                201,
                service.create(
                        guard.require(Role.VIEWER),
                        Bodies.require(asked.name(), "name"),
                        asked.query() == null ? "" : asked.query(),
                        Boolean.TRUE.equals(asked.shared())));
    }

    /** Changes one's own view. */
    @PATCH
    @Path("{id}")
    @RequiresRole(Role.VIEWER)
    public RestResponse<SavedView> patch(
            @PathParam("id") UUID id, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable AskedView body) {
        AskedView asked = Bodies.require(body);
        return answer(
                200,
                service.patch(
                        guard.require(Role.VIEWER),
                        id,
                        asked.name(),
                        asked.query(),
                        asked.shared(),
                        ETags.asked(ifMatch)));
    }

    /** Deletes one's own view. */
    @DELETE
    @Path("{id}")
    @RequiresRole(Role.VIEWER)
    public void delete(@PathParam("id") UUID id, @RestHeader("If-Match") @Nullable String ifMatch) {
        service.delete(guard.require(Role.VIEWER), id, ETags.asked(ifMatch));
    }

    private static RestResponse<SavedView> answer(int status, SavedView view) {
        return ETags.answer(status, view, view.revision());
    }
}
