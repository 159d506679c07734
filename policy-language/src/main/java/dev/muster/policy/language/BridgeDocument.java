package dev.muster.policy.language;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A connection to a broker as written. Secrets are not part of it.
 *
 * @param broker {@code mqtt://host[:port]} or {@code mqtts://host[:port]}
 * @param protocol version of MQTT, {@code 5} or {@code 3.1.1}
 * @param ca authorities of the broker's certificate in PEM; without it those of the platform are believed
 * @param session how long the broker keeps what comes while nobody is connected
 * @param quietAfter a device that says nothing for so long counts as gone
 * @param devices RSQL, which devices the connection may speak for; empty for every foreign one
 * @param create how devices at first sight are made; without it none are
 * @param sparkplug what it is as a host of Sparkplug; then it has no mappings
 * @param yaml its text, comments included
 */
public record BridgeDocument(
        String name,
        String description,
        Said broker,
        String protocol,
        Optional<String> username,
        Optional<Said> ca,
        Optional<String> clientId,
        int qos,
        Duration session,
        Duration quietAfter,
        boolean enabled,
        Said devices,
        Optional<Create> create,
        Optional<Sparkplug> sparkplug,
        List<Mapped> mappings,
        String yaml) {
    /** What a broker speaks unless something else is said. */
    static final String MQTT_5 = "5";

    public BridgeDocument {
        mappings = List.copyOf(mappings);
    }

    /** A text with its place, for mistakes that only others can find. */
    public record Said(Place at, String text) {}

    /** What devices that are made begin with. */
    public record Create(Optional<Said> site, List<String> tags, Optional<String> type) {
        public Create {
            tags = List.copyOf(tags);
        }
    }

    /**
     * A host of Sparkplug B.
     *
     * @param hostId under which its state is told
     * @param groups that it listens to; empty for all
     * @param device the name of a device, of {@code {group}} and {@code {node}}
     */
    public record Sparkplug(String hostId, List<String> groups, Said device) {
        public Sparkplug {
            groups = List.copyOf(groups);
        }
    }

    /**
     * How messages of one pattern of topics are read.
     *
     * @param payload {@code json}, {@code text} or {@code senml}
     * @param clock {@code iso}, {@code ms} or {@code s}
     */
    public record Mapped(
            Said topic,
            Said device,
            String payload,
            Optional<Said> metric,
            Optional<Said> at,
            String clock,
            List<Value> values) {
        public Mapped {
            values = List.copyOf(values);
        }
    }

    /** One measurement of a JSON payload. */
    public record Value(Said metric, Said path, boolean optional) {}
}
