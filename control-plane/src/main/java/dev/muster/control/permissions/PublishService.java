package dev.muster.control.permissions;

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
import dev.muster.control.rollouts.WaveRequest;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Makes versions and brings them to devices. A live version is a rollout, and at most one is in flight: a newer one
 * supersedes it for moved and unmoved devices alike. A shadow version decides nothing and is handed out at once.
 * Thread-safe.
 */
@Singleton
class PublishService {
    /** What is usual. */
    static final List<WaveRequest> CANARY_THEN_REST =
            List.of(new WaveRequest("canary", null, 1, null, null), new WaveRequest("rest", 100, null, null, null));

    private static final Duration DEADLINE = Duration.ofHours(1);

    private final PolicyStore store;
    private final HeldStore held;
    private final PolicyDrafts drafts;
    private final FitCheck fits;
    private final UrgentService urgents;
    private final RolloutService rollouts;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    PublishService(
            PolicyStore store,
            HeldStore held,
            PolicyDrafts drafts,
            FitCheck fits,
            UrgentService urgents,
            RolloutService rollouts,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.held = held;
        this.drafts = drafts;
        this.fits = fits;
        this.urgents = urgents;
        this.rollouts = rollouts;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * How a version is brought to devices.
     *
     * @param force although policy tests fail, or it does not fit on some devices, which then keep what they have
     */
    record Terms(String comment, List<WavePlan> waves, Selector selector, boolean force) {
        Terms {
            waves = List.copyOf(waves);
        }
    }

    /** What publishing made; no rollout where no device was there to get it, and for a shadow version. */
    record Published(long version, Optional<RolloutId> rollout) {}

    /** Makes a version of all documents as they are, and rolls it out. */
    Published publish(Access access, Terms terms) {
        return transactions.in(access.tenant(), handle -> {
            store.lock(handle, access.tenant());
            return rollOut(handle, access, terms, text(store.documents(handle)), null);
        });
    }

    /** Makes a new version of an older version's documents, and rolls it out; the draft stays as it is. */
    Published rollback(Access access, long version, Terms terms) {
        return transactions.in(access.tenant(), handle -> {
            store.lock(handle, access.tenant());
            String documents = store.snapshot(handle, version)
                    .orElseThrow(
                            () -> new ProblemException(ProblemCode.POLICY_NOT_FOUND, "no policy version " + version));
            return rollOut(handle, access, terms, documents, version);
        });
    }

    /** Makes a version of all documents that devices only watch; it takes the place of the one before. */
    Published shadow(Access access, Terms terms) {
        return transactions.in(access.tenant(), handle -> {
            store.lock(handle, access.tenant());
            String documents = text(store.documents(handle));
            Checked checked = check(handle, access, documents, terms.force());
            long version = store.insertVersion(
                    handle,
                    PolicyVersion.Kind.SHADOW,
                    terms.comment(),
                    documents,
                    null,
                    clock.instant(),
                    access.caller().actor());
            List<DeviceId> watching = devices.select(handle, access.scope(), terms.selector());
            held.watch(handle, version, watching, clock.instant());
            Map<String, Object> detail = detail(terms, checked);
            detail.put("devices", watching.size());
            audit.append(handle, access.caller(), "policy.publish-shadow", "policy/" + version, detail);
            return new Published(version, Optional.empty());
        });
    }

    /** No device watches a shadow version any more; the problem {@code policy-not-found} where none does. */
    void endShadow(Access access) {
        transactions.run(access.tenant(), handle -> {
            store.lock(handle, access.tenant());
            OptionalLong version = held.shadow(handle);
            if (version.isEmpty()) {
                throw new ProblemException(ProblemCode.POLICY_NOT_FOUND, "no shadow version is out");
            }
            int ended = held.endShadow(handle, clock.instant());
            audit.append(
                    handle,
                    access.caller(),
                    "policy.end-shadow",
                    "policy/" + version.getAsLong(),
                    Map.of("devices", ended));
        });
    }

    private Published rollOut(
            Handle handle, Access access, Terms terms, String documents, @Nullable Long rolledBackFrom) {
        Checked checked = check(handle, access, documents, terms.force());
        long version = store.insertVersion(
                handle,
                PolicyVersion.Kind.LIVE,
                terms.comment(),
                documents,
                rolledBackFrom,
                clock.instant(),
                access.caller().actor());
        Optional<RolloutId> rollout = rollouts.create(
                handle,
                access,
                new RolloutPlan(
                        "policy " + version,
                        new RolloutSubject.OfPolicy(version),
                        terms.selector(),
                        terms.waves(),
                        0,
                        DEADLINE,
                        true));
        rollout.ifPresent(id -> {
            store.setRollout(handle, version, id.value());
            rollouts.supersedeAll(handle, RolloutKind.POLICY, id);
        });
        urgents.absorb(handle, checked.snapshot().withVersion(version));
        Map<String, Object> detail = detail(terms, checked);
        if (rolledBackFrom != null) {
            detail.put("rolledBackFrom", rolledBackFrom);
        }
        audit.append(
                handle,
                access.caller(),
                rolledBackFrom == null ? "policy.publish" : "policy.rollback",
                "policy/" + version,
                detail);
        return new Published(version, rollout);
    }

    /** What was found good, or let through by force. */
    private record Checked(PolicySnapshot snapshot, int documents, List<String> failedTests, List<String> misfits) {}

    private Checked check(Handle handle, Access access, String text, boolean force) {
        PolicyDrafts.Draft draft = drafts.require(drafts.parse(text));
        List<PolicyDrafts.Tested> failed =
                draft.tests().stream().filter(test -> !test.passed()).toList();
        if (!failed.isEmpty() && !force) {
            throw new ProblemException(
                    ProblemCode.POLICY_TESTS_FAILED,
                    failed.size() + " of " + draft.tests().size() + " policy tests failed, the first: `"
                            + failed.getFirst().name() + "`",
                    Map.of("failures", failed));
        }
        List<PolicyError> misfits = fits.errors(handle, Scope.wholeTenant(access.tenant()), draft);
        if (!misfits.isEmpty() && !force) {
            throw FitCheck.tooLarge(misfits);
        }
        return new Checked(
                draft.snapshot(),
                draft.documents().size(),
                failed.stream().map(PolicyDrafts.Tested::name).toList(),
                misfits.stream().map(PolicyError::message).toList());
    }

    private static Map<String, Object> detail(Terms terms, Checked checked) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("comment", terms.comment());
        detail.put("documents", checked.documents());
        if (!checked.failedTests().isEmpty()) {
            detail.put("forcedOver", checked.failedTests());
        }
        if (!checked.misfits().isEmpty()) {
            detail.put("doesNotFit", checked.misfits());
        }
        return detail;
    }

    private static String text(List<StoredDocument> documents) {
        return documents.stream().map(StoredDocument::yaml).collect(Collectors.joining(PolicyStore.SEPARATOR));
    }
}
