package dev.muster.control.alerts;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /alert-rules}. */
@Path("alert-rules")
@RunOnVirtualThread
public class RuleResource {
    private final Guard guard;
    private final RuleService service;

    RuleResource(Guard guard, RuleService service) {
        this.guard = guard;
        this.service = service;
    }

    /** All rules, by name; devices and alerts count as far as they are in scope. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<StoredRule> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** One rule. */
    @GET
    @Path("{name}")
    @RequiresRole(Role.VIEWER)
    public RestResponse<StoredRule> get(String name) {
        return answer(service.get(guard.require(Role.VIEWER), name));
    }

    /** Makes or changes a rule; it is evaluated over the fleet before the answer. */
    @PUT
    @Path("{name}")
    @Consumes("application/yaml")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<StoredRule> put(
            String name, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable String yaml) {
        return answer(service.put(
                guard.require(Role.OPERATOR).fleetWide(), name, yaml == null ? "" : yaml, ETags.asked(ifMatch)));
    }

    /** What is wrong with a rule, and how many devices it would watch. */
    @POST
    @Path("validate")
    @Consumes("application/yaml")
    @RequiresRole(Role.VIEWER)
    public RuleService.Validated validate(@Nullable String yaml) {
        return service.validate(guard.require(Role.VIEWER), yaml == null ? "" : yaml);
    }

    /** Ends a rule; its alerts are over. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public void delete(String name, @RestHeader("If-Match") @Nullable String ifMatch) {
        service.delete(guard.require(Role.OPERATOR).fleetWide(), name, ETags.asked(ifMatch));
    }

    private static RestResponse<StoredRule> answer(StoredRule rule) {
        return ETags.answer(200, rule, rule.revision());
    }
}
