package dev.muster.control.settings;

import dev.muster.control.groups.GroupService;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Puts the documents that mean a device in their order: tenant, sites from the topmost down, groups, the device. */
@Singleton
final class SettingsMerger {
    private final SettingsStore store;
    private final GroupService groups;

    SettingsMerger(SettingsStore store, GroupService groups) {
        this.store = store;
        this.groups = groups;
    }

    /** Where a device stands. */
    record Ladder(DeviceId device, List<String> sites, List<String> groups) {}

    /** Settings of a later group, by name, win. */
    Ladder ladder(Handle handle, DeviceId device, Optional<String> site) {
        return new Ladder(
                device, site.map(name -> store.chain(handle, name)).orElse(List.of()), groups.of(handle, device));
    }

    /** Members of the groups that one of {@code indexes} has a document of, each with its groups. */
    Map<DeviceId, List<String>> memberships(Handle handle, Collection<Map<String, SettingsDocument>> indexes) {
        Set<String> named = names(indexes, SettingsLevel.GROUP);
        return named.isEmpty() ? Map.of() : groups.memberships(handle, named);
    }

    static Set<String> names(Collection<Map<String, SettingsDocument>> indexes, SettingsLevel level) {
        return indexes.stream()
                .flatMap(index -> index.values().stream())
                .filter(document -> document.level().equals(level.text()))
                .map(SettingsDocument::name)
                .collect(Collectors.toSet());
    }

    /** Ladders of many places. */
    Function<SettingsStore.Place, Ladder> ladders(Handle handle, Map<DeviceId, List<String>> memberships) {
        Map<String, List<String>> chains = store.chains(handle);
        return place -> new Ladder(
                place.device(),
                place.site().map(name -> chains.getOrDefault(name, List.of())).orElse(List.of()),
                memberships.getOrDefault(place.device(), List.of()));
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
