package dev.muster.control.help;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Bodies;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.help.HelpKind;
import dev.muster.protocol.identity.DeviceId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Asks for remote help on a device. */
@Path("/devices/{id}/help")
@RunOnVirtualThread
public class DeviceHelpResource {
    private static final int DEFAULT_MINUTES = 30;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int DEFAULT_ROWS = 24;

    private final Guard guard;
    private final HelpService service;

    DeviceHelpResource(Guard guard, HelpService service) {
        this.guard = guard;
        this.service = service;
    }

    /**
     * The body of {@code POST /devices/{id}/help}.
     *
     * @param kind terminal, get, put or forward
     * @param subject a path on the device, or {@code host:port}
     */
    public record Asked(
            @Nullable String kind,
            @Nullable String subject,
            @Nullable String reason,
            @Nullable Integer minutes,
            @Nullable Integer columns,
            @Nullable Integer rows) {}

    /** Asks for a session; 202 where a second person has to agree. */
    @POST
    @RequiresRole(Role.OPERATOR)
    public RestResponse<HelpSession> ask(@PathParam("id") String id, @Nullable Asked body) {
        Access access = guard.require(Role.OPERATOR);
        DeviceId device = DeviceService.id(id);
        // What is out of sight is not found, whatever is asked of it.
        service.requireVisible(access, device);
        HelpSession session = service.ask(access, device, asked(Bodies.require(body)));
        return RestResponse.ResponseBuilder.create(
                        session.state().equals("asked") ? RestResponse.Status.ACCEPTED : RestResponse.Status.CREATED,
                        session)
                .build();
    }

    private static NewHelp asked(Asked asked) {
        try {
            return new NewHelp(
                    HelpKind.parse(Bodies.require(asked.kind(), "kind")),
                    asked.subject() == null ? "" : asked.subject(),
                    Bodies.require(asked.reason(), "reason"),
                    asked.minutes() == null ? DEFAULT_MINUTES : asked.minutes(),
                    asked.columns() == null ? DEFAULT_COLUMNS : asked.columns(),
                    asked.rows() == null ? DEFAULT_ROWS : asked.rows());
        } catch (ProtocolException e) {
            throw NewHelp.invalid(String.valueOf(e.getMessage()));
        }
    }
}
