package dev.muster.telemetry.streams;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.alert.AlertRule;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The rules of all tenants, read once and again when they change. Confined to one thread. */
final class KnownRules {
    private final LongAdder unreadable;
    private final Map<String, Known> known = new HashMap<>();

    /** What stands on the topic, and what it says; empty where it cannot be read. */
    private record Known(String json, Optional<AlertRule> rule) {
        static final Known NOTHING = new Known("", Optional.empty());
    }

    KnownRules(LongAdder unreadable) {
        this.unreadable = unreadable;
    }

    /** The rule under {@code tenant/rule}; empty for none, or one that this version cannot read. */
    Optional<AlertRule> find(String key) {
        return known.getOrDefault(key, Known.NOTHING).rule();
    }

    /** Takes over what the store says now; answers the keys that changed, came or went. */
    Set<String> refresh(ReadOnlyKeyValueStore<String, byte[]> store) {
        Set<String> changed = new HashSet<>();
        Set<String> gone = new HashSet<>(known.keySet());
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                gone.remove(entry.key);
                String json = new String(entry.value, StandardCharsets.UTF_8);
                if (!known.getOrDefault(entry.key, Known.NOTHING).json().equals(json)) {
                    known.put(entry.key, new Known(json, read(entry.value)));
                    changed.add(entry.key);
                }
            }
        }
        gone.forEach(known::remove);
        changed.addAll(gone);
        return changed;
    }

    private Optional<AlertRule> read(byte[] json) {
        try {
            return Optional.of(AlertRule.fromJson(json));
        } catch (ProtocolException | IllegalArgumentException e) {
            unreadable.increment();
            return Optional.empty();
        }
    }
}
