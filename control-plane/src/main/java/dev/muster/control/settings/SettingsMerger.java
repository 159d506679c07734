package dev.muster.control.settings;

import dev.muster.protocol.identity.DeviceId;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Puts the documents that mean a device in their order: tenant, sites from the topmost down, groups, the device. */
@Singleton
final class SettingsMerger {
    private final SettingsStore store;
    private final List<DeviceGroups> groups;

    SettingsMerger(SettingsStore store, @All List<DeviceGroups> groups) {
        this.store = store;
        this.groups = List.copyOf(groups);
    }

    /** Where a device stands. */
    record Ladder(DeviceId device, List<String> sites, List<String> groups) {}

    Ladder ladder(Handle handle, DeviceId device, Optional<String> site) {
        return ladder(handle, device, site, new HashMap<>());
    }

    /** The same where many devices share sites; {@code chains} remembers. */
    Ladder ladder(Handle handle, DeviceId device, Optional<String> site, Map<String, List<String>> chains) {
        return new Ladder(
                device,
                site.map(name -> chains.computeIfAbsent(name, key -> store.chain(handle, key)))
                        .orElse(List.of()),
                groups.stream().flatMap(one -> one.of(handle, device).stream()).toList());
    }

    boolean groupExists(Handle handle, String name) {
        return groups.stream().anyMatch(one -> one.exists(handle, name));
    }

    /** Those of {@code documents} that mean the device, merged. */
    static SettingsMerge merge(Collection<SettingsDocument> documents, Ladder ladder) {
        return SettingsMerge.of(ordered(index(documents), ladder));
    }

    static Map<String, SettingsDocument> index(Collection<SettingsDocument> documents) {
        Map<String, SettingsDocument> index = new HashMap<>();
        documents.forEach(document -> index.put(key(document.level(), document.name()), document));
        return index;
    }

    static List<SettingsDocument> ordered(Map<String, SettingsDocument> index, Ladder ladder) {
        List<SettingsDocument> ordered = new ArrayList<>();
        index.values().stream()
                .filter(document -> document.level().equals(SettingsLevel.TENANT.text()))
                .forEach(ordered::add);
        ladder.sites().forEach(name -> add(index, SettingsLevel.SITE, name, ordered));
        ladder.groups().forEach(name -> add(index, SettingsLevel.GROUP, name, ordered));
        add(index, SettingsLevel.DEVICE, ladder.device().value(), ordered);
        return ordered;
    }

    private static void add(
            Map<String, SettingsDocument> index, SettingsLevel level, String name, List<SettingsDocument> into) {
        SettingsDocument found = index.get(key(level.text(), name));
        if (found != null) {
            into.add(found);
        }
    }

    private static String key(String level, String name) {
        return level + "/" + name;
    }
}
