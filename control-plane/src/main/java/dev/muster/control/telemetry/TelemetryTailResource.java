package dev.muster.control.telemetry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.telemetry.query.DeviceValue;
import dev.muster.telemetry.query.TelemetryTail;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /telemetry/stream}. */
@Path("telemetry/stream")
public class TelemetryTailResource {
    // As for every stream: no one outlives a withdrawn right for long, and devices that the query selects anew come
    // with the next.
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration STEP = Duration.ofMillis(200);
    private static final int WAITING = 5_000;

    /** So many steps without anything to say, and a comment keeps the connection from looking dead. */
    private static final int QUIET_STEPS = 75;

    private final Guard guard;
    private final TelemetryService service;

    TelemetryTailResource(Guard guard, TelemetryService service) {
        this.guard = guard;
        this.service = service;
    }

    /** How many samples a reader lost. */
    public record Dropped(long samples) {}

    /** Samples of all devices of the query as they come; a reader that is too slow is told how many it lost. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @RequiresRole(Role.VIEWER)
    public Multi<OutboundSseEvent> stream(
            @RestQuery @Nullable String q, @RestQuery @Nullable String metric, @Context Sse sse) {
        Access access = guard.require(Role.VIEWER);
        Selector selector = Selector.parse(q);
        TailBuffer buffer = new TailBuffer(WAITING);
        // Before the answer begins: afterwards there is no status left to tell it with.
        TelemetryTail.Subscription subscription = service.subscribe(access, selector, (device, sample) -> {
            if (metric == null || metric.equals(sample.metric())) {
                buffer.offer(new DeviceValue(device.device().value(), sample.metric(), sample.at(), sample.value()));
            }
        });
        Events events = new Events(sse);
        return Multi.createFrom()
                .ticks()
                .every(STEP)
                // A reader that does not read asks for no step: what it misses waits in the buffer, or is counted
                // there.
                .onOverflow()
                .drop()
                .map(step -> events.of(buffer.take()))
                .select()
                .first(LONGEST)
                .onTermination()
                .invoke(subscription::close)
                .onItem()
                .transformToMultiAndConcatenate(all -> Multi.createFrom().iterable(all));
    }

    /** Turns what was taken into events; used by one stream. */
    private static final class Events {
        private final Sse sse;
        private int quiet;

        Events(Sse sse) {
            this.sse = sse;
        }

        List<OutboundSseEvent> of(TailBuffer.Taken taken) {
            List<OutboundSseEvent> events = new ArrayList<>();
            if (taken.dropped() > 0) {
                events.add(event("dropped", new Dropped(taken.dropped())));
            }
            for (DeviceValue sample : taken.samples()) {
                events.add(event("sample", sample));
            }
            quiet = events.isEmpty() ? quiet + 1 : 0;
            if (quiet >= QUIET_STEPS) {
                quiet = 0;
                events.add(sse.newEventBuilder().comment("still here").build());
            }
            return events;
        }

        private OutboundSseEvent event(String name, Object data) {
            return sse.newEventBuilder()
                    .name(name)
                    .mediaType(MediaType.APPLICATION_JSON_TYPE)
                    .data(data)
                    .build();
        }
    }
}
