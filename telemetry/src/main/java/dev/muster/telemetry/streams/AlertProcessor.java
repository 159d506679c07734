package dev.muster.telemetry.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.alert.AlertCondition;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.alert.AlertRule;
import dev.muster.protocol.alert.WatchedDevice;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.telemetry.kafka.RecordKey;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each device through the rules that watch it and tells when a condition begins to hold, has held for long enough,
 * and is over. What is known lies in stores whose changes are committed with the news and the offsets: nothing is told twice
 * or lost by a crash. One instance per task, one thread.
 */
final class AlertProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    /** Global store: {@code tenant/rule} to {@link AlertRule}. */
    static final String RULES = "alert-rules";

    /** Store: {@code tenant/device} to {@link WatchedDevice}. */
    static final String WATCHED = "alert-watched";

    /** Store: {@code tenant/device NUL rule} to {@link Watch}; none for what is quiet and remembers nothing. */
    static final String WATCHES = "alert-watches";

    /** Store: {@code tenant/device} to {@link Presence}. */
    static final String PRESENCE = "alert-presence";

    /** Store: {@code tenant/device} to {@link DriftRecord}; none for devices without drift. */
    static final String DRIFT = "alert-drift";

    private static final char SEPARATOR = '\0';

    private final KafkaTopics topics;
    private final Duration lookEvery;
    private final LongAdder unreadable;
    private final KnownRules rules;
    private final Deadlines deadlines = new Deadlines();
    private boolean looked;
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<String, byte[]> watched;
    private @Nullable KeyValueStore<String, byte[]> watches;
    private @Nullable KeyValueStore<String, byte[]> presence;
    private @Nullable KeyValueStore<String, byte[]> drift;

    AlertProcessor(KafkaTopics topics, Duration lookEvery, LongAdder unreadable) {
        this.topics = topics;
        this.lookEvery = lookEvery;
        this.unreadable = unreadable;
        this.rules = new KnownRules(unreadable);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
        context = given;
        watched = given.getStateStore(WATCHED);
        watches = given.getStateStore(WATCHES);
        presence = given.getStateStore(PRESENCE);
        drift = given.getStateStore(DRIFT);
        given.schedule(lookEvery, PunctuationType.WALL_CLOCK_TIME, now -> look());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (!looked) {
            refreshRules();
        }
        String topic = context().recordMetadata().orElseThrow().topic();
        byte[] key = record.key();
        byte[] value = record.value();
        try {
            if (key == null) {
                throw new IllegalArgumentException("expected a key");
            }
            String device =
                    DeviceRef.parse(new String(key, StandardCharsets.UTF_8)).key();
            if (topic.equals(topics.alertDevices())) {
                assigned(device, value);
            } else if (topic.equals(topics.presence())) {
                came(device, value);
            } else if (value == null) {
                throw new IllegalArgumentException("expected a value");
            } else if (topic.equals(topics.telemetry())) {
                measured(device, key, value, record.timestamp());
            } else if (topic.equals(topics.events())) {
                happened(device, value, record.timestamp());
            } else if (topic.equals(topics.reported())) {
                drifted(device, known(device).with(ReportedState.fromJson(value)));
            }
        } catch (InvalidProtocolBufferException | ProtocolException | IllegalArgumentException e) {
            unreadable.increment(); // never ours; one bad record must not stop a fleet
        }
    }

    /** Which rules watch the device from now on; alerts of the others are over. */
    private void assigned(String device, byte @Nullable [] value) {
        Set<String> before = new HashSet<>();
        byte[] stored = watched().get(device);
        if (stored != null) {
            WatchedDevice known = WatchedDevice.fromJson(stored);
            if (value != null && WatchedDevice.fromJson(value).revision() <= known.revision()) {
                return;
            }
            before.addAll(known.rules());
        }
        List<String> now =
                value == null ? List.of() : WatchedDevice.fromJson(value).rules();
        now.forEach(before::remove);
        before.forEach(rule -> end(device, rule, "the rule does not watch this device any more"));
        if (value == null) {
            watched().delete(device);
        } else {
            watched().put(device, value);
        }
        now.forEach(rule -> consider(device, rule));
    }

    private void came(String device, byte @Nullable [] value) {
        if (value == null) {
            presence().delete(device);
            return;
        }
        Presence news = Presence.fromJson(value);
        byte[] stored = presence().get(device);
        if (stored != null && Presence.fromJson(stored).epoch() > news.epoch()) {
            return;
        }
        presence().put(device, value);
        each(device, (name, rule) -> {
            if (rule.condition() instanceof AlertCondition.Offline) {
                step(device, name, rule, watch -> offline(rule, watch, news));
            }
        });
    }

    private static void offline(AlertRule rule, Watch watch, Presence news) {
        watch.state(rule, !news.online(), news.at().toEpochMilli(), news.reason());
    }

    private void measured(String device, byte[] key, byte[] value, long appended)
            throws InvalidProtocolBufferException {
        if (watched().get(device) == null) {
            return;
        }
        TelemetryBatch batch = TelemetryBatch.parseFrom(value);
        if (!RecordKey.names(key, batch.getTenant(), batch.getDevice())) {
            return; // counted where the windows are
        }
        long received = batch.getReceivedAtMs() == 0 ? appended : batch.getReceivedAtMs();
        long heard = Math.min(received, now());
        each(device, (name, rule) -> {
            for (Metric metric : batch.getMetricsList()) {
                take(device, name, rule, metric, heard);
            }
        });
    }

    private void take(String device, String name, AlertRule rule, Metric metric, long heard) {
        String wanted =
                switch (rule.condition()) {
                    case AlertCondition.Threshold threshold -> threshold.metric();
                    case AlertCondition.Change change -> change.metric();
                    case AlertCondition.Absence absence -> absence.metric();
                    case AlertCondition.Offline offline -> "";
                    case AlertCondition.Drift drifts -> "";
                    case AlertCondition.PermissionUse use -> "";
                };
        if (!metric.getName().equals(wanted)) {
            return;
        }
        Optional<Double> number = SeriesWindows.number(metric);
        if (rule.condition() instanceof AlertCondition.Absence || number.isPresent()) {
            step(device, name, rule, watch -> watch.sample(rule, metric.getAtMs(), heard, number.orElse(0.0)));
        }
    }

    private void happened(String device, byte[] value, long appended) {
        PermissionEvent event =
                PermissionEvent.read(DeviceEvent.fromJson(value)).orElse(null);
        if (event instanceof PermissionEvent.Drift one) {
            drifted(device, known(device).with(one));
        } else if (event instanceof PermissionEvent.Usage usage) {
            long at = Math.min(appended, now());
            each(device, (name, rule) -> {
                if (rule.condition() instanceof AlertCondition.PermissionUse use && use.means(usage.permission())) {
                    long count = counted(use, usage);
                    if (count > 0) {
                        String said = usage.app().bundle() + " " + usage.permission();
                        step(device, name, rule, watch -> watch.used(rule, use, at, count, said));
                    }
                }
            });
        }
    }

    private static long counted(AlertCondition.PermissionUse use, PermissionEvent.Usage usage) {
        return switch (use.answers()) {
            case GRANTED -> usage.granted();
            case DENIED -> usage.denied();
            case ANY -> usage.granted() + usage.denied();
        };
    }

    private void drifted(String device, DriftRecord next) {
        if (next.isEmpty()) {
            drift().delete(device);
        } else {
            drift().put(device, next.toJson());
        }
        long now = now();
        each(device, (name, rule) -> {
            if (rule.condition() instanceof AlertCondition.Drift) {
                step(device, name, rule, watch -> watch.state(rule, !next.isEmpty(), now, next.text()));
            }
        });
    }

    private DriftRecord known(String device) {
        return DriftRecord.fromJson(drift().get(device));
    }

    /** Once in a while: rules that changed, then what is due. */
    private void look() {
        refreshRules();
        long now = now();
        for (String key = deadlines.next(now); key != null; key = deadlines.next(now)) {
            int separator = key.indexOf(SEPARATOR);
            String device = key.substring(0, separator);
            String name = key.substring(separator + 1);
            Optional<AlertRule> rule = rule(device, name);
            if (rule.isPresent() && watches().get(key) != null) {
                step(device, name, rule.get(), watch -> watch.tick(rule.get(), now));
            }
        }
    }

    private void refreshRules() {
        looked = true;
        Set<String> changed = rules.refresh(context().getStateStore(RULES));
        if (changed.isEmpty()) {
            return;
        }
        try (KeyValueIterator<String, byte[]> all = watched().all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                for (String name : WatchedDevice.fromJson(entry.value).rules()) {
                    if (changed.contains(key(entry.key, name))) {
                        consider(entry.key, name);
                    }
                }
            }
        }
    }

    /** A rule begins to watch a device, goes on after a restart, or begins anew because it says something else now. */
    private void consider(String device, String name) {
        Optional<AlertRule> found = rule(device, name);
        if (found.isEmpty()) {
            end(device, name, "the rule is gone");
            return;
        }
        AlertRule rule = found.get();
        byte[] stored = watches().get(device + SEPARATOR + name);
        if (stored != null && Watch.fromBytes(stored).revision() != rule.revision()) {
            end(device, name, "the rule was changed");
        }
        step(device, name, rule, watch -> {
            switch (rule.condition()) {
                case AlertCondition.Offline offline -> {
                    byte[] last = presence().get(device);
                    if (last != null) {
                        offline(rule, watch, Presence.fromJson(last));
                    }
                }
                case AlertCondition.Drift drifts -> {
                    DriftRecord last = known(device);
                    watch.state(
                            rule,
                            !last.isEmpty(),
                            watch.phase() == Watch.Phase.QUIET ? now() : watch.since(),
                            last.text());
                }
                case AlertCondition.Threshold threshold -> {}
                case AlertCondition.Change change -> {}
                case AlertCondition.Absence absence -> {}
                case AlertCondition.PermissionUse use -> {}
            }
        });
    }

    private interface Act {
        void on(Watch watch);
    }

    private void step(String device, String name, AlertRule rule, Act act) {
        String key = device + SEPARATOR + name;
        long now = now();
        byte[] stored = watches().get(key);
        Watch watch = stored == null ? Watch.begin(rule, now) : Watch.fromBytes(stored);
        if (watch.revision() != rule.revision()) {
            end(device, name, "the rule was changed");
            watch = Watch.begin(rule, now);
        }
        Watch.Phase before = watch.phase();
        act.on(watch);
        if (watch.phase() != before) {
            tell(device, name, watch, watch.detail());
        }
        if (watch.isEmpty(rule.condition())) {
            if (stored != null) {
                watches().delete(key);
            }
            deadlines.forget(key);
            return;
        }
        watches().put(key, watch.toBytes());
        watch.due(rule, now).ifPresent(due -> deadlines.at(due, key));
    }

    private void end(String device, String name, String why) {
        String key = device + SEPARATOR + name;
        byte[] stored = watches().delete(key);
        deadlines.forget(key);
        if (stored != null) {
            Watch watch = Watch.fromBytes(stored);
            if (watch.phase() != Watch.Phase.QUIET) {
                forward(device, name, watch, AlertNews.State.RESOLVED, why);
            }
        }
    }

    private void tell(String device, String name, Watch watch, String detail) {
        AlertNews.State state =
                switch (watch.phase()) {
                    case QUIET -> AlertNews.State.RESOLVED;
                    case PENDING -> AlertNews.State.PENDING;
                    case FIRING -> AlertNews.State.FIRING;
                };
        forward(device, name, watch, state, detail);
    }

    private void forward(String device, String name, Watch watch, AlertNews.State state, String detail) {
        Instant since = Instant.ofEpochMilli(watch.since());
        long now = now();
        AlertNews news = new AlertNews(
                AlertNews.id(DeviceRef.parse(device), name, since),
                name,
                watch.revision(),
                state,
                since,
                Instant.ofEpochMilli(now),
                watch.value(),
                detail);
        context().forward(new Record<>(device.getBytes(StandardCharsets.UTF_8), news.toJson(), now));
    }

    private void each(String device, BiConsumer<String, AlertRule> act) {
        byte[] stored = watched().get(device);
        if (stored != null) {
            for (String name : WatchedDevice.fromJson(stored).rules()) {
                rule(device, name).ifPresent(rule -> act.accept(name, rule));
            }
        }
    }

    private Optional<AlertRule> rule(String device, String name) {
        return rules.find(key(device, name));
    }

    /** The key of a rule of the device's tenant. */
    private static String key(String device, String rule) {
        return device.substring(0, device.indexOf('/') + 1) + rule;
    }

    private long now() {
        return context().currentSystemTimeMs();
    }

    private ProcessorContext<byte[], byte[]> context() {
        return Objects.requireNonNull(context);
    }

    private KeyValueStore<String, byte[]> watched() {
        return Objects.requireNonNull(watched);
    }

    private KeyValueStore<String, byte[]> watches() {
        return Objects.requireNonNull(watches);
    }

    private KeyValueStore<String, byte[]> presence() {
        return Objects.requireNonNull(presence);
    }

    private KeyValueStore<String, byte[]> drift() {
        return Objects.requireNonNull(drift);
    }
}
