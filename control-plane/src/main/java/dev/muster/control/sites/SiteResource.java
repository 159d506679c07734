package dev.muster.control.sites;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
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

    /** A site to make; what it leaves out is that of the site above. */
    public record NewSite(
            @Nullable String name,
            @Nullable String parent,
            @Nullable String timeZone,
            @Nullable Long uplinkKbps,
            SitePatch.@Nullable Window window,
            @Nullable String gateway,
            SitePatch.@Nullable Place location) {}

    /** All sites, by name; {@code parent} makes them a tree. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<Site> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** One site. */
    @GET
    @Path("{name}")
    @RequiresRole(Role.VIEWER)
    public RestResponse<Site> get(String name) {
        return answer(200, service.get(guard.require(Role.VIEWER), name));
    }

    /** Makes a site. */
    @POST
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<Site> create(@Nullable NewSite body) {
        NewSite site = Bodies.require(body);
        return answer(
                201,
                service.create(
                        guard.require(Role.OPERATOR).fleetWide(),
                        Bodies.require(site.name(), "name"),
                        new SitePatch(
                                site.parent(),
                                site.timeZone(),
                                site.uplinkKbps(),
                                site.window(),
                                site.gateway(),
                                site.location())));
    }

    /** Changes a site. */
    @PATCH
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<Site> patch(
            String name, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable SitePatch body) {
        return answer(
                200,
                service.patch(
                        guard.require(Role.OPERATOR).fleetWide(), name, Bodies.require(body), ETags.asked(ifMatch)));
    }

    /** Ends a site that nothing names any more. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public void delete(String name, @RestHeader("If-Match") @Nullable String ifMatch) {
        service.delete(guard.require(Role.OPERATOR).fleetWide(), name, ETags.asked(ifMatch));
    }

    private static RestResponse<Site> answer(int status, Site site) {
        return ETags.answer(status, site, site.revision());
    }
}
