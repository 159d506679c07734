package dev.muster.control.groups;

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
import java.util.List;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /groups}. Members are listed by {@code /devices?q=group==NAME}. */
@Path("groups")
@RunOnVirtualThread
public class GroupResource {
    private final Guard guard;
    private final GroupService service;

    GroupResource(Guard guard, GroupService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A group to make: dynamic with a {@code query}, static without one. */
    public record NewGroup(
            @Nullable String name,
            @Nullable String query,
            @Nullable String description,
            @Nullable List<String> members) {}

    /** What changes; null leaves it as it is. */
    public record GroupPatch(
            @Nullable String query, @Nullable String description) {}

    /** Ids of devices that come to a static group, and that go. */
    public record Members(
            @Nullable List<String> add, @Nullable List<String> remove) {}

    /** All groups, by name; members count as far as they are in scope. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<Group> list(@RestQuery @Nullable Integer limit, @RestQuery @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        return Page.of(service.list(access, Cursor.decode(cursor).orElse(""), size + 1), size, Group::name);
    }

    /** One group. */
    @GET
    @Path("{name}")
    @RequiresRole(Role.VIEWER)
    public RestResponse<Group> get(String name) {
        return answer(200, service.get(guard.require(Role.VIEWER), name));
    }

    /** Makes a group. */
    @POST
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<Group> create(@Nullable NewGroup body) {
        NewGroup group = Bodies.require(body);
        return answer(
                201,
                service.create(
                        guard.require(Role.OPERATOR).fleetWide(),
                        Bodies.require(group.name(), "name"),
                        group.query(),
                        group.description() == null ? "" : group.description(),
                        group.members() == null ? List.of() : group.members()));
    }

    /** Changes a group; another query is evaluated over the whole fleet before the answer. */
    @PATCH
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<Group> patch(
            String name, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable GroupPatch body) {
        GroupPatch patch = Bodies.require(body);
        return answer(
                200,
                service.edit(
                        guard.require(Role.OPERATOR).fleetWide(),
                        name,
                        patch.query(),
                        patch.description(),
                        ETags.asked(ifMatch)));
    }

    /** Changes who is in a static group. */
    @POST
    @Path("{name}/members")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<Group> members(
            String name, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable Members body) {
        Members members = Bodies.require(body);
        return answer(
                200,
                service.members(
                        guard.require(Role.OPERATOR).fleetWide(),
                        name,
                        members.add() == null ? List.of() : members.add(),
                        members.remove() == null ? List.of() : members.remove(),
                        ETags.asked(ifMatch)));
    }

    /** Ends a group. Selectors that name it select nothing by it from then on. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public void delete(String name, @RestHeader("If-Match") @Nullable String ifMatch) {
        service.delete(guard.require(Role.OPERATOR).fleetWide(), name, ETags.asked(ifMatch));
    }

    private static RestResponse<Group> answer(int status, Group group) {
        return ETags.answer(status, group, group.revision());
    }
}
