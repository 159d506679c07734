package dev.muster.control.settings;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.groups.GroupService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Settings documents for people. Thread-safe. */
@Singleton
public final class SettingsService {
    private final SettingsStore store;
    private final SettingsVersionStore versions;
    private final SettingsMerger merger;
    private final SettingsSchemas schemas;
    private final DeviceService devices;
    private final SiteService sites;
    private final GroupService groups;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    SettingsService(
            SettingsStore store,
            SettingsVersionStore versions,
            SettingsMerger merger,
            SettingsSchemas schemas,
            DeviceService devices,
            SiteService sites,
            GroupService groups,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.versions = versions;
        this.merger = merger;
        this.schemas = schemas;
        this.devices = devices;
        this.sites = sites;
        this.groups = groups;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    SettingsDocument get(Access access, String level, String name) {
        SettingsLevel known = level(level);
        return transactions.in(access.tenant(), handle -> {
            requireOwner(handle, access, known, name, false);
            return find(handle, known, name, false).orElseThrow(() -> notFound(level, name));
        });
    }

    /** Every document of the draft that the caller may see, by level and name. */
    List<SettingsDocument> list(Access access) {
        return transactions.in(access.tenant(), handle -> store.all(handle).stream()
                .filter(document -> !document.level().equals(SettingsLevel.DEVICE.text())
                        || devices.exists(handle, access.scope(), DeviceService.id(document.name())))
                .toList());
    }

    /** Every value of a device, in the draft and in force. */
    DeviceSettings effective(Access access, DeviceId id) {
        return transactions.in(access.tenant(), handle -> {
            Device device = devices.require(handle, access.scope(), id);
            SettingsMerger.Ladder ladder = merger.ladder(handle, id, Optional.ofNullable(device.site()));
            Optional<SettingsVersionStore.Held> held = versions.held(handle, id);
            SettingsMerge draft = SettingsMerger.merge(store.all(handle), ladder);
            SettingsMerge inForce = held.map(of -> SettingsMerger.merge(
                            versions.relevant(handle, of.version(), id, ladder.sites(), ladder.groups()), ladder))
                    .orElse(SettingsMerge.of(List.of()));
            String platform = device.facts().getOrDefault("platform", "");
            List<DeviceSettings.Value> values = values(draft, inForce, platform);
            return new DeviceSettings(
                    id.value(),
                    platform,
                    held.map(SettingsVersionStore.Held::version).orElse(null),
                    !draft.document().equals(inForce.document()),
                    values,
                    held.map(SettingsVersionStore.Held::notHere).orElse(List.of()),
                    held.filter(of -> of.driftAt() != null)
                            .map(of -> new DeviceSettings.Drift(
                                    of.driftWhat(), Objects.requireNonNull(of.driftAt()), of.drifts()))
                            .orElse(null));
        });
    }

    private List<DeviceSettings.Value> values(SettingsMerge draft, SettingsMerge inForce, String platform) {
        Map<String, @Nullable Object> now = draft.leaves();
        Map<String, @Nullable Object> before = inForce.leaves();
        Set<String> unable = new HashSet<>(schemas.notHere(draft.document(), platform));
        unable.addAll(schemas.notHere(inForce.document(), platform));
        Set<String> paths = new TreeSet<>(now.keySet());
        paths.addAll(before.keySet());
        List<DeviceSettings.Value> values = new ArrayList<>();
        for (String path : paths) {
            SettingsDocument origin = Objects.requireNonNull(
                    draft.origins().getOrDefault(path, inForce.origins().get(path)));
            values.add(new DeviceSettings.Value(
                    path,
                    now.get(path),
                    before.get(path),
                    origin.level(),
                    origin.name(),
                    origin.updatedAt(),
                    origin.updatedBy(),
                    origin.updatedByName(),
                    unable.stream().noneMatch(member -> path.equals(member) || path.startsWith(member + "."))));
        }
        return values;
    }

    /** Replaces the document; with {@code ifMatch}, only that revision. */
    SettingsDocument put(
            Access access, String level, String name, Map<String, @Nullable Object> document, Optional<Long> ifMatch) {
        SettingsLevel known = level(level);
        schemas.require(document);
        return transactions.in(access.tenant(), handle -> {
            requireOwner(handle, access, known, name, true);
            long revision = find(handle, known, name, true)
                    .map(SettingsDocument::revision)
                    .orElse(0L);
            if (ifMatch.isPresent() && ifMatch.get() != revision) {
                throw new ProblemException(
                        ProblemCode.STALE, "expected revision " + ifMatch.get() + " in force, found " + revision);
            }
            store.put(
                    handle,
                    known,
                    name,
                    document,
                    clock.instant(),
                    access.caller().actor());
            audit.append(
                    handle,
                    access.caller(),
                    "settings.put",
                    known == SettingsLevel.DEVICE ? "device/" + name : "settings/" + level + "/" + name,
                    Map.of("document", document, "level", level));
            return find(handle, known, name, false).orElseThrow(() -> notFound(level, name));
        });
    }

    /** Takes the document away: levels above say what it said. Joins the caller's transaction. */
    void remove(Handle handle, Access access, SettingsLevel level, String name) {
        if (store.delete(handle, level, name)) {
            audit.append(
                    handle,
                    access.caller(),
                    "settings.delete",
                    level == SettingsLevel.DEVICE ? "device/" + name : "settings/" + level.text() + "/" + name,
                    Map.of("level", level.text()));
        }
    }

    /** What is wrong with a document; the problem {@code settings-invalid}. */
    void check(Map<String, @Nullable Object> document) {
        schemas.require(document);
    }

    private Optional<SettingsDocument> find(Handle handle, SettingsLevel level, String name, boolean lock) {
        return store.find(handle, level, name, lock);
    }

    private void requireOwner(Handle handle, Access access, SettingsLevel level, String name, boolean change) {
        boolean exists =
                switch (level) {
                    case TENANT -> name.equals(access.tenant().value());
                    case SITE -> sites.exists(handle, name);
                    case GROUP -> groups.exists(handle, access.tenant(), name);
                    case DEVICE -> devices.exists(handle, access.scope(), DeviceService.id(name));
                };
        if (!exists) {
            throw notFound(level.text(), name);
        }
        if (change && level != SettingsLevel.DEVICE) {
            access.fleetWide();
        }
    }

    private static SettingsLevel level(String text) {
        return SettingsLevel.parse(text)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.SETTINGS_NOT_FOUND,
                        "expected the level tenant, site, group or device, found `" + text + "`"));
    }

    private static ProblemException notFound(String level, String name) {
        return new ProblemException(ProblemCode.SETTINGS_NOT_FOUND, "no settings for " + level + " `" + name + "`");
    }
}
