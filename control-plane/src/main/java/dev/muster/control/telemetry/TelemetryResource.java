package dev.muster.control.telemetry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.telemetry.query.LatestValue;
import dev.muster.telemetry.query.LiveSample;
import dev.muster.telemetry.query.SeriesPoint;
import dev.muster.telemetry.query.Spans;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /devices/{id}/telemetry}. */
@Path("devices/{id}/telemetry")
public class TelemetryResource {
    // As for every stream: no one outlives a withdrawn right for long.
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Guard guard;
    private final TelemetryService service;
    private final Clock clock;

    TelemetryResource(Guard guard, TelemetryService service, Clock clock) {
        this.guard = guard;
        this.service = service;
        this.clock = clock;
    }

    /**
     * One metric over time.
     *
     * @param level what the points are made of: {@code raw}, {@code 1m} or {@code 1h}
     * @param stepSeconds width of a point
     */
    public record Series(String metric, String level, double stepSeconds, List<SeriesPoint> points) {
        public Series {
            points = List.copyOf(points);
        }

        static Series of(String metric, Spans cut, List<SeriesPoint> points) {
            return new Series(metric, cut.level().text(), cut.step().toMillis() / 1_000.0, points);
        }
    }

    /** The newest value of every metric. */
    @GET
    @Path("latest")
    @RunOnVirtualThread
    @RequiresRole(Role.VIEWER)
    public Page<LatestValue> latest(String id) {
        return Page.whole(service.latest(guard.require(Role.VIEWER), DeviceService.id(id)));
    }

    /** One metric from {@code from} (an hour before {@code to}) to {@code to} (now), in at most {@code points} points. */
    @GET
    @RunOnVirtualThread
    @RequiresRole(Role.VIEWER)
    public Series series(
            String id,
            @RestQuery @Nullable String metric,
            @RestQuery @Nullable String from,
            @RestQuery @Nullable String to,
            @RestQuery @Nullable Integer points) {
        Access access = guard.require(Role.VIEWER);
        DeviceId device = DeviceService.id(id);
        String named = Bodies.require(metric, "metric");
        Span span = Span.asked(from, to, clock.instant());
        return service.series(access, device, named, span, Span.points(points));
    }

    /** Samples as they come; a page that reads too slowly loses some. */
    @GET
    @Path("stream")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @RequiresRole(Role.VIEWER)
    public Multi<OutboundSseEvent> stream(String id, @Context Sse sse) {
        Access access = guard.require(Role.VIEWER);
        DeviceId device = DeviceService.id(id);
        // Before the answer begins: afterwards there is no status left to tell it with.
        service.requireVisible(access, device);
        Multi<OutboundSseEvent> samples = Multi.createFrom()
                .emitter(
                        emitter -> {
                            var subscription =
                                    service.subscribe(access, device, sample -> emitter.emit(event(sse, sample)));
                            emitter.onTermination(subscription::close);
                        },
                        BackPressureStrategy.DROP);
        Multi<OutboundSseEvent> alive = Multi.createFrom()
                .ticks()
                .every(Duration.ofSeconds(15))
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("still here").build());
        return Multi.createBy().merging().streams(samples, alive).select().first(LONGEST);
    }

    private static OutboundSseEvent event(Sse sse, LiveSample sample) {
        return sse.newEventBuilder()
                .name("sample")
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(sample)
                .build();
    }
}
