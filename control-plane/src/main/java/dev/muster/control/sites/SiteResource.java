package dev.muster.control.sites;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /sites}. */
@Path("sites")
@RunOnVirtualThread
public class SiteResource {
    private final Guard guard;
    private final SiteService service;

    SiteResource(Guard guard, SiteService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A site to make; without a time zone it takes that of the site above, and UTC at the top. */
    public record NewSite(
            @Nullable String name,
            @Nullable String parent,
            @Nullable String timeZone,
            @Nullable Long uplinkKbps) {}

    /** All sites, by name. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<Site> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** One site. */
    @GET
    @Path("{name}")
    @RequiresRole(Role.VIEWER)
    public Site get(String name) {
        return service.get(guard.require(Role.VIEWER), name);
    }

    /** Makes a site. */
    @POST
    @ResponseStatus(201)
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Site create(@Nullable NewSite body) {
        NewSite site = Bodies.require(body);
        return service.create(
                guard.require(Role.OPERATOR).fleetWide(),
                Bodies.require(site.name(), "name"),
                site.parent(),
                new SitePatch(site.timeZone(), site.uplinkKbps()));
    }

    /** Changes a site. */
    @PATCH
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Site patch(String name, @Nullable SitePatch body) {
        return service.patch(guard.require(Role.OPERATOR).fleetWide(), name, Bodies.require(body));
    }
}
