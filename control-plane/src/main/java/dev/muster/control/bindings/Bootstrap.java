package dev.muster.control.bindings;

import dev.muster.control.access.AccessConfig;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Keeps those who had rights in their rights: binds the first administrators where no binding exists yet, and takes the
 * bindings along when the OpenID provider got another address.
 */
@Singleton
class Bootstrap {
    private static final Logger LOG = Logger.getLogger(Bootstrap.class);

    private final BootstrapConfig config;
    private final AccessConfig provider;
    private final TenantTransactions transactions;
    private final RoleBindingStore bindings;
    private final AuditStore audit;

    Bootstrap(
            BootstrapConfig config,
            AccessConfig provider,
            TenantTransactions transactions,
            RoleBindingStore bindings,
            AuditStore audit) {
        this.config = config;
        this.provider = provider;
        this.transactions = transactions;
        this.bindings = bindings;
        this.audit = audit;
    }

    void start(@Observes StartupEvent event) {
        List<String> former = provider.formerIssuers().orElse(List.of());
        if (!former.isEmpty()) {
            transactions.tenants().forEach(tenant -> transactions.run(tenant, handle -> move(handle, tenant, former)));
        }
        transactions.run(TenantId.DEFAULT, this::bind);
    }

    private void move(Handle handle, TenantId tenant, List<String> former) {
        for (String issuer : former) {
            int moved = issuer.equals(provider.issuer()) ? 0 : bindings.move(handle, issuer, provider.issuer());
            if (moved > 0) {
                audit.append(
                        handle,
                        new Caller.Server(tenant, "bootstrap"),
                        "role-binding.move",
                        "issuer/" + provider.issuer(),
                        Map.of("from", issuer, "bindings", moved));
                LOG.infof(
                        "%d role bindings of tenant `%s` moved from `%s` to `%s`",
                        moved, tenant.value(), issuer, provider.issuer());
            }
        }
    }

    private void bind(Handle handle) {
        if (bindings.any(handle)) {
            return;
        }
        if (config.adminGroup().isEmpty()) {
            LOG.warn("nobody has any rights yet: set `muster.bootstrap.admin-group` to a group of the OpenID provider");
            return;
        }
        RoleBinding binding = new RoleBinding(
                UUID.randomUUID(),
                RoleBinding.Kind.GROUP,
                provider.issuer(),
                config.adminGroup().get(),
                Role.ADMIN,
                Selector.ALL,
                false);
        Caller caller = new Caller.Server(TenantId.DEFAULT, "bootstrap");
        bindings.insert(handle, binding, caller.actor());
        audit.append(
                handle,
                caller,
                "role-binding.create",
                "role-binding/" + binding.id(),
                Map.of("group", binding.subject(), "role", binding.role().text()));
        LOG.infof("group `%s` of `%s` is admin of tenant `default`", binding.subject(), binding.issuer());
    }
}
