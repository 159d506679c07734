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
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Binds the first administrators, once: where no binding exists yet. */
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
        transactions.run(TenantId.DEFAULT, this::bind);
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
