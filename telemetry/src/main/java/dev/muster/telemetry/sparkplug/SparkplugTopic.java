package dev.muster.telemetry.sparkplug;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A topic of the namespace {@code spBv1.0} (specification 4.2), but for those that hosts tell their state on.
 *
 * @param device below the node; {@code null} exactly for messages of the node itself
 */
public record SparkplugTopic(
        NodeId node, Type type, @Nullable String device) {
    /** First level of every topic of Sparkplug B. */
    public static final String NAMESPACE = "spBv1.0";

    /** Kinds of messages. */
    public enum Type {
        NBIRTH,
        NDEATH,
        DBIRTH,
        DDEATH,
        NDATA,
        DDATA,
        NCMD,
        DCMD;

        /** Whether it speaks of a device below the node. */
        public boolean isOfDevice() {
            return name().charAt(0) == 'D';
        }

        /** Whether it goes to the node. */
        public boolean isCommand() {
            return this == NCMD || this == DCMD;
        }
    }

    public SparkplugTopic {
        if (type.isOfDevice() != (device != null) || (device != null && !NodeId.isLevel(device))) {
            throw new IllegalArgumentException(
                    "expected a device exactly for messages of devices, found `" + device + "` with " + type);
        }
    }

    /** A topic of the node itself. */
    public static SparkplugTopic of(NodeId node, Type type) {
        return new SparkplugTopic(node, type, null);
    }

    /** The topic {@code text} is; empty for any other. */
    public static Optional<SparkplugTopic> parse(String text) {
        String[] levels = text.split("/", -1);
        if (levels.length < 4 || levels.length > 5 || !levels[0].equals(NAMESPACE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SparkplugTopic(
                    new NodeId(levels[1], levels[3]), Type.valueOf(levels[2]), levels.length == 5 ? levels[4] : null));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As it is on the wire. */
    public String text() {
        String own = NAMESPACE + "/" + node.group() + "/" + type + "/" + node.node();
        return device == null ? own : own + "/" + device;
    }
}
