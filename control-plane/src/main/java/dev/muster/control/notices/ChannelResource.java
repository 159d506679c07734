package dev.muster.control.notices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /alert-channels}: whom to tell of alerts. */
@Path("alert-channels")
@RunOnVirtualThread
public class ChannelResource {
    private final Guard guard;
    private final ChannelService service;

    ChannelResource(Guard guard, ChannelService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A channel as asked for; {@code severity} is the least that is told, without {@code sites} all are told. */
    public record NewChannel(
            @Nullable String kind,
            @Nullable String url,
            @Nullable List<String> recipients,
            @Nullable String severity,
            @Nullable List<String> sites,
            @Nullable Boolean resolved,
            @Nullable Boolean enabled) {}

    /** A channel, and the secret of a webhook where one was just made. */
    public record Made(Channel channel, @Nullable String secret) {}

    /** What came of trying a channel. */
    public record Tried(boolean delivered, String said) {}

    /** How many notices are tried anew. */
    public record Retried(int notices) {}

    /** All channels, by name. */
    @GET
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<Channel> list() {
        return Page.whole(service.list(operator()));
    }

    /** One channel. */
    @GET
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<Channel> get(String name) {
        Channel channel = service.get(operator(), name);
        return ETags.answer(200, channel, channel.revision());
    }

    /** Makes or changes a channel; the secret of a webhook is shown where its address is new, and never again. */
    @PUT
    @Path("{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<Made> put(
            String name, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable NewChannel body) {
        NewChannel asked = Bodies.require(body);
        ChannelService.Made made = service.put(
                admin(),
                name,
                new ChannelService.Wanted(
                        Bodies.require(asked.kind(), "kind"),
                        asked.url() == null ? "" : asked.url(),
                        asked.recipients() == null ? List.of() : asked.recipients(),
                        asked.severity() == null ? "info" : asked.severity(),
                        asked.sites() == null ? List.of() : asked.sites(),
                        !Boolean.FALSE.equals(asked.resolved()),
                        !Boolean.FALSE.equals(asked.enabled())),
                ETags.asked(ifMatch));
        return ETags.answer(
                200, new Made(made.channel(), made.secret()), made.channel().revision());
    }

    /** Another secret, shown once; the old one is worth nothing any more. */
    @POST
    @Path("{name}/secret")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Made renewSecret(String name) {
        ChannelService.Made made = service.renewSecret(admin(), name);
        return new Made(made.channel(), made.secret());
    }

    /** Ends a channel with all it still had to tell. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public void delete(String name, @RestHeader("If-Match") @Nullable String ifMatch) {
        service.delete(admin(), name, ETags.asked(ifMatch));
    }

    /** Sends something harmless now, and says what came of it. */
    @POST
    @Path("{name}/test")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Tried test(String name) {
        ChannelService.Tried tried = service.test(admin(), name);
        return new Tried(tried.delivered(), tried.said());
    }

    /** What was told, newest first, and how that went. */
    @GET
    @Path("{name}/deliveries")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<Delivery> deliveries(String name, @RestQuery @Nullable Integer limit) {
        return Page.whole(service.deliveries(operator(), name, Cursor.limit(limit)));
    }

    /** Tries anew what was given up. */
    @POST
    @Path("{name}/retry")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Retried retry(String name) {
        return new Retried(service.retry(operator(), name));
    }

    private Access operator() {
        return guard.require(Role.OPERATOR).fleetWide();
    }

    private Access admin() {
        return guard.require(Role.ADMIN).fleetWide();
    }
}
