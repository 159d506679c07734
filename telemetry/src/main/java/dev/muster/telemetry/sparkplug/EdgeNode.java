package dev.muster.telemetry.sparkplug;

import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.payload.SparkplugPayload;
import dev.muster.telemetry.record.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.jspecify.annotations.Nullable;

/**
 * One edge node as its host sees it. Owned by one thread.
 *
 * <p>While no message is missing, an alias stands for the metric of the last birth. As soon as one is, the missing one may have been a
 * birth that gave the alias to another metric: until the next birth only what carries its name and datatype itself is believed.
 * A loss is seen by {@code seq}, which says no more than it can: what is missing must not be a multiple of 256 messages, and the first
 * message after a lost NBIRTH, which begins at 0 again, must not happen to bear the number that was due.
 */
public final class EdgeNode {
    private static final int WRAP = 256;

    /** A number this far behind is an old message, not a loss of so many. */
    private static final int LATE = WRAP / 2;

    private static final int MOST_DEVICES = 1_000;
    private static final int MOST_METRICS = 50_000;
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final Duration ASK_AT_LONGEST = Duration.ofMinutes(5);

    private final NodeId id;
    private final RebirthPace pace;
    private final Map<String, Birth> devices = new TreeMap<>();
    /** Devices whose birth is the last thing that was said of their aliases; {@code ""} is the node. */
    private final Set<String> trusted = new HashSet<>();

    private NodeFigures.@Nullable Session session;
    private @Nullable Birth birth;
    private int next;
    private long gaps;
    private long lost;
    private long late;
    private long refused;
    private long rebirths;

    /** A node of which nothing was heard yet. It is asked for its births at most every 5 seconds, ever more rarely if it never answers. */
    public EdgeNode(NodeId id) {
        this(id, ASK_AGAIN, ASK_AT_LONGEST);
    }

    EdgeNode(NodeId id, Duration askAgain, Duration askAtLongest) {
        this.id = id;
        this.pace = new RebirthPace(askAgain, askAtLongest);
    }

    public NodeId id() {
        return id;
    }

    public NodeFigures figures() {
        return new NodeFigures(
                Optional.ofNullable(session), gaps, lost, late, refused, rebirths, new TreeSet<>(devices.keySet()));
    }

    /** Takes a message that came on a topic of this node. Never throws for what a node can send. */
    public Heard hear(SparkplugTopic topic, byte[] payload, Instant now) {
        if (!topic.node().equals(id)) {
            throw new IllegalArgumentException("expected a topic of `" + id + "`, found one of `" + topic.node() + "`");
        }
        Hearing hearing = new Hearing(topic, now.toEpochMilli());
        try {
            hearing.hear(SparkplugPayload.read(payload));
        } catch (ProtocolException e) {
            hearing.refuse(String.valueOf(e.getMessage()));
        }
        return hearing.done();
    }

    /** Its connection is over: what it said holds no longer, whether its death is still heard or not. */
    public Heard connectionLost(Instant now) {
        List<Effect> effects = new ArrayList<>();
        gone("its connection ended", effects);
        return new Heard(List.of(), effects);
    }

    private void gone(String reason, List<Effect> effects) {
        if (session != null) {
            devices.keySet().forEach(device -> effects.add(new Effect.DeviceOffline(device)));
            effects.add(new Effect.Offline(reason));
        }
        session = null;
        birth = null;
        devices.clear();
        trusted.clear();
    }

    /** One message on its way through. */
    private final class Hearing {
        private final SparkplugTopic topic;
        private final String device;
        private final long now;
        private final List<Metric> metrics = new ArrayList<>();
        private final List<Effect> effects = new ArrayList<>();

        Hearing(SparkplugTopic topic, long now) {
            this.topic = topic;
            String below = topic.device();
            this.device = below == null ? "" : below;
            this.now = now;
        }

        void hear(Payload payload) {
            switch (topic.type()) {
                case NBIRTH -> nodeBirth(payload);
                case NDEATH -> nodeDeath(payload);
                case DBIRTH -> {
                    if (follows(payload)) {
                        deviceBirth(payload);
                    }
                }
                case DDEATH -> {
                    if (follows(payload)) {
                        deviceDeath();
                    }
                }
                case NDATA, DDATA -> {
                    if (follows(payload)) {
                        data(payload);
                    }
                }
                case NCMD, DCMD -> refuse("expected births, deaths and data of a node, found a command");
            }
        }

