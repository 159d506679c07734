package dev.muster.control.telemetry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.telemetry.query.DeviceValue;
import dev.muster.telemetry.query.FleetPoint;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /telemetry}: of all devices that a query selects, as far as they are in scope. */
@Path("telemetry")
@RunOnVirtualThread
public class FleetTelemetryResource {
    private static final Duration LONGEST_EXPORT = Duration.ofDays(31);

    private final Guard guard;
    private final FleetTelemetryService service;
    private final Clock clock;

    FleetTelemetryResource(Guard guard, FleetTelemetryService service, Clock clock) {
        this.guard = guard;
        this.service = service;
        this.clock = clock;
    }

    /**
     * One metric of many devices over time.
     *
     * @param devices how many devices were asked about, whether or not they have the metric
     * @param level what the points are made of: {@code raw}, {@code 1m} or {@code 1h}
     * @param stepSeconds width of a point
     */
    public record Series(String metric, int devices, String level, double stepSeconds, List<FleetPoint> points) {
        public Series {
            points = List.copyOf(points);
        }
    }

    /** Names of the metrics that are numbers on any of the devices. */
    @GET
    @Path("metrics")
    @RequiresRole(Role.VIEWER)
    public Page<String> metrics(@RestQuery @Nullable String q) {
        return Page.whole(service.metrics(guard.require(Role.VIEWER), Selector.parse(q)));
    }

    /** The newest value of one metric of each device. */
    @GET
    @Path("latest")
    @RequiresRole(Role.VIEWER)
    public Page<DeviceValue> latest(@RestQuery @Nullable String q, @RestQuery @Nullable String metric) {
        Access access = guard.require(Role.VIEWER);
        return Page.whole(service.latest(access, Selector.parse(q), Bodies.require(metric, "metric")));
    }

    /** One metric from {@code from} (an hour before {@code to}) to {@code to} (now), in at most {@code points} points. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Series series(
            @RestQuery @Nullable String q,
            @RestQuery @Nullable String metric,
            @RestQuery @Nullable String from,
            @RestQuery @Nullable String to,
            @RestQuery @Nullable Integer points) {
        Access access = guard.require(Role.VIEWER);
        Span span = Span.asked(from, to, clock.instant());
        return service.series(access, Selector.parse(q), Bodies.require(metric, "metric"), span, Span.points(points));
    }

    /**
     * Samples as they were sent, hour by hour; as far back as they are kept. That they were taken is an audit row.
     *
     * @param metric all of them if left out
     * @param format {@code csv} (default) or {@code ndjson}
     */
    @GET
    @Path("export")
    @Produces({"text/csv", "application/x-ndjson", MediaType.APPLICATION_JSON})
    @RequiresRole(Role.VIEWER)
    public Response export(
            @RestQuery @Nullable String q,
            @RestQuery @Nullable String metric,
            @RestQuery @Nullable String from,
            @RestQuery @Nullable String to,
            @Parameter(schema = @Schema(implementation = SampleFormat.class)) @RestQuery @Nullable String format) {
        Access access = guard.require(Role.VIEWER);
        SampleFormat wanted = SampleFormat.ofName(format);
        Span span = Span.asked(from, to, clock.instant()).atMost(LONGEST_EXPORT);
        FleetTelemetryService.Export export =
                service.export(access, Selector.parse(q), metric == null ? "" : metric, span, wanted);
        StreamingOutput rows = export::write;
        return Response.ok(rows, wanted.mediaType() + ";charset=UTF-8").build();
    }
}
