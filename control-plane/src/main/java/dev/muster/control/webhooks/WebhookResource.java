package dev.muster.control.webhooks;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /webhooks}: which programs to tell of what happens. */
@Path("webhooks")
@RunOnVirtualThread
public class WebhookResource {
    private final Guard guard;
    private final WebhookService service;

    WebhookResource(Guard guard, WebhookService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A webhook to make; without {@code types} it is told of everything, without {@code selector} of every device. */
    public record NewWebhook(
            @Nullable String name,
            @Nullable String url,
            @Nullable List<String> types,
            @Nullable String selector,
            @Nullable Boolean enabled) {}

    /** A webhook, and its secret where one was just made. */
    public record MadeWebhook(Webhook webhook, @Nullable String secret) {}

    /** How a secret is replaced; the one before signs as well for {@code keepOldFor}, a day if left out. */
    public record SecretRotation(@Nullable String keepOldFor) {}

    /** What came of trying a webhook. */
    public record TriedWebhook(boolean delivered, String said) {}

    /**
     * What is to be told again; exactly one of these.
     *
     * @param from all that happened since
     * @param event the id of one event
     * @param parked all that was given up
     */
    public record Replay(
            @Nullable String from,
            @Nullable String event,
            @Nullable Boolean parked) {}

    /** How many events are told again. */
    public record Replayed(int events) {}

    /** All webhooks, by name. */
    @GET
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<Webhook> list() {
        return Page.whole(service.list(operator()));
    }

    /** Makes a webhook; its secret is shown now, and never again. */
    @POST
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<MadeWebhook> create(@Nullable NewWebhook body) {
        NewWebhook asked = Bodies.require(body);
        return answer(
                201,
                service.create(
                        admin(),
                        Bodies.require(asked.name(), "name"),
                        new WebhookPatch(
                                Bodies.require(asked.url(), "url"), asked.types(), asked.selector(), asked.enabled())));
    }

    /** One webhook. */
    @GET
    @Path("{name}")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public RestResponse<Webhook> get(String name) {
        Webhook webhook = service.get(operator(), name);
        return ETags.answer(200, webhook, webhook.revision());
    }

    /** Changes a webhook; where its address is new it has another secret, which is shown now, and never again. */
    @PATCH
    @Path("{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<MadeWebhook> patch(
            String name, @RestHeader("If-Match") @Nullable String ifMatch, @Nullable WebhookPatch body) {
        return answer(200, service.patch(admin(), name, Bodies.require(body), ETags.asked(ifMatch)));
    }

    /** Ends a webhook with all it still had to be told. */
    @DELETE
    @Path("{name}")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public void delete(String name, @RestHeader("If-Match") @Nullable String ifMatch) {
        service.delete(admin(), name, ETags.asked(ifMatch));
    }

    /** Another secret, shown once; the one before signs as well for a while. */
    @POST
    @Path("{name}/secret")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<MadeWebhook> rotateSecret(String name, @Nullable SecretRotation body) {
        String overlap = body == null || body.keepOldFor() == null ? "P1D" : body.keepOldFor();
        return answer(200, service.rotate(admin(), name, duration(overlap)));
    }

    /** Sends something harmless now, and says what came of it. */
    @POST
    @Path("{name}/test")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public TriedWebhook test(String name) {
        WebhookService.Tried tried = service.test(admin(), name);
        return new TriedWebhook(tried.delivered(), tried.said());
    }

    /** What was told or is to be, newest first, and how that went. */
    @GET
    @Path("{name}/deliveries")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Page<WebhookDelivery> deliveries(
            String name,
            @Parameter(schema = @Schema(enumeration = {"waiting", "delivered", "parked"})) @RestQuery @Nullable String state,
            @RestQuery @Nullable Integer limit,
            @RestQuery @Nullable String cursor) {
        return service.deliveries(
                operator(), name, state == null ? "" : state, Cursor.decodeNumber(cursor), Cursor.limit(limit));
    }

    /** Tells again what happened since a time, one event, or what was given up; ids of events stay the same. */
    @POST
    @Path("{name}/replay")
    @RequiresRole(value = Role.OPERATOR, fleetWide = true)
    public Replayed replay(String name, @Nullable Replay body) {
        Replay asked = Bodies.require(body);
        return new Replayed(service.replay(
                operator(),
                name,
                new WebhookService.Again(
                        asked.from() == null ? null : instant(asked.from()),
                        asked.event() == null ? null : uuid(asked.event()),
                        Boolean.TRUE.equals(asked.parked()))));
    }

    private Access operator() {
        return guard.require(Role.OPERATOR).fleetWide();
    }

    private Access admin() {
        return guard.require(Role.ADMIN).fleetWide();
    }

    private static RestResponse<MadeWebhook> answer(int status, WebhookService.Made made) {
        return ETags.answer(
                status,
                new MadeWebhook(made.webhook(), made.secret()),
                made.webhook().revision());
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw invalid("expected `keepOldFor` as a duration such as P1D or PT12H, found `" + text + "`");
        }
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw invalid(
                    "expected `from` as a time with an offset such as 2026-12-24T00:00:00Z, found `" + text + "`");
        }
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw invalid("expected `event` as the id of an event, found `" + text + "`");
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
