package dev.muster.control.deltas;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code /deltas}. */
@Path("/deltas")
@RunOnVirtualThread
public class DeltaResource {
    private final Guard guard;
    private final DeltaService service;

    DeltaResource(Guard guard, DeltaService service) {
        this.guard = guard;
        this.service = service;
    }

    /** The newest thousand, with how far they are and what they cost. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<DeltaAnswer> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)).stream()
                .map(DeltaAnswer::of)
                .toList());
    }

    /** One. */
    @GET
    @Path("/{output}/{base}")
    @RequiresRole(Role.VIEWER)
    public DeltaAnswer get(@PathParam("output") String output, @PathParam("base") String base) {
        return DeltaAnswer.of(service.get(guard.require(Role.VIEWER), new Delta.Pair(output, base)));
    }

    /** Has one made in the background; one that is there or on its way stays as it is. */
    @POST
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public DeltaAnswer make(@Nullable NewDelta body) {
        NewDelta wanted = Bodies.require(body);
        return DeltaAnswer.of(service.make(
                guard.require(Role.RELEASE_MANAGER).fleetWide(),
                new Delta.Pair(Bodies.require(wanted.output(), "output"), Bodies.require(wanted.base(), "base"))));
    }

    /** Stops one that waits or is being made. */
    @POST
    @Path("/{output}/{base}/cancel")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public DeltaAnswer cancel(@PathParam("output") String output, @PathParam("base") String base) {
        return DeltaAnswer.of(
                service.cancel(guard.require(Role.RELEASE_MANAGER).fleetWide(), new Delta.Pair(output, base)));
    }

    /**
     * A delta as asked for.
     *
     * @param output sha256 of the image that it makes
     * @param base sha256 of the image that it starts from
     */
    public record NewDelta(
            @Nullable String output, @Nullable String base) {}

    /**
     * A delta.
     *
     * @param length bytes that a device fetches; 0 until it is done
     * @param outputLength bytes it would fetch without
     * @param cpuMillis processor time that making it took
     * @param problem why it failed or was declined; empty else
     */
    public record DeltaAnswer(
            String output,
            String outputVersion,
            String base,
            String baseVersion,
            String state,
            int devices,
            int segments,
            int segmentsDone,
            long length,
            long outputLength,
            long cpuMillis,
            String problem,
            Instant askedAt,
            String askedBy,
            String askedByName,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt) {
        static DeltaAnswer of(Delta delta) {
            return new DeltaAnswer(
                    delta.pair().output(),
                    delta.outputVersion(),
                    delta.pair().base(),
                    delta.baseVersion(),
                    delta.state().text(),
                    delta.devices(),
                    delta.segments(),
                    delta.segmentsDone(),
                    delta.length(),
                    delta.outputLength(),
                    delta.cpuMillis(),
                    delta.problem(),
                    delta.askedAt(),
                    delta.askedBy(),
                    delta.askedByName(),
                    delta.startedAt().orElse(null),
                    delta.endedAt().orElse(null));
        }
    }
}
