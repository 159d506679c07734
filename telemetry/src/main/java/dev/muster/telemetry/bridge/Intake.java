package dev.muster.telemetry.bridge;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of messages from a broker to Kafka: read, devices asked for, sent, acknowledged. One thread of its own does that in the order
 * of arrival; it may wait for the registry or for Kafka, and then nothing is acknowledged, so that the broker stops sending what it
 * must not lose. {@link #offer} never waits.
 */
final class Intake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long RETRY_MILLIS = 500;
    /** More than a broker sends unacknowledged, so that only messages of QoS 0 ever find it full. */
    private static final int ROOM = 4_096;

    private static final int MAX_REASON = 500;

    /** Why a name is none. */
    static final String NO_NAME = "expected a name of a-z, A-Z, 0-9, '.', '_', '-', at most 64";

    /** One message, of the connection with this number. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, and never compared
    record Arrived(long connection, int packetId, int qos, String topic, byte[] payload) {}

    private final BridgeConfig config;
    private final MessageReader reader;
    private final DeviceDoor door;
    private final Producer<byte[], byte @Nullable []> producer;
    private final KafkaTopics topics;
    private final InstantSource clock;
    private final Counts counts;
    private final Devices devices = new Devices();
    private final Acks acks;
    private final Runnable broken;
    private final Consumer<MessageReader.Said> sayer;
    private final BlockingQueue<Arrived> queue = new LinkedBlockingQueue<>(ROOM);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    /** The connection of the last message; of the one thread. */
    private long known;

    private volatile String behind = "";
    private volatile @Nullable Instant lastMessage;

    /** {@code broken} is called when a message cannot be acknowledged any more on its connection: it must be made anew. */
    Intake(
            BridgeConfig config,
            MessageReader reader,
            DeviceDoor door,
            Producer<byte[], byte @Nullable []> producer,
            KafkaTopics topics,
            InstantSource clock,
            Counts counts,
            Acks.Sender sender,
            Consumer<MessageReader.Said> sayer,
            Runnable broken) {
        this.config = config;
        this.reader = reader;
        this.door = door;
        this.producer = producer;
        this.topics = topics;
        this.clock = clock;
        this.counts = counts;
        this.acks = new Acks(sender);
        this.sayer = sayer;
        this.broken = broken;
        this.thread = new Thread(this::run, "bridge-" + config.key() + "-to-kafka");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes a message over. One of QoS 0 is dropped, and counted, where there is no room. */
    void offer(Arrived message) {
        counts.received.increment();
        lastMessage = clock.instant();
        if (!queue.offer(message)) {
            counts.dropped.increment();
            if (message.qos() > 0) {
                broken.run();
            }
        }
    }

    /** What it waits for beyond the broker, for people; empty while it waits for nothing. */
    String behind() {
        return behind;
    }

    @Nullable Instant lastMessage() {
        return lastMessage;
    }

    Map<String, String> refusals() {
        return devices.refusals();
    }

    /** How many messages are neither on Kafka nor given up. */
    int waiting() {
        return queue.size() + acks.waiting();
    }

    /** Tells of devices that fell silent. */
    void lookForQuiet() {
        Instant now = clock.instant();
        for (DeviceId device : devices.quietSince(now.minus(config.quietAfter()))) {
            presence(
                    device,
                    false,
                    now,
                    "nothing came for " + config.quietAfter().toSeconds() + " s");
        }
    }

    private void run() {
        try {
            while (stopping.getCount() > 0 || !queue.isEmpty()) {
                Arrived message = queue.poll(100, TimeUnit.MILLISECONDS);
                if (message != null) {
                    handle(message);
                }
            }
            Instant now = clock.instant();
            devices.leave().forEach(device -> presence(device, false, now, "the bridge ended"));
        } catch (InterruptedException | InterruptException e) {
            // Only close() interrupts, after it gave up waiting; what is left was not acknowledged.
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Arrived message) throws InterruptedException {
        List<ProducerRecord<byte[], byte @Nullable []>> records = new ArrayList<>();
        Instant now = clock.instant();
        if (message.connection() > known) {
            known = message.connection();
            reader.connected(now);
        }
        MessageReader.Outcome outcome = reader.read(message.topic(), message.payload(), now.toEpochMilli());
        switch (outcome) {
            case MessageReader.Outcome.Unreadable(var reason) -> {
                counts.deadLetters.increment();
                records.add(deadLetter(message, reason));
            }
            case MessageReader.Outcome.Readings(var readings) -> admit(message, readings, now, records);
            case MessageReader.Outcome.Session one -> session(message, one, now, records);
            case MessageReader.Outcome.Nothing n -> {}
        }
        send(message, records);
    }

    private void admit(
            Arrived message,
            List<MessageReader.Reading> readings,
            Instant now,
            List<ProducerRecord<byte[], byte @Nullable []>> records)
            throws InterruptedException {
        Map<String, DeviceDoor.Verdict> verdicts = verdicts(readings, now);
        for (MessageReader.Reading reading : readings) {
            switch (verdicts.get(reading.device())) {
                case DeviceDoor.Verdict.Admitted a -> {
                    DeviceId device = new DeviceId(reading.device());
                    if (devices.heard(device, now)) {
                        presence(device, true, now, "");
                    }
                    counts.values.add(reading.metrics().size());
                    records.add(record(device, reading, now));
                }
                case DeviceDoor.Verdict.Refused(var reason) -> {
                    counts.refused.increment();
                    records.add(deadLetter(message, "device `" + reading.device() + "`: " + reason));
                }
                case null -> throw new IllegalStateException("no answer for `" + reading.device() + "`");
            }
        }
    }

    /** A device that the connection may not speak for is asked nothing either. */
    private void session(
            Arrived message,
            MessageReader.Outcome.Session one,
            Instant now,
            List<ProducerRecord<byte[], byte @Nullable []>> records)
            throws InterruptedException {
        String name = one.news().device();
        DeviceDoor.Verdict verdict = verdicts(List.of(one.news()), now).get(name);
        if (!(verdict instanceof DeviceDoor.Verdict.Admitted)) {
            String reason = verdict instanceof DeviceDoor.Verdict.Refused(var why) ? why : "no answer";
            counts.refused.increment();
            records.add(deadLetter(message, "device `" + name + "`: " + reason));
            return;
        }
        DeviceId device = new DeviceId(name);
        if (one.gap()) {
            counts.gaps.increment();
        }
        if (one.gone().isPresent()) {
            devices.forget(device);
            presence(device, false, now, one.gone().get());
        } else if (one.refusal().isEmpty() && devices.heard(device, now)) {
            presence(device, true, now, "");
        }
        one.refusal().ifPresent(reason -> {
            counts.deadLetters.increment();
            records.add(deadLetter(message, reason));
        });
        if (!one.news().metrics().isEmpty()) {
            counts.values.add(one.news().metrics().size());
            records.add(record(device, one.news(), now));
        }
        one.ask().ifPresent(sayer);
    }

    private Map<String, DeviceDoor.Verdict> verdicts(List<MessageReader.Reading> readings, Instant now)
            throws InterruptedException {
        Map<String, DeviceDoor.Verdict> verdicts = new LinkedHashMap<>();
        Map<DeviceId, String> unknown = new LinkedHashMap<>();
        for (MessageReader.Reading reading : readings) {
            String name = reading.device();
            Optional<DeviceDoor.Verdict> lately = devices.verdict(name, now);
            if (lately.isPresent()) {
                verdicts.put(name, lately.get());
            } else {
                name(name)
                        .ifPresentOrElse(
                                device -> unknown.put(device, name),
                                () -> verdicts.put(name, new DeviceDoor.Verdict.Refused(NO_NAME)));
            }
        }
        if (!unknown.isEmpty()) {
            ask(unknown).forEach((device, verdict) -> {
                devices.learn(device.value(), verdict, now);
                verdicts.put(device.value(), verdict);
            });
        }
        return verdicts;
    }

    /** A name that a device can have; a sub-device's is none, since only its gateway speaks for it. */
    static Optional<DeviceId> name(String name) {
        try {
            return name.indexOf('/') < 0 ? Optional.of(new DeviceId(name)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Asks until there is an answer: who cannot tell now lets nobody in, and loses nobody's measurement. */
    private Map<DeviceId, DeviceDoor.Verdict> ask(Map<DeviceId, String> unknown) throws InterruptedException {
        while (true) {
            try {
                Map<DeviceId, DeviceDoor.Verdict> answer = door.admit(unknown.keySet());
                behind = "";
                return answer;
            } catch (RuntimeException e) {
                behind = "waits for the registry of devices";
                LOG.warn("bridge {} cannot ask for devices now, trying again", config.key(), e);
            }
            if (stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("the bridge ends");
            }
        }
    }

    private ProducerRecord<byte[], byte @Nullable []> record(
            DeviceId device, MessageReader.Reading reading, Instant now) {
        byte[] batch = TelemetryBatch.newBuilder()
                .setTenant(config.tenant().value())
                .setDevice(device.value())
                .setReceivedAtMs(now.toEpochMilli())
                .addAllMetrics(reading.metrics())
                .build()
                .toByteArray();
        return new ProducerRecord<>(topics.telemetry(), key(device), batch);
    }

    private byte[] key(DeviceId device) {
        return new DeviceRef(config.tenant(), device).key().getBytes(StandardCharsets.UTF_8);
    }

    private ProducerRecord<byte[], byte @Nullable []> deadLetter(Arrived message, String reason) {
        ProducerRecord<byte[], byte @Nullable []> letter = new ProducerRecord<>(
                topics.deadLetters(), config.tenant().value().getBytes(StandardCharsets.UTF_8), message.payload());
        letter.headers().add("topic", message.topic().getBytes(StandardCharsets.UTF_8));
        letter.headers().add("bridge", config.name().getBytes(StandardCharsets.UTF_8));
        letter.headers()
                .add(
                        "reason",
                        reason.substring(0, Math.min(MAX_REASON, reason.length()))
                                .getBytes(StandardCharsets.UTF_8));
        return letter;
    }

    // Whatever a send throws, the thread lives on.
    @SuppressWarnings("FutureReturnValueIgnored") // the callback gets the result
    private void send(Arrived message, List<ProducerRecord<byte[], byte @Nullable []>> records) {
        Acks.Entry entry = acks.add(message.connection(), message.packetId(), message.qos(), records.size());
        for (ProducerRecord<byte[], byte @Nullable []> record : records) {
            try {
                producer.send(record, (metadata, failure) -> settle(entry, failure));
            } catch (RuntimeException e) {
                settle(entry, e);
            }
        }
    }

    private void settle(Acks.Entry entry, @Nullable Exception failure) {
        if (failure == null) {
            entry.delivered();
        } else if (failure instanceof RecordTooLargeException) {
            // It would be too large again and again.
            counts.deadLetters.increment();
            entry.delivered();
        } else {
            LOG.warn("bridge {}: Kafka refused a record, the broker will send it again", config.key(), failure);
            entry.failed();
            broken.run();
        }
    }

    private void presence(DeviceId device, boolean online, Instant now, String reason) {
        byte[] value = new Presence(online, config.epoch(), now, "bridge/" + config.name(), reason).toJson();
        var unused = producer.send(new ProducerRecord<>(topics.presence(), key(device), value), (m, failure) -> {
            if (failure != null) {
                LOG.warn("bridge {} cannot tell that `{}` came or went", config.key(), device, failure);
            }
        });
    }

    /** Sends what was taken over, and says that all its devices are gone, as far as that takes a few seconds at most. */
    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join(CLOSE);
            thread.interrupt();
            thread.join(CLOSE);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
