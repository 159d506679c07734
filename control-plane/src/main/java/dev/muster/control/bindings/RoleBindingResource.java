package dev.muster.control.bindings;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Locale;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /role-bindings}. */
@Path("role-bindings")
@RunOnVirtualThread
public class RoleBindingResource {
    private final Guard guard;
    private final RoleBindingService service;

    RoleBindingResource(Guard guard, RoleBindingService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A binding as people write it; the issuer is this server's provider if not given. */
    public record Wanted(
            @Nullable String kind,
            @Nullable String subject,
            @Nullable String issuer,
            @Nullable String role,
            @Nullable String selector,
            @Nullable Boolean deny) {}

    /** A binding as people read it. */
    public record Shown(
            UUID id, String kind, String subject, String issuer, String role, String selector, boolean deny) {
        static Shown of(RoleBinding binding) {
            return new Shown(
                    binding.id(),
                    binding.kind().name().toLowerCase(Locale.ROOT),
                    binding.subject(),
                    binding.issuer(),
                    binding.role().text(),
                    binding.selector().text(),
                    binding.deny());
        }
    }

    /** All bindings, oldest first. */
    @GET
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<Shown> list() {
        return Page.whole(
                service.list(guard.require(Role.ADMIN)).stream().map(Shown::of).toList());
    }

    /** Binds a role; it holds from the next request on. */
    @POST
    @ResponseStatus(201)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Shown create(@Nullable Wanted body) {
        return Shown.of(service.create(guard.require(Role.ADMIN), Bodies.require(body)));
    }

    /** Ends a binding. */
    @DELETE
    @Path("{id}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public void delete(String id) {
        service.delete(guard.require(Role.ADMIN), id);
    }
}
