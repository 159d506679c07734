package dev.muster.agent.policy;

import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.permissions.PermissionEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How often services asked for which permission of which app: the use of permissions as far as it is seen. Thread-safe. */
final class UsageRecorder {
    /** More keys than this in one interval are counted together as dropped. */
    static final int MAX_KEYS = 500;

    private final Tally<Key> tally = new Tally<>(MAX_KEYS);
    private Instant from;

    private record Key(AppKey app, String permission) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::app).thenComparing(Key::permission);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /** Counts from {@code from} on. */
    public UsageRecorder(Instant from) {
        this.from = from;
    }

    /** One answer. Names that the policy does not know are no use of anything, and would fill the table. */
    public void count(AppKey app, String permission, boolean granted, Reason reason) {
        switch (reason) {
            case UNKNOWN_TOKEN, UNKNOWN_PERMISSION, NO_POLICY -> {}
            case ROLE,
                    CAPABILITY,
                    DELEGATED,
                    NOT_REQUESTED,
                    APL,
                    SERVICE_ONLY,
                    GUARD_RAIL,
                    CEILING,
                    UNBOUND,
                    NOT_IN_ROLE,
                    LEASE_ENDED,
                    LEASE_GUARD_RAIL,
                    CONDITION,
                    BAD_CHAIN -> tally.count(new Key(app, permission), granted);
        }
    }

    /** The events of the interval that ends {@code now}; the next one begins. */
    public synchronized List<DeviceEvent> take(Instant now) {
        PermissionEvent.Interval interval = new PermissionEvent.Interval(from, now);
        from = now;
        Tally.Taken<Key> taken = tally.take();
        List<DeviceEvent> events = new ArrayList<>();
        taken.counts()
                .forEach((key, count) -> events.add(
                        new PermissionEvent.Usage(app(key.app()), key.permission(), interval, count.yes(), count.no())
                                .at(now)));
        if (taken.dropped() > 0) {
            events.add(new PermissionEvent.UsageDropped(taken.dropped(), interval).at(now));
        }
        return events;
    }

    static PermissionEvent.App app(AppKey key) {
        return new PermissionEvent.App(key.bundle(), key.user(), key.instance());
    }
}
