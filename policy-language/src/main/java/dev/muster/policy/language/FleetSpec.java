package dev.muster.policy.language;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a document of the fleet says, as written: whether what it names is there is up to the server. */
public sealed interface FleetSpec {
    /** Names of the values that whoever applies the files has to bring along: what must not stand in files. */
    default List<String> variables() {
        return List.of();
    }

    /** The same with the values of variables in their places; those that {@code values} does not know stay. */
    default FleetSpec filled(Function<String, Optional<String>> values) {
        return this;
    }

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

    /** Where requests go. The address of a receiver may be all that one needs to speak to it: then it is a secret. */
    sealed interface Address {
        /** As the file says. */
        record Written(String url) implements Address {}

        /** As whoever applies the file says. */
        record Variable(String name) implements Address {}

        /** Written where the value is known. */
        default Address filled(Function<String, Optional<String>> values) {
            return switch (this) {
                case Written written -> written;
                case Variable variable ->
                    values.apply(variable.name()).<Address>map(Written::new).orElse(variable);
            };
        }

        /** The name of the value that is missing, if one is. */
        default List<String> variables() {
            return this instanceof Variable variable ? List.of(variable.name()) : List.of();
        }
    }

    /**
     * Whom to tell of alerts: a webhook by its address, or people by e-mail.
     *
     * @param severity the least that is told
     * @param sites whose alerts are told, with the sites below; empty for all
     * @param resolved whether is told what is over, too
     */
    record AlertChannel(
            Optional<Address> url,
            List<String> recipients,
            String severity,
            List<String> sites,
            boolean resolved,
            boolean enabled)
            implements FleetSpec {
        public AlertChannel {
            recipients = List.copyOf(recipients);
            sites = List.copyOf(sites);
        }

        @Override
        public List<String> variables() {
            return url.map(Address::variables).orElse(List.of());
        }

        @Override
        public FleetSpec filled(Function<String, Optional<String>> values) {
            return new AlertChannel(
                    url.map(address -> address.filled(values)), recipients, severity, sites, resolved, enabled);
        }
    }

    /**
     * A program that is told of events.
     *
     * @param types empty for all
     * @param devices RSQL; empty for every device
     */
    record Webhook(Address url, List<String> types, String devices, boolean enabled) implements FleetSpec {
        public Webhook {
            types = List.copyOf(types);
        }

        @Override
        public List<String> variables() {
            return url.variables();
        }

        @Override
        public FleetSpec filled(Function<String, Optional<String>> values) {
            return new Webhook(url.filled(values), types, devices, enabled);
        }
    }

    /** A kind whose own reader reads it: policy documents, rules of alerts. */
    record Elsewhere() implements FleetSpec {}
}
