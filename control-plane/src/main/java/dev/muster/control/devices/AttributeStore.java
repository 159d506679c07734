package dev.muster.control.devices;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code device_tag}, {@code device_fact} and {@code device_metadata}; a text that is a number can be compared as one. */
@Singleton
final class AttributeStore {
    /** Replaces all tags. */
    void tags(Handle handle, DeviceId id, Collection<String> tags) {
        handle.createUpdate("delete from device_tag where device = :id")
                .bind("id", id)
                .execute();
        handle.createUpdate("insert into device_tag (device, tag) select :id, unnest(:tags)")
                .bind("id", id)
                .bind("tags", tags.stream().distinct().toArray(String[]::new))
                .execute();
    }

    /** Replaces all facts and answers the keys that say something else than before, or nothing any more. */
    Set<String> facts(Handle handle, DeviceId id, Map<String, String> facts) {
        Set<String> changed = new HashSet<>(
                handle.createQuery("delete from device_fact where device = :id and not key = any(:keys) returning key")
                        .bind("id", id)
                        .bind("keys", facts.keySet().toArray(String[]::new))
                        .mapTo(String.class)
                        .list());
        changed.addAll(put(handle, "device_fact", id, facts));
        return changed;
    }

    /** Sets metadata; what maps to null goes. Answers the keys that changed. */
    Set<String> metadata(Handle handle, DeviceId id, Map<String, @Nullable String> metadata) {
        List<String> gone = new ArrayList<>();
        Map<String, String> kept = new java.util.HashMap<>();
        metadata.forEach((key, text) -> {
            if (text == null) {
                gone.add(key);
            } else {
                kept.put(key, text);
            }
        });
        Set<String> changed = new HashSet<>(
                handle.createQuery("delete from device_metadata where device = :id and key = any(:keys) returning key")
                        .bind("id", id)
                        .bind("keys", gone.toArray(String[]::new))
                        .mapTo(String.class)
                        .list());
        changed.addAll(put(handle, "device_metadata", id, kept));
        return changed;
    }

    int metadataCount(Handle handle, DeviceId id) {
        return handle.createQuery("select count(*) from device_metadata where device = :id")
                .bind("id", id)
                .mapTo(Integer.class)
                .one();
    }

    List<String> metadataKeys(Handle handle, Scope scope) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select distinct m.key from device_metadata m"
                        + " join device d on d.tenant = m.tenant and d.id = m.device where " + allowed.sql()
                        + " order by m.key")
                .bindMap(allowed.binds())
                .mapTo(String.class)
                .list();
    }

    private static List<String> put(Handle handle, String table, DeviceId id, Map<String, String> pairs) {
        if (pairs.isEmpty()) {
            return List.of();
        }
        List<Map.Entry<String, String>> rows = List.copyOf(pairs.entrySet());
        return handle.createQuery("insert into " + table + " (device, key, text, num)"
                        + " select :id, * from unnest(cast(:keys as text[]), cast(:texts as text[]), cast(:nums as float8[]))"
                        + " on conflict (tenant, device, key) do update set text = excluded.text, num = excluded.num"
                        + " where " + table + ".text <> excluded.text returning key")
                .bind("id", id)
                .bind("keys", rows.stream().map(Map.Entry::getKey).toArray(String[]::new))
                .bind("texts", rows.stream().map(Map.Entry::getValue).toArray(String[]::new))
                .bind("nums", rows.stream().map(row -> number(row.getValue())).toArray(String[]::new))
                .mapTo(String.class)
                .list();
    }

    private static @Nullable String number(String text) {
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? Double.toString(value) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