        Heard done() {
            return new Heard(metrics, effects);
        }

        void refuse(String reason) {
            metrics.clear();
            refused++;
            effects.add(new Effect.Refused(reason));
        }

        private void ask(String reason) {
            if (pace.ask(now)) {
                rebirths++;
                effects.add(new Effect.AskRebirth(reason));
            }
        }

        // ---- births and deaths

        private void nodeBirth(Payload payload) {
            // What it said before is over, even if what it says now cannot be read.
            devices.clear();
            trusted.clear();
            birth = null;
            try {
                int seq = seq(payload);
                long bdSeq = bdSeq(payload)
                        .orElseThrow(() -> new ProtocolException("expected metric `bdSeq` in an NBIRTH, found none"));
                Birth read = Birth.read(payload, "", null);
                checkRoom(read);
                birth = read;
                next = (seq + 1) % WRAP;
                session = new NodeFigures.Session(bdSeq, now);
                trusted.add("");
                pace.answered();
                effects.add(new Effect.Online(bdSeq));
                born(payload, read);
            } catch (ProtocolException e) {
                gone("its birth cannot be read", effects);
                throw e;
            }
        }

        private void nodeDeath(Payload payload) {
            Optional<Long> bdSeq = bdSeq(payload);
            NodeFigures.Session present = session;
            if (bdSeq.isEmpty()) {
                refuse("expected metric `bdSeq` in an NDEATH, found none");
            } else if (present == null) {
                effects.add(new Effect.Ignored("the node is offline already"));
            } else if (bdSeq.get() != present.bdSeq()) {
                effects.add(new Effect.Ignored(
                        "expected `bdSeq` " + present.bdSeq() + " of the present session, found " + bdSeq.get()));
            } else {
                gone("it died", effects);
            }
        }

        private void deviceBirth(Payload payload) {
            devices.remove(device);
            trusted.remove(device);
            if (devices.size() >= MOST_DEVICES) {
                throw new ProtocolException("expected at most " + MOST_DEVICES + " devices below a node, found more");
            }
            Birth read = Birth.read(payload, device + "/", birth);
            checkRoom(read);
            devices.put(device, read);
            trusted.add(device);
            effects.add(new Effect.DeviceOnline(device));
            born(payload, read);
        }

        private void deviceDeath() {
            trusted.remove(device);
            if (devices.remove(device) != null) {
                effects.add(new Effect.DeviceOffline(device));
            }
        }

        private void checkRoom(Birth read) {
            long all = read.size();
            for (Birth other : devices.values()) {
                all += other.size();
            }
            all += birth == null ? 0 : birth.size();
            if (all > MOST_METRICS) {
                throw new ProtocolException(
                        "expected at most " + MOST_METRICS + " metrics of a node and its devices, found " + all);
            }
        }

        /** A birth carries values too; one that cannot be kept does not take the birth with it. */
        private void born(Payload payload, Birth read) {
            for (Payload.Metric sent : payload.getMetricsList()) {
                Birth.Known known = read.byName(sent.getName()).orElseThrow();
                if (known.isKept()) {
                    try {
                        value(sent, known, payload).ifPresent(metrics::add);
                    } catch (ProtocolException e) {
                        effects.add(new Effect.LeftOut(known.name(), String.valueOf(e.getMessage())));
                    }
                } else if (!known.unkept().equals(Birth.CONTROLS)) {
                    effects.add(new Effect.LeftOut(known.name(), known.unkept()));
                }
            }
        }

        // ---- the order of messages

        /** Counts the message in; false, and refused, if it comes too early or too late. */
        private boolean follows(Payload payload) {
            if (session == null) {
                refuse("expected an NBIRTH first, found " + topic.type());
                ask("nothing is known of the node");
                return false;
            }
            int seq = seq(payload);
            int ahead = Math.floorMod(seq - next, WRAP);
            if (ahead >= LATE) {
                late++;
                trusted.clear();
                effects.add(new Effect.OutOfOrder(seq));
                refuse("expected `seq` " + next + ", found " + seq + ", which is out of order");
                ask("a message came out of order");
                return false;
            }
            next = (seq + 1) % WRAP;
            if (ahead > 0) {
                gaps++;
                lost += ahead;
                trusted.clear();
                effects.add(new Effect.Gap(ahead));
                ask(ahead + " messages are missing");
            }
            return true;
        }

