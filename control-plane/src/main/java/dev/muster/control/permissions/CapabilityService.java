package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.delegation.DelegationRoot;
import dev.muster.policy.delegation.HolderKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Says how capabilities stand: those of every version that a device is to hold, and of the newest. Thread-safe. */
@Singleton
class CapabilityService {
    private final PolicyStore policies;
    private final HeldStore held;
    private final CapabilityStore store;
    private final RevokedBlockStore blocks;
    private final UrgentService urgents;
    private final PolicySnapshots snapshots;
    private final TenantTransactions transactions;
    private final Clock clock;

    CapabilityService(
            PolicyStore policies,
            HeldStore held,
            CapabilityStore store,
            RevokedBlockStore blocks,
            UrgentService urgents,
            PolicySnapshots snapshots,
            TenantTransactions transactions,
            Clock clock) {
        this.policies = policies;
        this.held = held;
        this.store = store;
        this.blocks = blocks;
        this.urgents = urgents;
        this.snapshots = snapshots;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** How a capability stands. */
    public enum State {
        /** Its time has not come. */
        PENDING,
        ACTIVE,
        ENDED,
        REVOKED
    }

    /**
     * A capability on the wire.
     *
     * @param apps empty for all
     * @param devices empty for all; ids where {@code deviceBound}
     * @param holder the key of whoever may hand it on; null where nobody may
     * @param rootId revocation id of all its chains; null where there are none, or the key is not sound
     * @param revokedBlocks blocks of its chains that no longer count
     * @param devicesHolding devices that say that what gives it is in force
     */
    public record Shown(
            String name,
            SortedSet<String> permissions,
            Map<String, SortedSet<String>> apps,
            Map<String, SortedSet<String>> devices,
            @Nullable Instant notBefore,
            Instant notAfter,
            State state,
            @Nullable String holder,
            @Nullable String rootId,
            List<RevokedBlock> revokedBlocks,
            boolean deviceBound,
            long devicesHolding) {
        public Shown {
            revokedBlocks = List.copyOf(revokedBlocks);
        }
    }

    /** A block that no longer counts. */
    public record RevokedBlock(String id, String reason, Instant since, String by) {}

    List<Shown> list(Access access) {
        return transactions.in(access.tenant(), handle -> {
            Map<String, Capability> newest = new TreeMap<>();
            Map<String, List<Long>> versions = new TreeMap<>();
            for (long version : inForce(handle)) {
                PolicySnapshot snapshot = published(handle, access.tenant(), version);
                snapshot.capabilities().forEach(capability -> {
                    newest.put(capability.name(), capability);
                    versions.computeIfAbsent(capability.name(), key -> new ArrayList<>())
                            .add(version);
                });
            }
            return newest.values().stream()
                    .map(capability -> shown(
                            handle, access.tenant(), capability, versions.getOrDefault(capability.name(), List.of())))
                    .toList();
        });
    }

    private SortedSet<Long> inForce(Handle handle) {
        Set<Long> versions = new HashSet<>(held.versionsHeld(handle));
        policies.newestLive(handle).ifPresent(versions::add);
        return new TreeSet<>(versions);
    }

    private PolicySnapshot published(Handle handle, TenantId tenant, long version) {
        return snapshots
                .published(handle, tenant, version)
                .orElseThrow(() -> new IllegalStateException("no policy version " + version));
    }

    private Shown shown(Handle handle, TenantId tenant, Capability capability, List<Long> versions) {
        Instant now = clock.instant();
        boolean revoked = urgents.isRevoked(handle, capability.name());
        State state = revoked
                ? State.REVOKED
                : !now.isBefore(capability.notAfter())
                        ? State.ENDED
                        : capability.notBefore().filter(now::isBefore).isPresent() ? State.PENDING : State.ACTIVE;
        return new Shown(
                capability.name(),
                capability.permissions(),
                apps(capability.apps()),
                devices(capability.devices()),
                capability.notBefore().orElse(null),
                capability.notAfter(),
                state,
                capability.holder().orElse(null),
                capability
                        .holder()
                        .flatMap(holder -> rootId(tenant, capability.name(), holder))
                        .orElse(null),
                blocks.of(handle, List.of(capability.name())).stream()
                        .map(block -> new RevokedBlock(block.id(), block.reason(), block.since(), block.by()))
                        .toList(),
                capability.isDeviceBound(),
                revoked
                        ? 0
                        : capability.isDeviceBound()
                                ? store.holding(handle, capability.name())
                                : store.inForce(handle, versions));
    }

    private static Optional<String> rootId(TenantId tenant, String capability, String holder) {
        try {
            return Optional.of(new DelegationRoot(tenant.value(), capability, new HolderKey(holder)).id());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, SortedSet<String>> apps(AppSelector apps) {
        Map<String, SortedSet<String>> parts = new TreeMap<>();
        put(parts, "bundles", apps.bundles());
        put(parts, "signers", apps.signers());
        put(parts, "labels", apps.labels());
        return parts;
    }

    private static Map<String, SortedSet<String>> devices(DeviceSelector devices) {
        Map<String, SortedSet<String>> parts = new TreeMap<>();
        switch (devices) {
            case DeviceSelector.Everywhere all -> {}
            case DeviceSelector.Attributes attributes -> {
                put(parts, "sites", attributes.sites());
                put(parts, "tags", attributes.tags());
                put(parts, "hardware", attributes.hardware());
                put(parts, "groups", attributes.groups());
            }
            case DeviceSelector.Expression expression -> parts.put("query", new TreeSet<>(Set.of(expression.text())));
            case DeviceSelector.Ids ids -> put(parts, "ids", ids.ids());
        }
        return parts;
    }

    private static void put(Map<String, SortedSet<String>> parts, String name, SortedSet<String> values) {
        if (!values.isEmpty()) {
            parts.put(name, values);
        }
    }
}
