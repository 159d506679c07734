package dev.muster.control.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Role;
import dev.muster.control.access.Scope;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.Digest;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The chain while it grows, and what a verification names after somebody changed the database by hand. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@SuppressWarnings("NullAway.Init")
class AuditChainIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    AuditTrail trail;

    @Inject
    SealService sealing;

    @Inject
    CheckpointService checkpoints;

    @Inject
    TenantTransactions transactions;

    @Test
    void everyRowGetsItsPlaceAndTheChainIsSound() {
        TenantId tenant = new TenantId("chain-sound");
        trail.begin(tenant, 5);
        assertThat(trail.seals(tenant)).extracting(Seal::position).containsExactly(1L, 2L, 3L, 4L, 5L);

        AuditTrail.Verified verified = trail.verify(tenant);

        assertThat(verified.named()).isEmpty();
        assertThat(verified.result().sound()).isTrue();
        assertThat(verified.result().position()).isEqualTo(5);
        // That it was verified is a row that gets a seal like any other.
        trail.awaitSealed(tenant);
        assertThat(trail.verify(tenant).result().position()).isEqualTo(6);
    }

    @Test
    void anAlteredRowIsNamed() throws Exception {
        TenantId tenant = new TenantId("chain-altered");
        trail.begin(tenant, 5);
        long row = trail.seals(tenant).get(2).row();

        trail.tamper(tenant, "update audit set detail = '{\"number\": 4}' where id = " + row);

        assertThat(trail.verify(tenant).named()).containsExactly("altered 3 " + row);
    }

    @Test
    void aRowMadeUnreadableIsNamedAsAltered() throws Exception {
        TenantId tenant = new TenantId("chain-unreadable");
        trail.begin(tenant, 3);
        long row = trail.seals(tenant).get(1).row();

        trail.tamper(tenant, "update audit set detail = '[1]' where id = " + row);

        assertThat(trail.verify(tenant).named()).containsExactly("altered 2 " + row);
    }

    @Test
    void aRemovedRowIsNamedAndSoIsOneWhoseSealIsGoneToo() throws Exception {
        TenantId tenant = new TenantId("chain-removed");
        trail.begin(tenant, 6);
        List<Seal> before = trail.seals(tenant);

        trail.tamper(
                tenant,
                "delete from audit where id in (" + before.get(1).row() + ", "
                        + before.get(3).row() + ")",
                "delete from audit_seal where position = 4");

        assertThat(trail.verify(tenant).named())
                .containsExactly("removed 2 " + before.get(1).row(), "removed 4 0");
    }

    @Test
    void rowsWhosePlacesWereSwappedAreNamedWithThePlacesTheyHad() throws Exception {
        TenantId tenant = new TenantId("chain-swapped");
        trail.begin(tenant, 6);
        List<Seal> before = trail.seals(tenant);

        trail.tamper(
                tenant,
                "update audit_seal set position = 1000 where position = 2",
                "update audit_seal set position = 2 where position = 5",
                "update audit_seal set position = 5 where position = 1000");

        AuditTrail.Verified verified = trail.verify(tenant);
        assertThat(verified.named())
                .containsExactly(
                        "reordered 2 " + before.get(4).row(),
                        "reordered 5 " + before.get(1).row());
        assertThat(verified.texts().getFirst()).contains("stands at position 2, it was sealed at position 5");
    }

    @Test
    void aRowPutInBetweenIsNamed() throws Exception {
        TenantId tenant = new TenantId("chain-inserted");
        trail.begin(tenant, 4);
        Seal second = trail.seals(tenant).get(1);
        Digest forged = Digest.of(new byte[32]);

        trail.tamper(
                tenant,
                "update audit_seal set position = position + 1000 where position > 2",
                "update audit_seal set position = position - 999 where position > 1000",
                "insert into audit (id, at, actor, actor_name, verb, object, detail, outcome) overriding system value"
                        + " values (-7, now(), 'x', 'x', 'forged', 'x', '{}', 'done')",
                "delete from audit_unsealed where audit_id = -7",
                "insert into audit_seal (position, audit_id, sealed_at, row_hash, previous_hash, hash) values (3, -7, now(),"
                        + " decode('" + forged.hex() + "', 'hex'), decode('"
                        + second.hash().hex() + "', 'hex'), decode('"
                        + forged.hex() + "', 'hex'))");

        assertThat(trail.verify(tenant).named())
                .contains("altered 3 -7")
                .anyMatch(named -> named.startsWith("reordered 4 "))
                .anyMatch(named -> named.startsWith("reordered 5 "));
    }

    @Test
    void aRowWrittenByHandWithATimeOfThePastIsSealedAndNamedAsBackdated() throws Exception {
        TenantId tenant = new TenantId("chain-backdated");
        trail.begin(tenant, 3);

        trail.tamper(
                tenant,
                "insert into audit (id, at, actor, actor_name, verb, object, detail, outcome) overriding system value"
                        + " values (-1, now() - interval '1 day', 'x', 'x', 'forged', 'x', '{}', 'done')");
        trail.awaitSealed(tenant);

        assertThat(trail.verify(tenant).named()).containsExactly("backdated 4 -1");
    }

    @Test
    void anUnsealedRowIsNamedOnceItIsOldAndOneThatWentUnsealedToo() throws Exception {
        TenantId tenant = new TenantId("chain-unsealed");
        trail.begin(tenant, 3);

        trail.tamper(
                tenant,
                "alter table audit disable trigger audit_waits",
                "insert into audit (id, at, actor, actor_name, verb, object, detail, outcome) overriding system value"
                        + " values (-1, now() - interval '1 hour', 'x', 'x', 'v', 'o', '{}', 'done'),"
                        + " (-2, now(), 'x', 'x', 'v', 'o', '{}', 'done')",
                "alter table audit enable trigger audit_waits",
                "insert into audit_unsealed (audit_id) values (-3)");

        AuditTrail.Verified verified = trail.verify(tenant);
        assertThat(verified.named()).containsExactlyInAnyOrder("unsealed 0 -1", "removed 0 -3");
        assertThat(verified.result().pending()).isEqualTo(1);
    }

    @Test
    void theEndOfAChainCannotBeCutOffUnseenByWhoKeptACheckpoint() throws Exception {
        TenantId tenant = new TenantId("chain-cut");
        trail.begin(tenant, 6);
        Checkpoint kept = checkpoints.issue(admin(tenant)).checkpoint();
        trail.awaitSealed(tenant);
        assertThat(trail.verify(tenant, kept).result().sound()).isTrue();
        trail.awaitSealed(tenant);

        trail.tamper(
                tenant,
                "delete from audit where id in (select audit_id from audit_seal where position > 4)",
                "delete from audit_seal where position > 4");

        // The server's own checkpoint tells it, and so does the one that somebody kept.
        AuditTrail.Verified verified = trail.verify(tenant, kept);
        assertThat(verified.texts()).anyMatch(text -> text.startsWith("the chain ends at position 4"));
        assertThat(verified.named()).contains("removed 6 0");
        // And nobody gets a checkpoint of what is left, which would be the proof that it was never more.
        assertThatThrownBy(() -> checkpoints.issue(admin(tenant)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("no longer contains");
        assertThat(checkpoints.keep(tenant)).isFalse();
        // It grows again, over other rows: what was there is still missed.
        LongStream.range(0, 6).forEach(number -> trail.write(tenant, "test.again", number));
        trail.awaitSealed(tenant);
        assertThat(trail.verify(tenant, kept).named()).anyMatch(named -> named.startsWith("rewritten 6 "));
    }

    @Test
    void whatCommitsLateIsSealedLaterInTheChain() throws Exception {
        TenantId tenant = new TenantId("chain-late");
        trail.begin(tenant, 2);
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Long> late = other.submit(() -> transactions.in(tenant, handle -> {
                long id = trail.write(handle, tenant, "test.late", 0);
                written.countDown();
                try {
                    commit.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return id;
            }));
            written.await();
            long early = trail.write(tenant, "test.early", 0);
            trail.awaitSealed(tenant);
            assertThat(trail.seals(tenant)).extracting(Seal::row).contains(early);

            commit.countDown();
            long first = late.get();
            trail.awaitSealed(tenant);

            assertThat(first).isLessThan(early);
            assertThat(trail.seals(tenant).subList(2, 4)).extracting(Seal::row).containsExactly(early, first);
            assertThat(trail.verify(tenant).named()).isEmpty();
        }
    }

    @Test
    void sealersAtTheSameTimeMakeOneChain() throws Exception {
        TenantId tenant = new TenantId("chain-many");
        trail.begin(tenant, 1);
        CountDownLatch written = new CountDownLatch(4);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                all.add(threads.submit(() -> {
                    LongStream.range(0, 50).forEach(number -> trail.write(tenant, "test.many", number));
                    written.countDown();
                }));
                // As two more instances would, beside the sealer that runs anyway.
                all.add(threads.submit(() -> {
                    while (written.getCount() > 0) {
                        sealing.seal(tenant);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        trail.awaitSealed(tenant);

        assertThat(trail.seals(tenant)).hasSize(201);
        assertThat(trail.seals(tenant).stream().map(Seal::row).distinct()).hasSize(201);
        assertThat(trail.verify(tenant).named()).isEmpty();
    }

    @Test
    void aSealThatDoesNotFollowTheLastOneIsRefusedByTheDatabase() {
        TenantId tenant = new TenantId("chain-follows");
        trail.begin(tenant, 2);
        Seal last = trail.seals(tenant).getLast();

        for (String values : List.of(
                "(2, -1, now(), hash, hash, hash)",
                "(4, -1, now(), hash, hash, hash)",
                "(3, -1, now(), hash, row_hash, hash)",
                "(3, " + last.row() + ", now(), hash, hash, hash)")) {
            assertThatThrownBy(() -> transactions.run(
                            tenant,
                            handle -> handle.execute("insert into audit_seal (position, audit_id, sealed_at, row_hash,"
                                    + " previous_hash, hash) select "
                                    + values.substring(1, values.length() - 1)
                                    + " from audit_seal where position = 2")))
                    .as(values)
                    .isNotNull();
        }
        assertThat(trail.verify(tenant).named()).isEmpty();
    }

    @Test
    void theServerKeepsACheckpointOfItsOwnWhileTheChainGrows() {
        TenantId tenant = new TenantId("chain-kept");
        trail.begin(tenant, 3);

        assertThat(checkpoints.keep(tenant)).isTrue();
        assertThat(checkpoints.keep(tenant)).isFalse();
        trail.write(tenant, "test.more", 1);
        trail.awaitSealed(tenant);
        assertThat(checkpoints.keep(tenant)).isTrue();

        AuditTrail.Verified verified = trail.verify(tenant);
        assertThat(verified.named()).isEmpty();
        assertThat(verified.result().checkpoints()).isEqualTo(2);
    }

    @Test
    void aLongChainIsWalkedInPages() {
        TenantId tenant = new TenantId("chain-long");
        trail.begin(tenant, 0);
        transactions.run(
                tenant,
                handle -> handle.execute(
                        "insert into audit (at, actor, actor_name, verb, object, detail, outcome) select now(), 'a', 'n', 'v',"
                                + " 'o/' || i, jsonb_build_object('i', i), 'done' from generate_series(1, 2500) i"));
        await().atMost(SOON).until(() -> trail.seals(tenant).size() == 2500);

        AuditTrail.Verified verified = trail.verify(tenant);

        assertThat(verified.named()).isEmpty();
        assertThat(verified.result().checked()).isEqualTo(2500);
    }

    private static Access admin(TenantId tenant) {
        return new Access(new Caller.Server(tenant, "test"), Role.ADMIN, Scope.wholeTenant(tenant));
    }
}
