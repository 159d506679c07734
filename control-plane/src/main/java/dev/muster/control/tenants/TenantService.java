package dev.muster.control.tenants;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.bindings.RoleBindingService;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ETags;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.control.rollouts.RolloutService;
import dev.muster.control.tenancy.Passage;
import dev.muster.control.tenancy.TenantState;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What administrators of tenant {@code default} do with tenants. Every change is one transaction with an audit row in both, so
 * that each side can prove it. Thread-safe.
 */
@Singleton
final class TenantService {
    private static final int LONGEST_TEXT = 200;

    private final TenantStore store;
    private final GatewayNotice gateways;
    private final RoleBindingService bindings;
    private final RolloutService rollouts;
    private final QuotaService quotas;
    private final AuditStore audit;
    private final ChangeFeed feed;
    private final TenantTransactions transactions;
    private final TenantConfig config;
    private final Clock clock;

    TenantService(
            TenantStore store,
            GatewayNotice gateways,
            RoleBindingService bindings,
            RolloutService rollouts,
            QuotaService quotas,
            AuditStore audit,
            ChangeFeed feed,
            TenantTransactions transactions,
            TenantConfig config,
            Clock clock) {
        this.store = store;
        this.gateways = gateways;
        this.bindings = bindings;
        this.rollouts = rollouts;
        this.quotas = quotas;
        this.audit = audit;
        this.feed = feed;
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    List<TenantResource.Shown> list(Access access) {
        if (!owns(access)) {
            return List.of(get(access, access.tenant().value()));
        }
        return transactions.inJobs(store::all).stream()
                .map(tenant -> TenantResource.Shown.of(tenant, null))
                .toList();
    }

    TenantResource.Shown get(Access access, String id) {
        TenantId tenant = visible(access, id);
        return transactions.in(tenant, handle -> shown(handle, tenant));
    }

    TenantResource.Shown create(Access access, TenantResource.Wanted wanted) {
        requireOwner(access);
        String name = Bodies.require(wanted.id(), "id");
        TenantId id = parse(name)
                .orElseThrow(() ->
                        invalid("expected `id` of 1 to 32 of a-z, 0-9 and `-`, a letter first, found `" + name + "`"));
        TenantResource.WantedAdmin admin = Bodies.require(wanted.admin(), "admin");
        String displayName = text("displayName", wanted.displayName());
        Map<String, Long> limits = limits(Map.of(), wanted.quotas());
        return transactions.passing(passage -> {
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("displayName", displayName);
            detail.put("admin", admin.kind() + " " + admin.subject());
            detail.put("quotas", limits);
            TenantResource.Shown made = passage.in(id, handle -> {
                if (!store.insert(handle, displayName, limits, access.caller(), clock.instant())) {
                    throw new ProblemException(
                            ProblemCode.ALREADY_EXISTS,
                            "there is or was a tenant `" + id + "`: the name of a deleted one is not given again");
                }
                audit.append(handle, access.caller(), "tenant.create", object(id), detail);
                Tenant fresh = store.find(handle).orElseThrow();
                if (!GatewayNotice.quota(fresh).isEmpty()) {
                    gateways.tell(handle, fresh);
                }
                bindings.addAdmin(handle, access.caller(), admin.kind(), admin.subject(), admin.issuer());
                return shown(handle, id);
            });
            ours(passage, access, "tenant.create", id, detail);
            return made;
        });
    }

    TenantResource.Shown change(Access access, String name, Optional<Long> asked, TenantResource.Patch patch) {
        TenantId id = visible(access, name);
        requireOwner(access);
        String reason = text("reason", patch.reason());
        TenantResource.Shown shown = transactions.passing(passage -> {
            List<Noted> noted = passage.in(id, handle -> {
                Tenant before = store.lock(handle).orElseThrow(() -> notFound(name));
                ETags.check(asked, before.revision());
                if (before.state() == TenantState.DELETED) {
                    throw conflict("expected a tenant that is there, found `" + id + "` deleted");
                }
                List<Noted> steps = new ArrayList<>();
                edit(handle, access, before, patch).ifPresent(steps::add);
                if (patch.suspended() != null) {
                    (patch.suspended() ? suspend(handle, access, id, reason) : resume(handle, access, id))
                            .ifPresent(steps::add);
                }
                return steps;
            });
            noted.forEach(step -> ours(passage, access, step.verb(), id, step.detail()));
            return passage.in(id, handle -> shown(handle, id));
        });
        if (!shown.state().equals(TenantState.ACTIVE.text())) {
            feed.end(id);
        }
        return shown;
    }

    TenantResource.Shown delete(Access access, String name, @Nullable String confirm) {
        TenantId id = visible(access, name);
        requireOwner(access);
        access.person();
        if (confirm != null && !confirm.equals(id.value())) {
            throw invalid("expected `confirm` to be the tenant's name `" + id + "`, found `" + confirm + "`");
        }
        return transactions.passing(passage -> {
            Map<String, Object> detail = passage.in(id, handle -> {
                Tenant before = store.lock(handle).orElseThrow(() -> notFound(name));
                Instant now = clock.instant();
                boolean hurries = before.state() == TenantState.DELETING && confirm != null;
                if (before.state() != TenantState.SUSPENDED && !hurries) {
                    throw conflict("expected a suspended tenant, found `" + id + "` "
                            + before.state().text() + ": suspend it first");
                }
                Instant from = confirm == null ? now.plus(config.deleteGrace()) : now;
                store.save(handle, before.deleting(from));
                Map<String, Object> said = Map.of("from", from.toString(), "confirmed", confirm != null);
                audit.append(handle, access.caller(), "tenant.delete", object(id), said);
                return said;
            });
            ours(passage, access, "tenant.delete", id, detail);
            return passage.in(id, handle -> shown(handle, id));
        });
    }

    /** Writes down that the trail of a deleted tenant is handed out; which one it is. */
    TenantId takeTrail(Access access, String name) {
        TenantId id = visible(access, name);
        requireOwner(access);
        Tenant tenant = transactions.in(id, store::find).orElseThrow(() -> notFound(name));
        if (tenant.state() != TenantState.DELETED) {
            throw conflict("expected a deleted tenant, found `" + id + "` "
                    + tenant.state().text() + ": its own administrators export its trail");
        }
        transactions.run(
                access.tenant(),
                handle -> audit.append(handle, access.caller(), "tenant.trail-export", object(id), Map.of()));
        return id;
    }

    /** What was done, for the trail of the other side. */
    private record Noted(String verb, Map<String, ?> detail) {}

    private Optional<Noted> edit(Handle handle, Access access, Tenant before, TenantResource.Patch patch) {
        Map<String, Object> detail = new LinkedHashMap<>();
        Tenant after = before;
        if (patch.displayName() != null) {
            after = before.named(text("displayName", patch.displayName()));
            detail.put("displayName", after.displayName());
        }
        if (patch.quotas() != null) {
            Map<String, Long> limits = limits(before.quotas(), patch.quotas());
            detail.put("quotas", limits);
            detail.put("before", before.quotas());
            after = after.limited(limits);
        }
        if (detail.isEmpty()) {
            return Optional.empty();
        }
        store.save(handle, after);
        if (!GatewayNotice.quota(after).equals(GatewayNotice.quota(before))) {
            gateways.tell(handle, after);
        }
        audit.append(handle, access.caller(), "tenant.edit", object(before.id()), detail);
        return Optional.of(new Noted("tenant.edit", detail));
    }

    private Optional<Noted> suspend(Handle handle, Access access, TenantId id, String reason) {
        Tenant before = store.lock(handle).orElseThrow();
        if (id.equals(TenantId.DEFAULT)) {
            throw conflict("expected another tenant than `default`, which owns this installation");
        }
        if (before.state() != TenantState.ACTIVE) {
            return Optional.empty();
        }
        Tenant after = before.suspended(reason, clock.instant());
        store.save(handle, after);
        int paused = rollouts.pauseAll(handle, access.caller(), "the tenant is suspended");
        gateways.tell(handle, after);
        Map<String, Object> detail = Map.of("reason", reason, "rolloutsPaused", paused);
        audit.append(handle, access.caller(), "tenant.suspend", object(id), detail);
        return Optional.of(new Noted("tenant.suspend", detail));
    }

    private Optional<Noted> resume(Handle handle, Access access, TenantId id) {
        Tenant before = store.lock(handle).orElseThrow();
        Instant now = clock.instant();
        switch (before.state()) {
            case ACTIVE -> {
                return Optional.empty();
            }
            case SUSPENDED -> {}
            case DELETING -> {
                if (!now.isBefore(Objects.requireNonNull(before.deleteAt()))) {
                    throw conflict("expected a deletion whose grace goes on, found that of `" + id + "` on its way");
                }
                // The order of life has this step between.
                store.save(handle, before.suspended(before.reason(), Objects.requireNonNull(before.suspendedAt())));
            }
            case DELETED -> throw conflict("expected a tenant that is there, found `" + id + "` deleted");
        }
        Tenant still = store.lock(handle).orElseThrow();
        Duration stood = Duration.between(Objects.requireNonNull(still.suspendedAt()), now);
        Tenant after = still.active();
        store.save(handle, after);
        rollouts.stoodStill(handle, stood);
        gateways.tell(handle, after);
        Map<String, Object> detail = Map.of("after", stood.toString());
        audit.append(handle, access.caller(), "tenant.resume", object(id), detail);
        return Optional.of(new Noted("tenant.resume", detail));
    }

    private void ours(Passage passage, Access access, String verb, TenantId id, Map<String, ?> detail) {
        if (!id.equals(access.tenant())) {
            passage.in(access.tenant(), handle -> {
                audit.append(handle, access.caller(), verb, object(id), detail);
                return Boolean.TRUE;
            });
        }
    }

    private TenantResource.Shown shown(Handle handle, TenantId id) {
        return TenantResource.Shown.of(
                store.find(handle).orElseThrow(() -> notFound(id.value())), quotas.usage(handle));
    }

    private static boolean owns(Access access) {
        return access.tenant().equals(TenantId.DEFAULT);
    }

    private static void requireOwner(Access access) {
        if (!owns(access)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "expected an administrator of tenant `default`, which owns this installation, found one of `"
                            + access.tenant() + "`");
        }
    }

