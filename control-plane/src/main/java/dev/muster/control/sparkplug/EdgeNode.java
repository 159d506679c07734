package dev.muster.control.sparkplug;

import dev.muster.protocol.kafka.SparkplugName;
import dev.muster.protocol.kafka.SparkplugNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device that is a foreign edge node; also its form on the wire. What is counted is counted since its last connection began.
 *
 * @param online it is connected, and between a birth and its death
 * @param bdSeq number of its last session, {@code bornAt} when its last birth was heard; null before the first
 * @param gaps how often messages were missing, {@code lost} how many at least, {@code late} how many came after later ones
 * @param refused messages whose values did not count: they are dead letters
 * @param rebirths how often it was asked for its births because something was uncertain
 * @param devices below it that are online
 */
public record EdgeNode(
        String device,
        String group,
        String node,
        boolean online,
        @Nullable Long bdSeq,
        @Nullable Instant bornAt,
        long gaps,
        long lost,
        long late,
        long refused,
        long rebirths,
        List<String> devices,
        @Nullable Instant at) {
    public EdgeNode {
        devices = List.copyOf(devices);
    }

    /** Of a node by its name and what its gateway last told, if it told anything. */
    static EdgeNode of(String device, boolean connected, SparkplugName name, Optional<SparkplugNode> told) {
        if (told.isEmpty()) {
            return new EdgeNode(device, name.group(), name.node(), false, null, null, 0, 0, 0, 0, 0, List.of(), null);
        }
        SparkplugNode node = told.get();
        // A gateway that died could not say so; who is connected is known without it.
        boolean online = connected && node.online();
        return new EdgeNode(
                device,
                name.group(),
                name.node(),
                online,
                node.bdSeq().orElse(null),
                node.bornAt().orElse(null),
                node.gaps(),
                node.lost(),
                node.late(),
                node.refused(),
                node.rebirths(),
                online ? node.devices() : List.of(),
                node.at());
    }
}
