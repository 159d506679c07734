package dev.muster.policy.language;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a document of the fleet says, as written: whether what it names is there is up to the server. */
public sealed interface FleetSpec {
    /** A site; what it does not say is that of the site above. */
    record Site(
            Optional<String> parent,
            Optional<String> timeZone,
            Optional<Integer> uplinkKbps,
            Optional<Window> window,
            Optional<String> gateway,
            Optional<Location> location)
            implements FleetSpec {}

    /** Days, and a span of local time that begins on each. */
    record Window(List<String> days, String from, String to) {
        public Window {
            days = List.copyOf(days);
        }
    }

    /** Degrees. */
    record Location(double latitude, double longitude) {}

    /** A group: dynamic by a query, or static, of all its members. */
    record Group(Optional<String> devices, List<String> members) implements FleetSpec {
        public Group {
            members = List.copyOf(members);
        }
    }

    /**
     * Settings of one level.
     *
     * @param level {@code tenant}, {@code site}, {@code group} or {@code device}
     * @param of whose they are; empty for the tenant
     */
    record Settings(String level, String of, Map<String, @Nullable Object> values) implements FleetSpec {
        public Settings {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /**
     * A time in which no rollout starts a device.
     *
     * @param from ISO-8601 with an offset
     * @param to likewise
     * @param devices RSQL; empty for every device
     */
    record Freeze(String from, String to, String devices, String reason) implements FleetSpec {}

    /**
     * A rollout of a release.
     *
     * @param release what is rolled out, or {@code channel}
     * @param devices RSQL; empty for every device
     * @param plan the rest, in the words of the REST API
     */
    record Rollout(
            Optional<Release> release, Optional<Channel> channel, String devices, Map<String, @Nullable Object> plan)
            implements FleetSpec {
        public Rollout {
            plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
        }
    }

    /** A release by name and version. */
    record Release(String name, String version) {}

    /** The newest release of a channel. */
    record Channel(String name, Optional<String> release, Optional<String> hardware) {}

    /** A kind whose own reader reads it: policy documents, rules of alerts. */
    record Elsewhere() implements FleetSpec {}
}
