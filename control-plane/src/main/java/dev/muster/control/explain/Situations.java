package dev.muster.control.explain;

import dev.muster.control.devices.DeviceWords;
import dev.muster.control.events.EventListener;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.permissions.PermissionEvent;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Remembers what devices said holds around them. Thread-safe. */
@Singleton
public final class Situations implements EventListener {
    private static final Logger LOG = Logger.getLogger(Situations.class);

    /** A bundle and a capability file ask for so many facts together. */
    private static final int MOST_FACTS = 128;

    private final SituationStore store;
    private final Clock clock;

    Situations(SituationStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What the device had said at the instant about what {@code held} asks; empty where that is not known. */
    public Optional<TrueThen> at(Handle handle, DeviceId device, Instant at, Optional<Held> held) {
        return held.flatMap(span -> store.at(handle, device, at).filter(told -> told.answers(span)));
    }

    @Override
    public void happened(Handle handle, DeviceRef device, DeviceEvent event) {
        if (!event.kind().equals(PermissionEvent.Situation.KIND)) {
            return;
        }
        PermissionEvent.Situation said;
        try {
            said = (PermissionEvent.Situation) PermissionEvent.read(event).orElseThrow();
        } catch (ProtocolException | IllegalArgumentException e) {
            LOG.warnf("situation of `%s` is kept and not understood: %s", device, e.getMessage());
            return;
        }
        String[] facts = said.facts().toArray(String[]::new);
        boolean fits = facts.length <= MOST_FACTS
                && DeviceWords.fit(facts)
                && DeviceWords.fit(said.policySha256())
                && (said.capabilitiesSha256().isEmpty() || DeviceWords.fit(said.capabilitiesSha256()));
        if (!fits) {
            LOG.warnf("situation of `%s` is kept and not understood: no policy asks for such facts", device);
            return;
        }
        Instant now = clock.instant();
        Instant at = DeviceWords.within(event.at());
        store.put(
                handle,
                device.device(),
                new TrueThen(
                        at.isAfter(now) ? now : at,
                        said.policySha256(),
                        said.capabilitiesSha256(),
                        new TreeSet<>(said.facts())),
                now);
    }
}