    /** The tenant of a path, where the caller may know of it: every one for the owner, for others their own. */
    private static TenantId visible(Access access, String name) {
        return parse(name)
                .filter(id -> owns(access) || id.equals(access.tenant()))
                .orElseThrow(() -> notFound(name));
    }

    private static Optional<TenantId> parse(String name) {
        try {
            return Optional.of(new TenantId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Long> limits(Map<String, Long> before, @Nullable Map<String, @Nullable Long> wanted) {
        Map<String, Long> limits = new TreeMap<>(before);
        if (wanted != null) {
            wanted.forEach((name, limit) -> {
                Quota quota = Quota.parse(name)
                        .orElseThrow(() -> invalid("expected `quotas` of " + Quota.names() + ", found `" + name + "`"));
                if (limit == null) {
                    limits.remove(name);
                } else if (limit < quota.least()) {
                    throw invalid("expected `" + name + "` of " + quota.least() + " or more, found " + limit);
                } else {
                    limits.put(name, limit);
                }
            });
        }
        return limits;
    }

    private static String text(String name, @Nullable String value) {
        String text = value == null ? "" : value;
        if (text.length() > LONGEST_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(
                    "expected `" + name + "` of at most " + LONGEST_TEXT + " characters without control characters");
        }
        return text;
    }

    private static String object(TenantId id) {
        return "tenant/" + id;
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.TENANT_NOT_FOUND, "no tenant `" + name + "` is visible to you");
    }

    private static ProblemException conflict(String detail) {
        return new ProblemException(ProblemCode.CONFLICT, detail);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
