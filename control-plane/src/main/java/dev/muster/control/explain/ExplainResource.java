package dev.muster.control.explain;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
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

    /** Whether an app on a device may use a permission, and why. */
    @GET
    @RequiresRole(Role.VIEWER)
    public ExplainService.Explained explain(
            @QueryParam("device") @Nullable String device,
            @QueryParam("bundle") @Nullable String bundle,
            @QueryParam("permission") @Nullable String permission) {
        Access access = guard.require(Role.VIEWER);
        if (device == null || bundle == null || permission == null || bundle.isEmpty() || bundle.length() > 256) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected the parameters `device`, `bundle` and `permission`");
        }
        return explain.explain(access, device, bundle, permission);
    }
}
