package dev.muster.control.audit;

import static org.awaitility.Awaitility.await;

import dev.muster.control.access.Caller;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.Finding;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jdbi.v3.core.Handle;

/** A trail of a tenant of its own that tests write, tamper with as the owner of the database, and verify. */
@Singleton
public class AuditTrail {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final TenantTransactions transactions;
    private final AuditStore audit;
    private final SealStore seals;
    private final ChainService chain;

    AuditTrail(TenantTransactions transactions, AuditStore audit, SealStore seals, ChainService chain) {
        this.transactions = transactions;
        this.audit = audit;
        this.seals = seals;
        this.chain = chain;
    }

    /** How a verification ended and all that it named, such as {@code altered 3 17}. */
    record Verified(ChainService.Result result, List<String> named, List<String> texts) {}

    /** Makes the tenant, with {@code rows} sealed rows. */
    void begin(TenantId tenant, int rows) {
        transactions.run(tenant, handle -> handle.createUpdate(
                        "insert into tenant (tenant) values (:tenant) on conflict do nothing")
                .bind("tenant", tenant)
                .execute());
        LongStream.rangeClosed(1, rows).forEach(number -> write(tenant, "test.row", number));
        awaitSealed(tenant);
    }

    /** One row in a transaction of its own; its id. */
    long write(TenantId tenant, String verb, long number) {
        return transactions.in(tenant, handle -> write(handle, tenant, verb, number));
    }

    long write(Handle handle, TenantId tenant, String verb, long number) {
        return audit.record(
                handle, new Caller.Server(tenant, "test"), verb, "test/" + number, Map.of("number", number));
    }

    void awaitSealed(TenantId tenant) {
        await().atMost(SOON).until(() -> transactions.in(tenant, seals::pending).rows() == 0);
    }

    List<Seal> seals(TenantId tenant) {
        return transactions.in(tenant, handle -> seals.page(handle, 0, Long.MAX_VALUE, 100_000)).stream()
                .map(SealStore.Sealed::seal)
                .toList();
    }

    Verified verify(TenantId tenant, Checkpoint... known) {
        List<Finding> findings = new ArrayList<>();
        ChainService.Result result = chain.verify(
                new Caller.Server(tenant, "test"),
                Optional.of(known).filter(all -> all.length > 0).map(all -> all[0]),
                new ChainService.Listener() {
                    @Override
                    public void progress(long checked, long of) {}

                    @Override
                    public void found(Finding finding) {
                        findings.add(finding);
                    }
                });
        return new Verified(
                result,
                findings.stream()
                        .map(finding -> finding.kind().text() + " " + finding.position() + " " + finding.row())
                        .toList(),
                findings.stream().map(Finding::text).toList());
    }

    /** Statements of somebody who may do everything in the database, and who keeps triggers from noticing. */
    void tamper(TenantId tenant, String... statements) throws SQLException {
        String password = ConfigProvider.getConfig().getValue("muster.db.owner.password", String.class);
        String url = ConfigProvider.getConfig().getValue("muster.db.url", String.class);
        try (Connection owner = DriverManager.getConnection(url, "muster_owner", password);
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("set search_path to muster");
            statement.execute("select set_config('app.tenant', '" + tenant + "', true)");
            statement.execute("alter table audit_seal disable trigger audit_seal_follows");
            for (String sql : statements) {
                statement.execute(sql);
            }
            statement.execute("alter table audit_seal enable trigger audit_seal_follows");
            owner.commit();
        }
    }
}
