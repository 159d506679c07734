package dev.muster.control.rollouts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.channels.ChannelService;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.InstallRule;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rollouts, for people. */
@Path("/rollouts")
@RunOnVirtualThread
public class RolloutResource {
    private static final Duration DEFAULT_DEADLINE = Duration.ofHours(1);
    private static final WaveRequest EVERYTHING = new WaveRequest("all", 100, null, null, null);

    private final Guard guard;
    private final TenantTransactions transactions;
    private final RolloutService service;
    private final OverrideService overrides;
    private final PreviewService previews;
    private final RolloutStore store;
    private final RolloutDeviceStore rows;
    private final BeforeStore befores;
    private final ChannelService channels;

    RolloutResource(
            Guard guard,
            TenantTransactions transactions,
            RolloutService service,
            OverrideService overrides,
            PreviewService previews,
            RolloutStore store,
            RolloutDeviceStore rows,
            BeforeStore befores,
            ChannelService channels) {
        this.guard = guard;
        this.transactions = transactions;
        this.service = service;
        this.overrides = overrides;
        this.previews = previews;
        this.store = store;
        this.rows = rows;
        this.befores = befores;
        this.channels = channels;
    }

    /** Plans a rollout of a release, and starts it unless told not to. */
    @POST
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer create(@Nullable NewRollout given) {
        NewRollout body = Bodies.require(given);
        Access access = guard.require(Role.RELEASE_MANAGER);
        return transactions.in(access.tenant(), handle -> {
            RolloutPlan plan = plan(body, release(handle, body));
            RolloutId id = service.create(handle, access, plan)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.CONFLICT,
                            "expected at least one active device that `"
                                    + plan.selector().text() + "` selects and that a target fits, found none"));
            return RolloutAnswer.of(service.find(handle, access, id));
        });
    }

    /** What such a rollout would do; nothing happens. */
    @POST
    @Path("/preview")
    @RequiresRole(Role.VIEWER)
    public Preview preview(@Nullable NewRollout given) {
        NewRollout body = Bodies.require(given);
        NewRollout named = body.name() == null ? body.named("preview") : body;
        Access access = guard.require(Role.VIEWER);
        UUID release = transactions.in(access.tenant(), handle -> release(handle, named));
        return previews.preview(access, plan(named, release), release);
    }

    /** Those with a device in the caller's scope, newest first; of one release only where one is given. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<RolloutAnswer> list(
            @QueryParam("release") @Nullable UUID release,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        List<RolloutAnswer> found = transactions.in(
                access.tenant(), handle -> store.list(handle, access.scope(), release, skip, size + 1).stream()
                        .map(RolloutAnswer::of)
                        .toList());
        return Page.of(found, size, last -> Long.toString(skip + size));
    }

    /** One rollout. */
    @GET
    @Path("/{id}")
    @RequiresRole(Role.VIEWER)
    public RolloutAnswer get(@PathParam("id") UUID id) {
        Access access = guard.require(Role.VIEWER);
        return transactions.in(
                access.tenant(), handle -> RolloutAnswer.of(service.find(handle, access, new RolloutId(id))));
    }

    /** Its devices in the caller's scope, with state and reason. */
    @GET
    @Path("/{id}/devices")
    @RequiresRole(Role.VIEWER)
    public Page<RolloutDeviceStore.Shown> devices(
            @PathParam("id") UUID id,
            @Parameter(schema = @Schema(implementation = DeviceState.Kind.class)) @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        String after = Cursor.decode(cursor).orElse("");
        DeviceState.Kind kind = kind(state);
        return transactions.in(access.tenant(), handle -> {
            service.find(handle, access, new RolloutId(id));
            return Page.of(
                    rows.list(handle, access.scope(), new RolloutId(id), kind, after, size + 1),
                    size,
                    RolloutDeviceStore.Shown::device);
        });
    }

    /** Why devices failed, are not reached or wait, most devices first. */
    @GET
    @Path("/{id}/causes")
    @RequiresRole(Role.VIEWER)
    public Page<RolloutDeviceStore.Cause> causes(@PathParam("id") UUID id) {
        Access access = guard.require(Role.VIEWER);
        return transactions.in(access.tenant(), handle -> {
            service.find(handle, access, new RolloutId(id));
            return Page.whole(rows.causes(handle, access.scope(), new RolloutId(id)));
        });
    }

    /** How devices could go back from what it brought them. */
    @GET
    @Path("/{id}/way-back")
    @RequiresRole(Role.VIEWER)
    public Page<WayBack> wayBack(@PathParam("id") UUID id) {
        Access access = guard.require(Role.VIEWER);
        return transactions.in(access.tenant(), handle -> {
            service.find(handle, access, new RolloutId(id));
            return Page.whole(befores.changes(handle, access.scope(), new RolloutId(id)).stream()
                    .map(WayBack::of)
                    .toList());
        });
    }

    /** A second person lets a wave open. */
    @POST
    @Path("/{id}/waves/{wave}/approve")
    @RequiresRole(Role.APPROVER)
    public RolloutAnswer approve(@PathParam("id") UUID id, @PathParam("wave") int wave) {
        return RolloutAnswer.of(service.approve(guard.require(Role.APPROVER), new RolloutId(id), wave));
    }

    /** Asks that it goes on in freezes; a second person's call agrees, or, with four eyes, the approval of the request. */
    @POST
    @Path("/{id}/override")
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer override(@PathParam("id") UUID id, @Nullable Why body) {
        return RolloutAnswer.of(overrides.override(
                guard.require(Role.RELEASE_MANAGER),
                new RolloutId(id),
                body == null || body.reason() == null ? "" : body.reason()));
    }

    /** Freezes hold it again. */
    @DELETE
    @Path("/{id}/override")
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer endOverride(@PathParam("id") UUID id) {
        return RolloutAnswer.of(overrides.end(guard.require(Role.RELEASE_MANAGER), new RolloutId(id)));
    }

    /** Nobody joins it any more. */
    @DELETE
    @Path("/{id}/newcomers")
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer endNewcomers(@PathParam("id") UUID id) {
        return RolloutAnswer.of(service.endNewcomers(guard.require(Role.RELEASE_MANAGER), new RolloutId(id)));
    }

    /** Why a rollout is to go on in freezes. */
    public record Why(@Nullable String reason) {}

    /** Starts a prepared rollout. */
    @POST
    @Path("/{id}/start")
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer start(@PathParam("id") UUID id) {
        return steer(id, new Rollout.Event.Start(), "start");
    }

    /** No further device starts; those that have started go on. */
    @POST
    @Path("/{id}/pause")
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer pause(@PathParam("id") UUID id) {
        return steer(id, new Rollout.Event.Pause("paused by a person"), "pause");
    }

    /** Goes on; where a gate paused it, the failures so far are accepted. */
    @POST
    @Path("/{id}/resume")
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer resume(@PathParam("id") UUID id) {
        return steer(id, new Rollout.Event.Resume(), "resume");
    }

    /** Stops it for good; what was handed out stays. */
    @POST
    @Path("/{id}/abort")
    @RequiresRole(Role.RELEASE_MANAGER)
    public RolloutAnswer abort(@PathParam("id") UUID id) {
        return steer(id, new Rollout.Event.Abort(), "abort");
    }

    private RolloutAnswer steer(UUID id, Rollout.Event event, String verb) {
        return RolloutAnswer.of(service.steer(guard.require(Role.RELEASE_MANAGER), new RolloutId(id), event, verb));
    }

    /**
     * The newest release of a channel, as of now.
     *
     * @param name of the channel
     * @param release name of the release; any if left out
     * @param hardware that it has a target for; any if left out
     */
    public record FromChannel(
            @Nullable String name,
            @Nullable String release,
            @Nullable String hardware) {}

    /** The body of {@code POST /rollouts}; {@code release} or {@code channel}. */
    public record NewRollout(
            @Nullable String name,
            @Nullable UUID release,
            @Nullable FromChannel channel,
            @Nullable String selector,
            @Nullable List<WaveRequest> waves,
            @Nullable Integer maxFailurePercent,
            @Nullable String deadline,
            @Nullable Integer perMinute,
            @Nullable String jitter,
            @Nullable Install install,
            @Nullable Boolean newcomers,
            @Nullable Boolean start) {
        NewRollout named(String given) {
            return new NewRollout(
                    given,
                    release,
                    channel,
                    selector,
                    waves,
                    maxFailurePercent,
                    deadline,
                    perMinute,
                    jitter,
                    install,
                    newcomers,
                    start);
        }
    }

    /**
     * How devices switch to what they loaded.
     *
     * @param mode {@code forced}, {@code soft} or {@code download-only}; forced if left out
     * @param window at any time if left out; {@code {"site": true}} for that of each device's site
     */
    public record Install(@Nullable String mode, @Nullable Window window) {
        Installing read() {
            return new Installing(
                    mode == null ? InstallRule.Mode.FORCED : InstallRule.Mode.parse(mode),
                    window == null ? new Installing.When.AnyTime() : window.read());
        }
    }

    /**
     * When they may, in the local time of their site.
     *
     * @param days such as {@code ["sat", "sun"]}; every day if left out
     * @param site true: that of each device's site
     * @param from such as {@code 22:00}
     * @param to before {@code from}: on the next day
     */
    public record Window(
            @Nullable Boolean site,
            @Nullable List<String> days,
            @Nullable String from,
            @Nullable String to) {
        Installing.When read() {
            if (Boolean.TRUE.equals(site) && days == null && from == null && to == null) {
                return new Installing.When.SiteWindow();
            }
            if (from == null || to == null || site != null) {
                throw new IllegalArgumentException("`window`: expected `from` and `to`, or `site` alone");
            }
            return new Installing.When.In(MaintenanceWindow.parse(days == null ? List.of() : days, from, to));
        }
    }

    /** The release that is named, or the newest of the channel that is. */
    private UUID release(Handle handle, NewRollout body) {
        if ((body.release() == null) == (body.channel() == null)) {
            throw invalid("expected `release` or `channel`, found " + (body.release() == null ? "neither" : "both"));
        }
        return body.release() != null
                ? body.release()
                : channels.newest(
                        handle,
                        Bodies.require(body.channel().name(), "channel.name"),
                        Optional.ofNullable(body.channel().release()),
                        Optional.ofNullable(body.channel().hardware()));
    }

    static RolloutPlan plan(NewRollout body, UUID release) {
        if (body.name() == null) {
            throw invalid("expected `name`, found nothing");
        }
        try {
            return new RolloutPlan(
                    body.name(),
                    new RolloutSubject.OfRelease(release),
                    Selector.parse(body.selector()),
                    WaveRequest.plans(
                            body.waves() == null || body.waves().isEmpty() ? List.of(EVERYTHING) : body.waves()),
                    body.maxFailurePercent() == null ? 0 : body.maxFailurePercent(),
                    body.deadline() == null ? DEFAULT_DEADLINE : Durations.parse("deadline", body.deadline()),
                    new Pacing(
                            Optional.ofNullable(body.perMinute()),
                            body.jitter() == null ? Duration.ZERO : Durations.parse("jitter", body.jitter())),
                    body.install() == null ? Installing.NOW : body.install().read(),
                    Boolean.TRUE.equals(body.newcomers()),
                    body.start() == null || body.start());
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static DeviceState.@Nullable Kind kind(@Nullable String state) {
        if (state == null || state.isBlank()) {
            return null;
        }
        for (DeviceState.Kind kind : DeviceState.Kind.values()) {
            if (kind.text().equals(state)) {
                return kind;
            }
        }
        throw invalid("`state`: expected a device's state such as `failed`, found `" + state + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
