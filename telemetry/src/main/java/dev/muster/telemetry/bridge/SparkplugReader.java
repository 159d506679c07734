package dev.muster.telemetry.bridge;

import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.sparkplug.EdgeNode;
import dev.muster.telemetry.sparkplug.Effect;
import dev.muster.telemetry.sparkplug.Heard;
import dev.muster.telemetry.sparkplug.HostState;
import dev.muster.telemetry.sparkplug.NodeId;
import dev.muster.telemetry.sparkplug.Rebirth;
import dev.muster.telemetry.sparkplug.SparkplugTopic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Listens to edge nodes of Sparkplug B as their host: births, deaths and data of each node in the order of its sequence numbers. A device
 * below a node is metrics of the node, called {@code device/metric}. Owned by one thread.
 */
public final class SparkplugReader implements MessageReader {
    private static final int MOST_NODES = 10_000;
    private static final List<SparkplugTopic.Type> OF_NODES =
            List.of(SparkplugTopic.Type.NBIRTH, SparkplugTopic.Type.NDEATH, SparkplugTopic.Type.NDATA);
    private static final List<SparkplugTopic.Type> OF_DEVICES =
            List.of(SparkplugTopic.Type.DBIRTH, SparkplugTopic.Type.DDEATH, SparkplugTopic.Type.DDATA);
    /** What templates of names are filled from. */
    private static final TopicPattern LEVELS = TopicPattern.parse("{group}/{node}");

    private final String hostId;
    private final List<String> groups;
    private final Template device;
    private final Map<NodeId, EdgeNode> nodes = new HashMap<>();

    private SparkplugReader(String hostId, List<String> groups, Template device) {
        this.hostId = hostId;
        this.groups = List.copyOf(groups);
        this.device = device;
    }

    /**
     * A host of this id.
     *
     * @param groups that it listens to; empty for all
     * @param device the name of a node's device, of {@code {group}} and {@code {node}}
     * @throws dev.muster.protocol.ProtocolException if the name uses anything else
     */
    public static SparkplugReader of(String hostId, List<String> groups, String device) {
        return new SparkplugReader(hostId, groups, Template.parse(device, LEVELS, false));
    }

    @Override
    public List<String> filters() {
        List<String> filters = new ArrayList<>();
        // Its own state first: a node must not see the host online before the host hears that another says otherwise.
        filters.add(HostState.topic(hostId));
        for (String group : groups.isEmpty() ? List.of("+") : groups) {
            OF_NODES.forEach(type -> filters.add(SparkplugTopic.NAMESPACE + "/" + group + "/" + type + "/+"));
            OF_DEVICES.forEach(type -> filters.add(SparkplugTopic.NAMESPACE + "/" + group + "/" + type + "/+/+"));
        }
        return filters;
    }

    @Override
    public Outcome read(String topic, byte[] payload, long nowMillis) {
        if (HostState.host(topic).isPresent()) {
            return new Outcome.Nothing();
        }
        Optional<SparkplugTopic> parsed = SparkplugTopic.parse(topic);
        if (parsed.isEmpty()) {
            return new Outcome.Unreadable("expected a topic of Sparkplug B, found `" + topic + "`");
        }
        NodeId id = parsed.get().node();
        EdgeNode node = nodes.get(id);
        if (node == null) {
            if (nodes.size() >= MOST_NODES) {
                return new Outcome.Unreadable(
                        "expected at most " + MOST_NODES + " edge nodes by one connection, found more");
            }
            node = new EdgeNode(id);
            nodes.put(id, node);
        }
        return outcome(id, node.hear(parsed.get(), payload, Instant.ofEpochMilli(nowMillis)), nowMillis);
    }

    private Outcome outcome(NodeId id, Heard heard, long nowMillis) {
        Optional<String> gone = Optional.empty();
        boolean gap = false;
        for (Effect effect : heard.effects()) {
            if (effect instanceof Effect.Offline(var reason)) {
                gone = Optional.of(reason);
            }
            gap |= effect instanceof Effect.Gap;
        }
        String name = device.render(Map.of("group", id.group(), "node", id.node()), new Json.Null());
        return new Outcome.Session(
                new Reading(name, heard.metrics()),
                heard.refusal(),
                gone,
                heard.asksRebirth()
                        ? Optional.of(new Said(Rebirth.topic(id), Rebirth.payload(nowMillis), 0, false))
                        : Optional.empty(),
                gap);
    }

    @Override
    public Optional<Host> host() {
        return Optional.of(new Told(hostId));
    }

    @Override
    public void connected(Instant now) {
        // What they said meanwhile is not known: each must be born anew, and is asked to as soon as it speaks.
        nodes.values().forEach(node -> {
            Heard unused = node.connectionLost(now);
        });
    }

    private record Told(String hostId) implements Host {
        @Override
        public Said state(boolean online, Instant at) {
            return new Said(HostState.topic(hostId), new HostState(online, at.toEpochMilli()).toJson(), 1, true);
        }

        @Override
        public boolean denies(byte[] payload) {
            try {
                return !HostState.fromJson(payload).online();
            } catch (ProtocolException e) {
                return false;
            }
        }
    }
}
