package dev.muster.control.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.testing.Servers;
import dev.muster.protocol.identity.TenantId;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class RowLevelSecurityIT {
    private static final TenantId OTHER = new TenantId("crossing");
    /** Tables that hold nothing of a tenant. */
    private static final Set<String> WITHOUT = Set.of("flyway_schema_history", "ended_session");

    @Inject
    TenantTransactions transactions;

    @Inject
    AgroalDataSource app;

    @BeforeEach
    void otherTenant() {
        transactions.run(
                OTHER,
                handle -> handle.execute("insert into tenant (tenant) values ('crossing') on conflict do nothing"));
    }

    @Test
    void everyTableForcesRowLevelSecurityWithATenantPolicy() {
        List<String> unprotected = transactions.in(
                TenantId.DEFAULT,
                handle -> handle.createQuery("""
                                select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                                where n.nspname = 'muster' and c.relkind in ('r', 'p')
                                  and not (c.relrowsecurity and c.relforcerowsecurity and exists (
                                    select 1 from pg_policies p where p.schemaname = 'muster' and p.tablename = c.relname
                                      and p.qual like '%app.tenant%' and p.with_check like '%app.tenant%'
                                      and p.roles = '{public}'))""").mapTo(String.class).list());

        assertThat(unprotected).isSubsetOf(WITHOUT);
    }

    @Test
    void noOtherPolicyWidensWhatTheApplicationSees() {
        List<String> widening = transactions.in(
                TenantId.DEFAULT,
                handle -> handle.createQuery("""
                                select tablename || '.' || policyname from pg_policies where schemaname = 'muster'
                                  and policyname <> 'tenant_only' and not roles = '{muster_jobs}'""").mapTo(String.class).list());

        assertThat(widening).isEmpty();
    }

    @Test
    void aTenantSeesItsOwnRowsOnly() {
        transactions.run(OTHER, handle -> insert(handle, "crossing-site"));

        assertThat(sites(OTHER)).contains("crossing-site");
        assertThat(sites(TenantId.DEFAULT)).doesNotContain("crossing-site");
    }

    @Test
    void aTenantCannotWriteForAnother() {
        assertThatThrownBy(() -> transactions.run(
                        TenantId.DEFAULT,
                        handle -> handle.execute("insert into site (tenant, name) values ('crossing', 'smuggled')")))
                .hasMessageContaining("row-level security");
        int changed = transactions.in(TenantId.DEFAULT, handle -> handle.createUpdate(
                        "update site set uplink_kbps = 1 where tenant = 'crossing'")
                .execute());
        assertThat(changed).isZero();
    }

    @Test
    void aConnectionWithoutATenantSeesNothing() throws SQLException {
        transactions.run(OTHER, handle -> insert(handle, "unseen"));

        try (var connection = app.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from site")) {
            rows.next();
            assertThat(rows.getLong(1)).isZero();
        }
    }

    @Test
    void theAuditTrailCannotBeChanged() {
        for (String sql : List.of(
                "update audit set verb = 'x'",
                "delete from audit",
                "truncate audit",
                "update audit_seal set hash = hash",
                "delete from audit_seal",
                "truncate audit_seal",
                "alter table audit_seal disable trigger audit_seal_follows",
                "update outbox set topic = 'x'")) {
            assertThatThrownBy(() -> transactions.run(TenantId.DEFAULT, handle -> handle.execute(sql)))
                    .as(sql)
                    .hasMessageMatching("(?s).*(permission denied|must be owner).*");
        }
    }

    @Test
    void jobsReachQueueAndOutboxOnly() {
        for (String table :
                List.of("device", "site", "role_binding", "audit", "audit_seal", "enrolment_token", "setting")) {
            assertThatThrownBy(() -> transactions.inJobs(handle -> handle.createQuery("select count(*) from " + table)
                            .mapTo(Long.class)
                            .one()))
                    .as(table)
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void anExceptionRollsTheTransactionBack() {
        assertThatThrownBy(() -> transactions.run(OTHER, handle -> {
                    insert(handle, "half");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(sites(OTHER)).doesNotContain("half");
    }

    private List<String> sites(TenantId tenant) {
        return transactions.in(tenant, handle -> handle.createQuery("select name from site")
                .mapTo(String.class)
                .list());
    }

    private static void insert(Handle handle, String name) {
        handle.createUpdate("insert into site (name) values (:name) on conflict do nothing")
                .bind("name", name)
                .execute();
    }
}
