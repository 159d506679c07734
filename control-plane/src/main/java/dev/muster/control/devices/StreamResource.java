package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.live.Change;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.live.Subscriber;
import dev.muster.protocol.identity.DeviceId;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** {@code /stream}: says that something changed; the page reads it again. */
@Path("stream")
public class StreamResource {
    private static final Logger LOG = Logger.getLogger(StreamResource.class);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    // A browser connects again by itself, with a fresh token: no stream outlives a withdrawn right for long.
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Guard guard;
    private final ChangeFeed feed;
    private final DeviceService devices;
    private final Clock clock;

    StreamResource(Guard guard, ChangeFeed feed, DeviceService devices, Clock clock) {
        this.guard = guard;
        this.feed = feed;
        this.devices = devices;
        this.clock = clock;
    }

    /** Events {@code device}, {@code rollout}, {@code command} and {@code alert} with {@code {id}}, of devices in scope. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @RequiresRole(Role.VIEWER)
    public Multi<OutboundSseEvent> stream(@Context Sse sse) {
        Access access = guard.require(Role.VIEWER);
        Subscriber subscriber = feed.subscribe(access.tenant());
        return Multi.createFrom().emitter(emitter -> {
            emitter.onTermination(() -> feed.unsubscribe(subscriber));
            Thread.ofVirtual().name("stream").start(() -> pump(access, subscriber, sse, emitter));
        });
    }

    private void pump(Access access, Subscriber subscriber, Sse sse, MultiEmitter<? super OutboundSseEvent> emitter) {
        Instant end = clock.instant().plus(LONGEST);
        try {
            emitter.emit(sse.newEventBuilder().comment("open").build());
            while (!subscriber.ended() && clock.instant().isBefore(end)) {
                List<Change> changes = subscriber.take(KEEP_ALIVE);
                if (changes.isEmpty()) {
                    emitter.emit(sse.newEventBuilder().comment("still here").build());
                }
                Set<String> hidden = hidden(access, changes);
                for (Change change : changes) {
                    if (change.kind() != Change.Kind.DEVICE || !hidden.contains(change.id())) {
                        emitter.emit(event(sse, change));
                    }
                }
            }
            emitter.complete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("a stream ended", e);
            emitter.complete();
        } finally {
            feed.unsubscribe(subscriber);
        }
    }

    private Set<String> hidden(Access access, List<Change> changes) {
        if (access.scope().fleetWide()) {
            return Set.of();
        }
        Set<String> ids = new HashSet<>();
        for (Change change : changes) {
            if (change.kind() == Change.Kind.DEVICE) {
                ids.add(change.id());
            }
        }
        devices.visible(access, ids.stream().map(DeviceId::new).toList())
                .forEach(visible -> ids.remove(visible.value()));
        return ids;
    }

    private static OutboundSseEvent event(Sse sse, Change change) {
        return sse.newEventBuilder()
                .name(change.kind().name().toLowerCase(Locale.ROOT))
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(Map.of("id", change.id()))
                .build();
    }
}
