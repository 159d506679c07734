package dev.muster.control.telemetry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Clock;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /alert-rules/preview}. */
@Path("alert-rules/preview")
@RunOnVirtualThread
public class AlertPreviewResource {
    private final Guard guard;
    private final AlertPreviewService service;
    private final Clock clock;

    AlertPreviewResource(Guard guard, AlertPreviewService service, Clock clock) {
        this.guard = guard;
        this.service = service;
        this.clock = clock;
    }

    /** Which alerts the rule would have raised from {@code from} (an hour before {@code to}) to {@code to} (now). */
    @POST
    @Consumes("application/yaml")
    @RequiresRole(Role.VIEWER)
    public AlertPreviewService.Preview preview(
            @RestQuery @Nullable String from, @RestQuery @Nullable String to, @Nullable String yaml) {
        Access access = guard.require(Role.VIEWER);
        return service.preview(access, yaml == null ? "" : yaml, Span.asked(from, to, clock.instant()));
    }
}
