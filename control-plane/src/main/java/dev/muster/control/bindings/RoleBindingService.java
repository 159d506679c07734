package dev.muster.control.bindings;

import dev.muster.control.access.Access;
import dev.muster.control.access.AccessConfig;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.access.ServiceAccount;
import dev.muster.control.access.ServiceAccountStore;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Role bindings for administrators. Thread-safe. */
@Singleton
public final class RoleBindingService {
    private static final int MAX_TEXT = 255;

    private final RoleBindingStore store;
    private final ServiceAccountStore accounts;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final AccessConfig config;

    RoleBindingService(
            RoleBindingStore store,
            ServiceAccountStore accounts,
            AuditStore audit,
            TenantTransactions transactions,
            AccessConfig config) {
        this.store = store;
        this.accounts = accounts;
        this.audit = audit;
        this.transactions = transactions;
        this.config = config;
    }

    /** All of them; who may do what is sensitive, so that somebody looked is an audit row. */
    List<RoleBinding> list(Access access) {
        return transactions.in(access.tenant(), handle -> {
            List<RoleBinding> all = store.all(handle);
            audit.append(handle, access.caller(), "role-binding.list", "role-bindings", Map.of("bindings", all.size()));
            return all;
        });
    }

    RoleBinding create(Access access, RoleBindingResource.Wanted wanted) {
        RoleBinding binding = new RoleBinding(
                UUID.randomUUID(),
                kind(Bodies.require(wanted.kind(), "kind")),
                text("issuer", wanted.issuer() == null ? config.issuer() : wanted.issuer()),
                text("subject", Bodies.require(wanted.subject(), "subject")),
                role(Bodies.require(wanted.role(), "role")),
                // Whoever may edit a group would decide how far the role reaches: an operator would give itself rights.
                Selector.parse(wanted.selector())
                        .without(
                                "group",
                                "a role binding names devices by what they are, so that whoever edits a"
                                        + " group does not widen or narrow rights"),
                Boolean.TRUE.equals(wanted.deny()));
        transactions.run(access.tenant(), handle -> {
            if (binding.issuer().equals(ServiceAccount.ISSUER)
                    && !(binding.kind() == RoleBinding.Kind.SERVICE && accounts.exists(handle, binding.subject()))) {
                throw invalid("expected `subject` to be a service account for issuer `" + ServiceAccount.ISSUER
                        + "`, found no account `" + binding.subject() + "`");
            }
            store.insert(handle, binding, access.caller().actor());
            audit.append(
                    handle, access.caller(), "role-binding.create", "role-binding/" + binding.id(), detail(binding));
        });
        return binding;
    }

    /**
     * Makes a person or a group administrator of the transaction's tenant, which is new: without one nobody could do anything
     * there.
     *
     * @param issuer this server's provider if not given
     */
    public void addAdmin(
            Handle handle, Caller caller, @Nullable String kind, @Nullable String subject, @Nullable String issuer) {
        RoleBinding binding = new RoleBinding(
                UUID.randomUUID(),
                kind(Bodies.require(kind, "admin.kind")),
                text("admin.issuer", issuer == null ? config.issuer() : issuer),
                text("admin.subject", Bodies.require(subject, "admin.subject")),
                Role.ADMIN,
                Selector.ALL,
                false);
        if (binding.kind() == RoleBinding.Kind.SERVICE || binding.issuer().equals(ServiceAccount.ISSUER)) {
            throw invalid("expected `admin` to be a person or a group of an OpenID provider, found a service");
        }
        store.insert(handle, binding, caller.actor());
        audit.append(handle, caller, "role-binding.create", "role-binding/" + binding.id(), detail(binding));
    }

    void delete(Access access, String id) {
        transactions.run(access.tenant(), handle -> {
            UUID binding = uuid(id);
            // Locked first: of two who take away the last two at once, one waits and is refused.
            List<UUID> admins = store.lockAdmins(handle);
            if (admins.equals(List.of(binding))) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected another person or group to stay `admin` for the whole fleet, found `" + id
                                + "` to be the last one: bind another first, or nobody could give rights in tenant `"
                                + access.tenant() + "` any more");
            }
            RoleBinding gone = store.delete(handle, binding).orElseThrow(() -> notFound(id));
            audit.append(handle, access.caller(), "role-binding.delete", "role-binding/" + id, detail(gone));
        });
    }

    private static Map<String, ?> detail(RoleBinding binding) {
        return Map.of(
                "kind", binding.kind().name().toLowerCase(Locale.ROOT),
                "subject", binding.subject(),
                "issuer", binding.issuer(),
                "role", binding.role().text(),
                "selector", binding.selector().text(),
                "deny", binding.deny());
    }

    private static RoleBinding.Kind kind(String text) {
        for (RoleBinding.Kind kind : RoleBinding.Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
                return kind;
            }
        }
        throw invalid("expected `kind` person, service or group, found `" + text + "`");
    }

    private static Role role(String text) {
        return Role.parse(text)
                .orElseThrow(() -> invalid("expected `role` to be one of " + Role.names() + ", found `" + text + "`"));
    }

    private static String text(String name, String value) {
        if (value.length() > MAX_TEXT || value.chars().anyMatch(Character::isISOControl)) {
            throw invalid("expected `" + name + "` of at most " + MAX_TEXT + " characters without control characters");
        }
        return value;
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw notFound(id);
        }
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(ProblemCode.ROLE_BINDING_NOT_FOUND, "no role binding `" + id + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
