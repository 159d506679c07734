package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.permissions.Overlay.Urgent;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Changes that wait for no wave: guard rails enforced now, and capabilities revoked now. They lie on top of every version
 * in force, so that devices before, in and after a rollout get them alike; see {@link Overlay}. Thread-safe.
 */
@Singleton
class UrgentService {
    private static final int MAX_REASON = 1_000;

    private final UrgentStore store;
    private final PolicyStore policies;
    private final HeldStore held;
    private final PolicyDrafts drafts;
    private final PolicySnapshots snapshots;
    private final FitCheck fits;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    UrgentService(
            UrgentStore store,
            PolicyStore policies,
            HeldStore held,
            PolicyDrafts drafts,
            PolicySnapshots snapshots,
            FitCheck fits,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.policies = policies;
        this.held = held;
        this.drafts = drafts;
        this.snapshots = snapshots;
        this.fits = fits;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * An urgent change on the wire.
     *
     * @param absorbedBy the version that contains the guard rail; versions from there on need no urgent change
     * @param pending devices whose targets are still to be made anew, for whatever reason
     * @param doesNotFit why some devices cannot get a guard rail just enforced, and keep what they have; empty where all
     *     can, and in lists
     */
    public record Shown(
            String kind,
            String name,
            String reason,
            Instant since,
            String by,
            String byName,
            @Nullable Long absorbedBy,
            long pending,
            List<String> doesNotFit) {
        /** Copies the list. */
        public Shown {
            doesNotFit = List.copyOf(doesNotFit);
        }
    }

    List<Shown> list(Access access) {
        return transactions.in(access.tenant(), handle -> {
            long pending = held.due(handle);
            return store.all(handle).stream()
                    .map(change -> shown(change, pending))
                    .toList();
        });
    }

    /**
     * The guard rail as the draft has it counts on every device from now on; where it does not fit, the others get it all the
     * same.
     */
    Shown enforce(Access access, String name, String reason) {
        checkReason(reason);
        return transactions.in(access.tenant(), handle -> {
            policies.lock(handle, access.tenant());
            List<StoredDocument> documents = policies.documents(handle);
            PolicySnapshot draft = drafts.require(drafts.parse(documents)).snapshot();
            GuardRail rail = draft.guardRails().stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.POLICY_NOT_FOUND, "no guard rail `" + name + "` in the draft"));
            UrgentChange change = new UrgentChange(
                    UrgentChange.Kind.GUARD_RAIL,
                    name,
                    text(documents, rail),
                    reason,
                    clock.instant(),
                    access.caller().actor(),
                    access.caller().name(),
                    newestWith(handle, access, draft, rail));
            store.put(handle, change);
            held.allDue(handle, clock.instant());
            List<String> misfits = fits.inForce(handle, access.tenant());
            audit.append(
                    handle,
                    access.caller(),
                    "policy.enforce-now",
                    "policy/GuardRail/" + name,
                    misfits.isEmpty()
                            ? Map.of("reason", reason, "yaml", change.yaml())
                            : Map.of("reason", reason, "yaml", change.yaml(), "doesNotFit", misfits));
            return shown(change, held.due(handle), misfits);
        });
    }

    /** The guard rail counts only where a version contains it. */
    void withdraw(Access access, String name) {
        transactions.run(access.tenant(), handle -> {
            policies.lock(handle, access.tenant());
            UrgentChange change = store.find(handle, UrgentChange.Kind.GUARD_RAIL, name)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.POLICY_NOT_FOUND, "guard rail `" + name + "` is not enforced now"));
            store.delete(handle, change);
            held.allDue(handle, clock.instant());
            audit.append(
                    handle,
                    access.caller(),
                    "policy.withdraw",
                    "policy/GuardRail/" + name,
                    Map.of("reason", change.reason(), "since", change.since().toString()));
        });
    }

    /** The capability ends on every device, for good: its name is used up. */
    Shown revoke(Access access, String name, String reason) {
        checkReason(reason);
        return transactions.in(access.tenant(), handle -> {
            policies.lock(handle, access.tenant());
            Optional<UrgentChange> before = store.find(handle, UrgentChange.Kind.REVOCATION, name);
            if (before.isPresent()) {
                return shown(before.get(), held.due(handle));
            }
            List<Capability> meant = everywhere(handle, access, name);
            if (meant.isEmpty()) {
                throw new ProblemException(
                        ProblemCode.POLICY_NOT_FOUND, "no capability `" + name + "` in the draft or in force");
            }
            UrgentChange change = new UrgentChange(
                    UrgentChange.Kind.REVOCATION,
                    name,
                    "",
                    reason,
                    clock.instant(),
                    access.caller().actor(),
                    access.caller().name(),
                    null);
            store.put(handle, change);
            due(handle, meant);
            audit.append(
                    handle, access.caller(), "policy.revoke", "policy/Capability/" + name, Map.of("reason", reason));
            return shown(change, held.due(handle));
        });
    }

    /** Notes which guard rails enforced now the new version contains: it and those after it need them on top no more. */
    void absorb(Handle handle, PolicySnapshot version) {
        List<UrgentChange> changes = store.all(handle);
        for (UrgentChange change : changes) {
            if (change.absorbedBy() == null
                    && snapshots.urgent(change) instanceof Urgent.Enforced enforced
                    && contains(version, enforced)) {
                store.put(handle, change.absorbed(version.version()));
            }
        }
    }

    /** Whether the name belongs to a capability that was revoked. */
    boolean isRevoked(Handle handle, String capability) {
        return store.find(handle, UrgentChange.Kind.REVOCATION, capability).isPresent();
    }

    private static boolean contains(PolicySnapshot version, Urgent.Enforced enforced) {
        return Overlay.on(version, List.of(enforced)).overlay().isEmpty();
    }

    /** The newest version, if it contains the guard rail already: then it is for the older ones only. */
    private @Nullable Long newestWith(Handle handle, Access access, PolicySnapshot draft, GuardRail rail) {
        OptionalLong newest = policies.newestLive(handle);
        if (newest.isEmpty()) {
            return null;
        }
        Urgent.Enforced enforced = new Urgent.Enforced(
                rail,
                draft.zones().stream()
                        .filter(zone -> asksFor(rail).contains(zone.name()))
                        .collect(Collectors.toMap(zone -> zone.name(), zone -> zone)),
                draft.shifts().stream()
                        .filter(shift -> asksFor(rail).contains(shift.name()))
                        .collect(Collectors.toMap(shift -> shift.name(), shift -> shift)),
                "",
                null);
        return snapshots
                .published(handle, access.tenant(), newest.getAsLong())
                .filter(version -> contains(version, enforced))
                .map(PolicySnapshot::version)
                .orElse(null);
    }

    /** The devices that hold these capabilities are to be looked at soon. */
    void due(Handle handle, List<Capability> meant) {
        List<DeviceId> named = new ArrayList<>();
        for (Capability capability : meant) {
            if (!(capability.devices() instanceof DeviceSelector.Ids ids)) {
                held.allDue(handle, clock.instant());
                return;
            }
            ids.ids().stream().map(DeviceId::new).forEach(named::add);
        }
        held.due(handle, named, clock.instant());
    }

    /** The capabilities of a name in the draft and in every version in force. */
    List<Capability> everywhere(Handle handle, Access access, String name) {
        return everywhere(handle, access)
                .flatMap(snapshot -> snapshot.capabilities().stream())
                .filter(capability -> capability.name().equals(name))
                .toList();
    }

    private Stream<PolicySnapshot> everywhere(Handle handle, Access access) {
        Stream<PolicySnapshot> draft = Stream.of(drafts.parse(policies.documents(handle)))
                .filter(PolicyDrafts.Draft.class::isInstance)
                .map(PolicyDrafts.Draft.class::cast)
                .map(PolicyDrafts.Draft::snapshot);
        Stream<Long> versions = Stream.concat(
                        held.versionsHeld(handle).stream(),
                        policies.newestLive(handle).stream().boxed())
                .distinct();
        return Stream.concat(
                draft, versions.flatMap(version -> snapshots.published(handle, access.tenant(), version).stream()));
    }

    /** The guard rail's text and that of the zones and shifts its condition asks for. */
    private static String text(List<StoredDocument> documents, GuardRail rail) {
        List<String> asked = asksFor(rail);
        return documents.stream()
                .filter(document -> (document.kind().equals("GuardRail")
                                && document.name().equals(rail.name()))
                        || ((document.kind().equals("Zone") || document.kind().equals("Shift"))
                                && asked.contains(document.name())))
                .map(StoredDocument::yaml)
                .collect(Collectors.joining(PolicyStore.SEPARATOR));
    }

    private static List<String> asksFor(GuardRail rail) {
        List<String> names = new ArrayList<>();
        collect(rail.when(), names);
        return names;
    }

    private static void collect(Condition condition, List<String> names) {
        switch (condition) {
            case Condition.Fact fact -> names.add(fact.name());
            case Condition.All all -> all.of().forEach(part -> collect(part, names));
            case Condition.Any any -> any.of().forEach(part -> collect(part, names));
            case Condition.Not not -> collect(not.of(), names);
            case Condition.Always c -> {}
            case Condition.Minutes c -> {}
            case Condition.Weekdays c -> {}
            case Condition.From c -> {}
            case Condition.Until c -> {}
        }
    }

    static void checkReason(String reason) {
        if (reason.length() > MAX_REASON) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `reason` of at most " + MAX_REASON + " characters, found " + reason.length());
        }
    }

    private static Shown shown(UrgentChange change, long pending) {
        return shown(change, pending, List.of());
    }

    private static Shown shown(UrgentChange change, long pending, List<String> doesNotFit) {
        return new Shown(
                change.kind().text(),
                change.name(),
                change.reason(),
                change.since(),
                change.by(),
                change.byName(),
                change.absorbedBy(),
                pending,
                doesNotFit);
    }
}
