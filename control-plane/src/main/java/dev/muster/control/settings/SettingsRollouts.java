package dev.muster.control.settings;

import dev.muster.control.access.Access;
import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.RolloutId;
import dev.muster.control.rollouts.RolloutKind;
import dev.muster.control.rollouts.RolloutPlan;
import dev.muster.control.rollouts.RolloutService;
import dev.muster.control.rollouts.RolloutSubject;
import dev.muster.control.rollouts.WavePlan;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Brings the draft to devices, in waves, and says before what that would change. At most one settings rollout is in
 * flight; a newer one supersedes it, and holds all that it held. Thread-safe.
 */
@Singleton
class SettingsRollouts {
    private static final Duration DEADLINE = Duration.ofHours(1);

    private final SettingsStore store;
    private final SettingsVersionStore versions;
    private final SettingsMerger merger;
    private final SettingsSchemas schemas;
    private final RolloutService rollouts;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    SettingsRollouts(
            SettingsStore store,
            SettingsVersionStore versions,
            SettingsMerger merger,
            SettingsSchemas schemas,
            RolloutService rollouts,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.versions = versions;
        this.merger = merger;
        this.schemas = schemas;
        this.rollouts = rollouts;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** How the draft is brought to devices. */
    record Terms(String comment, List<WavePlan> waves, Selector selector, int maxFailurePercent) {
        Terms {
            waves = List.copyOf(waves);
        }
    }

    /** What rolling out made. */
    record RolledOut(long version, RolloutId rollout) {}

    /** Keeps all documents as they are as a version and rolls it out; the problem {@code conflict} for nobody. */
    RolledOut rollOut(Access access, Terms terms) {
        return transactions.in(access.tenant(), handle -> rollOut(handle, access, terms)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected at least one active device that `"
                                + terms.selector().text() + "` selects, found none")));
    }

    /**
     * The same in the caller's transaction; empty for nobody, where a version without a rollout is left, which the caller takes
     * back.
     */
    Optional<RolledOut> rollOut(Handle handle, Access access, Terms terms) {
        requireValid(preview(handle, access.scope(), terms.selector()));
        long version = versions.insert(
                handle,
                terms.comment(),
                terms.selector().text(),
                clock.instant(),
                access.caller().actor());
        Optional<RolloutId> rollout = rollouts.create(
                handle,
                access,
                new RolloutPlan(
                        "settings " + version,
                        new RolloutSubject.OfSettings(version),
                        terms.selector(),
                        terms.waves(),
                        terms.maxFailurePercent(),
                        DEADLINE,
                        true));
        return rollout.map(id -> {
            versions.setRollout(handle, version, id.value());
            rollouts.supersedeAll(handle, RolloutKind.SETTINGS, id);
            audit.append(
                    handle,
                    access.caller(),
                    "settings.rollout",
                    "settings/" + version,
                    Map.of("comment", terms.comment(), "rollout", id.toString()));
            return new RolledOut(version, id);
        });
    }

    private static void requireValid(SettingsPreview.Shown preview) {
        if (!preview.invalid().isEmpty()) {
            SettingsPreview.Invalid first = preview.invalid().getFirst();
            throw new ProblemException(
                    ProblemCode.SETTINGS_INVALID,
                    "merged for device `" + first.example() + "`, `" + first.path() + "`: expected " + first.expected()
                            + ", found " + first.found(),
                    Map.of("errors", preview.invalid()));
        }
    }

    /** What rolling the draft out to these devices would change. */
    SettingsPreview.Shown preview(Access access, Selector selector) {
        return transactions.in(access.tenant(), handle -> preview(handle, access.scope(), selector));
    }

    // Devices that stand at the same place and hold the same version are counted by the database and merged once.
    SettingsPreview.Shown preview(Handle handle, Scope scope, Selector selector) {
        Map<String, SettingsDocument> draft = SettingsMerger.index(store.all(handle));
        Map<Long, Map<String, SettingsDocument>> held = new HashMap<>();
        for (long version : store.versions(handle)) {
            held.put(version, version == 0 ? Map.of() : SettingsMerger.index(versions.all(handle, version)));
        }
        List<Map<String, SettingsDocument>> indexes = new ArrayList<>(held.values());
        indexes.add(draft);
        Map<DeviceId, List<String>> memberships = merger.memberships(handle, indexes);
        Set<DeviceId> alone = new HashSet<>(memberships.keySet());
        SettingsMerger.names(indexes, SettingsLevel.DEVICE).forEach(name -> alone.add(new DeviceId(name)));
        Function<SettingsStore.Place, SettingsMerger.Ladder> ladders = merger.ladders(handle, memberships);
        Map<Kind, Kind.Count> kinds = new LinkedHashMap<>();
        for (SettingsStore.Place place : store.places(handle, scope, selector, alone)) {
            SettingsMerger.Ladder ladder = ladders.apply(place);
            Map<String, SettingsDocument> before = Objects.requireNonNull(held.get(place.version()));
            Kind kind = new Kind(
                    place.platform(), SettingsMerger.ordered(before, ladder), SettingsMerger.ordered(draft, ladder));
            kinds.computeIfAbsent(kind, key -> new Kind.Count(place.device().value())).devices += place.devices();
        }
        return count(kinds).shown(devices.unbelieving(handle, scope, selector));
    }

    /** Devices that get the same from the same. */
    private record Kind(String platform, Collection<SettingsDocument> before, Collection<SettingsDocument> after) {
        private static final class Count {
            private final String example;
            private long devices;

            private Count(String example) {
                this.example = example;
            }
        }
    }

    private SettingsPreview count(Map<Kind, Kind.Count> kinds) {
        SettingsPreview preview = new SettingsPreview();
        kinds.forEach((kind, count) -> {
            SettingsMerge after = SettingsMerge.of(List.copyOf(kind.after()));
            preview.add(
                    SettingsMerge.of(List.copyOf(kind.before())),
                    after,
                    schemas.notHere(after.document(), kind.platform()),
                    schemas.mistakes(after.document()),
                    count.example,
                    count.devices);
        });
        return preview;
    }
}
