package dev.muster.control.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.access.AccessConfig;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class BootstrapIT {
    private static final TenantId TENANT = new TenantId("moving");
    private static final String BEFORE = "http://localhost:7403/realms/muster";
    private static final String NOW = "https://muster.example:7403/realms/muster";
    private static final String ELSEWHERE = "https://elsewhere.example/realms/muster";

    @Inject
    BootstrapConfig config;

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    @Inject
    AuditStore audit;

    @Test
    void takesTheBindingsAlongWhenTheProviderGotAnotherAddressAndOnlyThose() {
        transactions.run(TENANT, handle -> {
            handle.execute("insert into tenant (tenant) values ('moving')");
            bindings.insert(handle, viewer(BEFORE), "test");
            bindings.insert(handle, viewer(ELSEWHERE), "test");
        });
        Bootstrap bootstrap = new Bootstrap(config, new Provider(NOW, List.of(BEFORE)), transactions, bindings, audit);

        bootstrap.start(new StartupEvent());
        bootstrap.start(new StartupEvent());

        assertThat(transactions.in(TENANT, bindings::all))
                .extracting(RoleBinding::issuer)
                .containsExactlyInAnyOrder(NOW, ELSEWHERE);
        List<String> told = transactions.in(TENANT, handle -> handle.createQuery(
                        "select detail ->> 'from' from audit where verb = 'role-binding.move'")
                .mapTo(String.class)
                .list());
        assertThat(told).containsExactly(BEFORE);
    }

    private static RoleBinding viewer(String issuer) {
        return new RoleBinding(
                UUID.randomUUID(), RoleBinding.Kind.PERSON, issuer, "jo", Role.VIEWER, Selector.ALL, false);
    }

    private record Provider(String issuer, List<String> former) implements AccessConfig {
        @Override
        public Optional<List<String>> formerIssuers() {
            return Optional.of(former);
        }

        @Override
        public String audience() {
            return "muster-api";
        }

        @Override
        public String consoleClient() {
            return "muster-console";
        }

        @Override
        public String cliClient() {
            return "muster-cli";
        }

        @Override
        public String groupsClaim() {
            return "groups";
        }

        @Override
        public String nameClaim() {
            return "preferred_username";
        }

        @Override
        public int leewaySeconds() {
            return 10;
        }

        @Override
        public Duration longestTokenLife() {
            return Duration.ofHours(24);
        }
    }
}
