package dev.muster.control.bridges;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import dev.muster.telemetry.bridge.Preview;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /bridges}: connections to brokers that are there already. */
@Path("bridges")
@RunOnVirtualThread
public class BridgeResource {
    private static final int SECONDS = 5;
    private static final int MESSAGES = 50;

    private final Guard guard;
    private final BridgeService service;

    BridgeResource(Guard guard, BridgeService service) {
        this.guard = guard;
        this.service = service;
    }

    /** What a broker lets us in with; what is left out is taken away. */
    public record NewSecrets(
            @Nullable String password,
            @Nullable String certificate,
            @Nullable String key) {
        // Secrets have no place in logs.
        @Override
        public String toString() {
            return "secrets";
        }
    }

    /** A device that a connection is to speak for. */
    public record NewForeign(@Nullable String id) {}

    /** All connections, by name, and how each stands. */
    @GET
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<StoredBridge> list() {
        return Page.whole(service.list(operator()));
    }

    /** One connection. */
    @GET
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<StoredBridge> get(String name) {
        return answer(service.get(operator(), name));
    }

    /** Makes or changes a connection; secrets of one that leads elsewhere now are forgotten. */
    @PUT
    @Path("{name}")
    @Consumes("application/yaml")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<StoredBridge> put(
            String name, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable String yaml) {
        return answer(service.put(admin(), name, yaml == null ? "" : yaml, ETags.asked(ifMatch)));
    }

    /** Gives a connection its secrets instead of all it had; they are never shown. */
    @PUT
    @Path("{name}/secrets")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public StoredBridge secrets(String name, @Nullable NewSecrets body) {
        NewSecrets asked = Bodies.require(body);
        return service.secrets(admin(), name, new Secrets(asked.password(), asked.certificate(), asked.key()));
    }

    /** Ends a connection; its devices stay. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public void delete(String name, @RestHeader("If-Match") @Nullable String ifMatch) {
        service.delete(admin(), name, ETags.asked(ifMatch));
    }

    /** Makes a foreign device for a connection that makes none at first sight. */
    @POST
    @Path("{name}/devices")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public void register(String name, @Nullable NewForeign body) {
        Access access = operator();
        service.register(
                access,
                name,
                DeviceService.id(Bodies.require(Bodies.require(body).id(), "id")));
    }

    /** Shows for some seconds what messages of the broker would become; writes nothing but its audit row. */
    @POST
    @Path("{name}/preview")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Preview.Result preview(
            String name, @RestQuery @Nullable Integer seconds, @RestQuery @Nullable Integer messages) {
        return service.preview(operator(), name, or(seconds, SECONDS), or(messages, MESSAGES));
    }

    /** The same by a text that is not stored. */
    @POST
    @Path("preview")
    @Consumes("application/yaml")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Preview.Result previewOf(
            @RestQuery @Nullable Integer seconds, @RestQuery @Nullable Integer messages, @Nullable String yaml) {
        return service.previewOf(admin(), yaml == null ? "" : yaml, or(seconds, SECONDS), or(messages, MESSAGES));
    }

    private static int or(@Nullable Integer asked, int otherwise) {
        return asked == null ? otherwise : asked;
    }

    private static RestResponse<StoredBridge> answer(StoredBridge bridge) {
        return ETags.answer(200, bridge, bridge.revision());
    }

    private Access operator() {
        return guard.require(Role.OPERATOR).fleetWide();
    }

    private Access admin() {
        return guard.require(Role.ADMIN).fleetWide();
    }
}
