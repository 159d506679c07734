package dev.muster.control.bundles;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /bundles}. */
@Path("/bundles")
@RunOnVirtualThread
public class BundleResource {
    private final Guard guard;
    private final BundleService service;

    BundleResource(Guard guard, BundleService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Signs what the devices must be now and answers it with all bytes as one file, streamed. */
    @POST
    @Produces({"application/zip", MediaType.APPLICATION_JSON})
    @RequiresRole(Role.OPERATOR)
    public Response create(@Nullable NewBundle body) {
        Access access = guard.require(Role.OPERATOR);
        BundlePlan plan =
                service.plan(access, Bodies.require(Bodies.require(body).devices(), "devices"));
        StreamingOutput bytes = out -> service.write(plan, out);
        return Response.ok(bytes, "application/zip")
                .header("Muster-Bundle-Expires", plan.index().expires().toString())
                .build();
    }

    /**
     * A bundle as asked for.
     *
     * @param devices names of devices, 1 to 200
     */
    public record NewBundle(@Nullable List<String> devices) {}
}
