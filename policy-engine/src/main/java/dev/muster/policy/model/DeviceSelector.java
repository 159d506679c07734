package dev.muster.policy.model;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.Set;

/** Which devices. */
public sealed interface DeviceSelector {
    /** Every device of the tenant. */
    DeviceSelector EVERYWHERE = new Everywhere();

    boolean matches(DeviceAttributes device);

    /** Every device of the tenant. */
    record Everywhere() implements DeviceSelector {
        @Override
        public boolean matches(DeviceAttributes device) {
            return true;
        }
    }

    /**
     * Devices by plain attributes. A part that is empty does not narrow; within a part one match is enough; all parts
     * given must match.
     */
    record Attributes(
            NavigableSet<String> sites,
            NavigableSet<String> tags,
            NavigableSet<String> hardware,
            NavigableSet<String> groups)
            implements DeviceSelector {
        public Attributes {
            sites = Names.wanted("sites", sites);
            tags = Names.wanted("tags", tags);
            hardware = Names.wanted("hardware", hardware);
            groups = Names.wanted("groups", groups);
        }

        public static Attributes of(
                Collection<String> sites,
                Collection<String> tags,
                Collection<String> hardware,
                Collection<String> groups) {
            return new Attributes(
                    Names.sorted(sites), Names.sorted(tags), Names.sorted(hardware), Names.sorted(groups));
        }

        public static Attributes tags(String... tags) {
            return of(Set.of(), Set.of(tags), Set.of(), Set.of());
        }

        public static Attributes sites(String... sites) {
            return of(Set.of(sites), Set.of(), Set.of(), Set.of());
        }

        @Override
        public boolean matches(DeviceAttributes device) {
            return (sites.isEmpty() || sites.contains(device.site()))
                    && (tags.isEmpty() || tags.stream().anyMatch(device.tags()::contains))
                    && (hardware.isEmpty() || hardware.contains(device.hardware()))
                    && (groups.isEmpty() || groups.stream().anyMatch(device.groups()::contains));
        }
    }

    /**
     * Devices by a query in the language of the device list (RSQL), such as {@code site==north;tag=in=(camera)}. The engine
     * does not evaluate it: whoever makes the profile does, and lists the queries that hold in
     * {@link DeviceAttributes#expressions()}.
     */
    record Expression(String text) implements DeviceSelector {
        public Expression {
            if (text.isBlank()) {
                throw new IllegalArgumentException("a device query expected, found an empty text");
            }
        }

        @Override
        public boolean matches(DeviceAttributes device) {
            return device.expressions().contains(text);
        }
    }

    /**
     * Single devices by id. Only capabilities use it; they then go to each device by itself, so that a profile never
     * depends on who the device is.
     */
    record Ids(NavigableSet<String> ids) implements DeviceSelector {
        public Ids {
            ids = Names.wanted("ids", ids);
            if (ids.isEmpty()) {
                throw new IllegalArgumentException("selector: at least one device id expected, found none");
            }
        }

        /** Never: attributes do not tell who the device is. */
        @Override
        public boolean matches(DeviceAttributes device) {
            return false;
        }
    }
}
