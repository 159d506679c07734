package dev.muster.control.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.DatabaseOwner;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a large fleet's pages read; by plan, not by the clock. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ComplianceScaleIT {
    private static final TenantId MANY = new TenantId("compliance-many");
    private static final int DEVICES = 100_000;

    @Inject
    TenantTransactions transactions;

    @Inject
    ComplianceStore store;

    @Test
    void pagesOfALargeFleetReadAnIndexAndNothingElse() throws Exception {
        fill();

        for (Optional<ComplianceState> state :
                List.of(Optional.<ComplianceState>empty(), Optional.of(ComplianceState.DRIFTED))) {
            List<String> plan = transactions.in(
                    MANY,
                    handle -> store.explain(handle, Scope.wholeTenant(MANY), Selector.ALL, state, "many-050000", 51));
            assertThat(plan).as("plan of a page, state %s", state).anyMatch(line -> line.contains("Index Only Scan"));
            assertThat(plan).noneMatch(line -> line.contains("Seq Scan") || line.contains("Sort"));
        }
        List<ComplianceRow> page = transactions.in(
                MANY,
                handle -> store.list(
                        handle,
                        Scope.wholeTenant(MANY),
                        Selector.ALL,
                        Optional.of(ComplianceState.DRIFTED),
                        "many-050000",
                        3));
        Map<ComplianceState, Long> counts =
                transactions.in(MANY, handle -> store.counts(handle, Scope.wholeTenant(MANY), Selector.ALL));
        assertThat(page).hasSize(3).allMatch(row -> row.device().compareTo("many-050000") > 0);
        assertThat(counts.get(ComplianceState.DRIFTED)).isEqualTo(DEVICES / 100);
        assertThat(counts.get(ComplianceState.COMPLIANT)).isEqualTo(DEVICES - DEVICES / 100);
    }

    private void fill() throws Exception {
        transactions.run(MANY, handle -> {
            handle.execute("insert into tenant (tenant) values ('compliance-many')");
            handle.execute(
                    "insert into device (id, name, status, hardware) select 'many-' || lpad(i::text, 6, '0'), 'n', "
                            + "'active', 'board' from generate_series(1, " + DEVICES + ") i");
        });
        // Pooled sessions planned their check of the foreign key when a handful of devices filled one page: a
        // sequential
        // scan, and here one of 100,000 rows for each row. What a growing fleet gets from autovacuum in its first
        // minute
        // is done at once: new statistics make every session plan anew.
        DatabaseOwner.analyze("muster.device");
        transactions.run(MANY, handle -> {
            handle.execute("insert into device_compliance (device, state, why, since, stale_at) select id, "
                    + "case when right(id, 2) = '00' then 'drifted' else 'compliant' end, 'w', now(), "
                    + "now() + interval '1 day' from device");
            handle.execute("insert into compliance_count (state, part, devices) select state, hashtext(device) & 15, "
                    + "count(*) from device_compliance group by 1, 2");
        });
        DatabaseOwner.vacuumAnalyze("muster.device_compliance");
    }
}
