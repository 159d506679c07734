package dev.muster.agent.telemetry;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.queue.DiskQueue;
import dev.muster.agent.transport.Transport;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.telemetry.JsonTelemetry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What the device has to tell and may not lose: telemetry, events with answers, and counts, each on its own disk queue and
 * in its own lane to the gateway, so that neither a flood of samples nor weeks of counts push an alarm out. Thread-safe.
 */
public final class Outbox implements AutoCloseable {
    private static final int GROUP_RECORDS = 50;

    private final DiskQueue telemetryQueue;
    private final DiskQueue eventQueue;
    private final DiskQueue countQueue;
    private final Lane telemetryLane;
    private final Lane eventLane;
    private final Lane countLane;
    private final AgentLog log;
    private final long boot;
    private long sequence;
    private int unsynced;

    /**
     * Opens the queues below {@code directory}.
     *
     * @param boot number of this start, higher than that of every start before
     * @param pace of what waited while there was no session, except events and answers, which never wait
     * @param executor runs the lanes; one thread at a time is enough
     */
    public Outbox(
            Path directory,
            AgentConfig config,
            Transport transport,
            long boot,
            Pace pace,
            Executor executor,
            AgentLog log)
            throws IOException {
        this.boot = boot;
        this.log = log;
        this.telemetryQueue = new DiskQueue(directory.resolve("telemetry"), config.telemetryBytes());
        this.eventQueue = new DiskQueue(directory.resolve("events"), config.eventBytes());
        this.countQueue = new DiskQueue(directory.resolve("counts"), config.countBytes());
        int half = Math.max(1, config.inFlight() / 2);
        this.telemetryLane = new Lane(telemetryQueue, transport, half, Optional.of(pace), executor, log);
        this.eventLane = new Lane(eventQueue, transport, half, Optional.empty(), executor, log);
        this.countLane = new Lane(countQueue, transport, Math.max(1, half / 2), Optional.of(pace), executor, log);
    }

    /** One record as queued: topic, user properties and payload, complete, so that any later start can send it. */
    static final class Message {
        final MqttTopic topic;
        final Map<String, String> properties;
        final byte[] payload;

        Message(MqttTopic topic, Map<String, String> properties, byte[] payload) {
            this.topic = topic;
            this.properties = properties;
            this.payload = payload;
        }
    }

    /** Queues samples of one moment, if there are any; durable with the next group. */
    public synchronized void telemetry(List<JsonTelemetry.Sample> samples) throws IOException {
        if (samples.isEmpty()) {
            return;
        }
        byte[] payload = new JsonTelemetry(samples).toJson();
        ByteBuffer record = ByteBuffer.allocate(1 + 16 + payload.length);
        record.put((byte) 'T').putLong(boot).putLong(++sequence).put(payload);
        append(telemetryQueue, record.array());
        if (++unsynced >= GROUP_RECORDS) {
            sync();
        }
        telemetryLane.wake();
    }

    /** Queues an event, durably. */
    public synchronized void event(DeviceEvent event) throws IOException {
        urgent(record(event));
    }

    private static void append(DiskQueue queue, byte[] record) throws IOException {
        try {
            queue.append(record);
        } catch (IOException e) {
            queue.lost(1);
            throw e;
        }
    }

    /** What must be told finds room: on a full disk the oldest telemetry, and then counts, give way to it. */
    private void urgent(byte[] record) throws IOException {
        boolean appended = false;
        try {
            eventQueue.append(record);
            appended = true;
            eventQueue.sync();
        } catch (IOException full) {
            if (!telemetryQueue.shed() && !countQueue.shed()) {
                eventQueue.lost(appended ? 0 : 1);
                throw full;
            }
            log.line("telemetry gives way to an event: " + full.getMessage());
            if (!appended) {
                append(eventQueue, record);
            }
            eventQueue.sync();
        }
        eventLane.wake();
    }