        private int seq(Payload payload) {
            if (!payload.hasSeq() || payload.getSeq() < 0 || payload.getSeq() >= WRAP) {
                throw new ProtocolException("expected `seq` of 0 to 255, found "
                        + (payload.hasSeq() ? Long.toUnsignedString(payload.getSeq()) : "none"));
            }
            return (int) payload.getSeq();
        }

        private Optional<Long> bdSeq(Payload payload) {
            return payload.getMetricsList().stream()
                    .filter(metric -> metric.getName().equals(Birth.BD_SEQ))
                    .filter(metric -> metric.hasLongValue() || metric.hasIntValue())
                    .map(metric -> metric.hasLongValue() ? metric.getLongValue() : metric.getIntValue())
                    .findFirst();
        }

        // ---- data

        private void data(Payload payload) {
            Birth of = device.isEmpty() ? birth : devices.get(device);
            if (of == null) {
                refuse("expected a birth of `" + topic.device() + "` first, found data");
                ask("nothing is known of device `" + topic.device() + "`");
                return;
            }
            for (Payload.Metric sent : payload.getMetricsList()) {
                Optional<Birth.Known> known = known(sent, of);
                if (known.isEmpty()) {
                    return;
                }
                if (known.get().isKept()) {
                    value(sent, known.get(), payload).ifPresent(metrics::add);
                }
            }
        }

        /** What a metric of a data message is; empty, and the message refused, if that is not certain. */
        private Optional<Birth.Known> known(Payload.Metric sent, Birth of) {
            boolean sure = trusted.contains(device);
            Optional<Birth.Known> named =
                    sent.hasName() && !sent.getName().isEmpty() ? of.byName(sent.getName()) : Optional.empty();
            if (named.isPresent() && (sure || standsForItself(sent))) {
                Optional<Birth.Known> other = sent.hasAlias() && sure ? of.byAlias(sent.getAlias()) : named;
                if (!other.equals(named)) {
                    throw new ProtocolException("expected alias " + sent.getAlias() + " of `" + sent.getName()
                            + "` as its birth has it, found another");
                }
                return named;
            }
            String what = sent.hasName() && !sent.getName().isEmpty()
                    ? "`" + sent.getName() + "`"
                    : "alias " + (sent.hasAlias() ? Long.toUnsignedString(sent.getAlias()) : "and name, none");
            if (!sure) {
                refuse("what " + what + " stands for is uncertain since a message was missing");
                ask("a message was missing");
                return Optional.empty();
            }
            Optional<Birth.Known> aliased =
                    sent.hasAlias() && !sent.hasName() ? of.byAlias(sent.getAlias()) : Optional.empty();
            if (aliased.isEmpty()) {
                refuse("expected a metric of the last birth, found " + what);
                ask("no birth knows " + what);
            }
            return aliased;
        }

        /** Whether its value means the same whatever a lost birth said. */
        private boolean standsForItself(Payload.Metric sent) {
            return sent.hasDatatype()
                    || sent.getIsNull()
                    || !(sent.hasIntValue() || sent.hasLongValue() || sent.hasBytesValue());
        }

        private Optional<Metric> value(Payload.Metric sent, Birth.Known known, Payload payload) {
            if (sent.getIsHistorical() && !sent.hasTimestamp()) {
                throw new ProtocolException(
                        "expected a time of its own with the historical value of `" + known.name() + "`, found none");
            }
            Payload.Metric.Builder whole = sent.toBuilder()
                    .setName(known.name())
                    .clearAlias()
                    .clearProperties()
                    .clearMetadata();
            if (!sent.hasDatatype()) {
                whole.setDatatype(known.datatype());
            }
            return SparkplugPayload.metric(whole.build(), payload.hasTimestamp() ? payload.getTimestamp() : now);
        }
    }
}
