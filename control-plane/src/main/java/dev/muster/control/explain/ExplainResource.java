package dev.muster.control.explain;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** {@code GET /policy/explain}. */
@Path("/policy/explain")
@RunOnVirtualThread
public class ExplainResource {
    private final Guard guard;
    private final ExplainService explain;

    ExplainResource(Guard guard, ExplainService explain) {
        this.guard = guard;
        this.explain = explain;
    }

    /** Whether an app on a device may use a permission, and why; now, or at the instant {@code at}. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Explained explain(
            @QueryParam("device") @Nullable String device,
            @QueryParam("bundle") @Nullable String bundle,
            @QueryParam("permission") @Nullable String permission,
            @QueryParam("user") @Nullable Integer user,
            @QueryParam("at") @Nullable String at) {
        Access access = guard.require(Role.VIEWER);
        return explain.explain(access, Question.of(device, bundle, permission, user, at));
    }
}