    /** Queues events that only count what happened, durably; many of them, and none worth an alert. */
    public synchronized void counts(List<DeviceEvent> events) throws IOException {
        for (DeviceEvent event : events) {
            append(countQueue, record(event));
        }
        countQueue.sync();
        countLane.wake();
    }

    private static byte[] record(DeviceEvent event) {
        byte[] payload = event.toJson();
        return ByteBuffer.allocate(1 + payload.length)
                .put((byte) 'E')
                .put(payload)
                .array();
    }

    /** Queues the answer to a command, durably. */
    public synchronized void answer(CommandAnswer answer) throws IOException {
        byte[] id = answer.id().getBytes(StandardCharsets.UTF_8);
        byte[] payload = answer.toJson();
        ByteBuffer record = ByteBuffer.allocate(1 + 2 + id.length + payload.length);
        record.put((byte) 'A').putShort((short) id.length).put(id).put(payload);
        urgent(record.array());
    }

    /** Makes the current group durable; called once a minute and at the end. */
    public synchronized void sync() throws IOException {
        telemetryQueue.sync();
        eventQueue.sync();
        countQueue.sync();
        unsynced = 0;
    }

    /** A session began. */
    public void connected() {
        eventLane.connected();
        countLane.connected();
        telemetryLane.connected();
    }

    /** How many records were lost to the bound or to the disk, ever. */
    public long dropped() {
        return Arrays.stream(Priority.values()).mapToLong(this::dropped).sum();
    }

    /** The same of one class. */
    public long dropped(Priority priority) {
        return switch (priority) {
            case EVENTS -> eventQueue.dropped();
            case COUNTS -> countQueue.dropped();
            case TELEMETRY -> telemetryQueue.dropped();
        };
    }

    /** What telemetry tells of the losses: in all, and of each class that lost something; nothing where nothing was lost. */
    public List<JsonTelemetry.Sample> losses(Instant at) {
        List<JsonTelemetry.Sample> samples = new ArrayList<>();
        long all = 0;
        for (Priority priority : Priority.values()) {
            long lost = dropped(priority);
            if (lost > 0) {
                samples.add(new JsonTelemetry.Sample(priority.metric(), at.toEpochMilli(), lost));
                all += lost;
            }
        }
        if (all > 0) {
            samples.addFirst(new JsonTelemetry.Sample(Priority.METRIC, at.toEpochMilli(), all));
        }
        return samples;
    }

    /** What was wrong with the queues when they were opened; each line names its file. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(telemetryQueue.problems());
        problems.addAll(eventQueue.problems());
        problems.addAll(countQueue.problems());
        return problems;
    }

    /** How many records wait for the gateway. */
    public long waiting() {
        return telemetryQueue.size() + eventQueue.size() + countQueue.size();
    }

    @Override
    public synchronized void close() throws IOException {
        telemetryLane.close();
        eventLane.close();
        countLane.close();
        telemetryQueue.close();
        eventQueue.close();
        countQueue.close();
    }

    static Message decode(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record);
        return switch (buffer.get()) {
            case 'T' -> {
                String boot = Long.toUnsignedString(buffer.getLong());
                String seq = Long.toUnsignedString(buffer.getLong());
                yield new Message(
                        new MqttTopic.Telemetry(MqttTopic.Format.JSON),
                        Map.of(MqttTopic.PROPERTY_BOOT, boot, MqttTopic.PROPERTY_SEQ, seq),
                        rest(buffer));
            }
            case 'A' -> {
                byte[] id = new byte[buffer.getShort()];
                buffer.get(id);
                yield new Message(
                        new MqttTopic.CommandAnswered(new String(id, StandardCharsets.UTF_8)), Map.of(), rest(buffer));
            }
            default -> new Message(new MqttTopic.Event(), Map.of(), rest(buffer));
        };
    }

    private static byte[] rest(ByteBuffer buffer) {
        byte[] payload = new byte[buffer.remaining()];
        buffer.get(payload);
        return payload;
    }
}
