package dev.muster.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The worker that verifies every trail once a day. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(TurnedClock.Profile.class)
class ChainKeeperIT {
    private static final TenantId TENANT = new TenantId("chain-keeper");

    @Inject
    ChainKeeper keeper;

    @Inject
    AuditTrail trail;

    @Inject
    AuditStore audit;

    @Inject
    TenantTransactions transactions;

    @Inject
    TurnedClock clock;

    @Test
    void verifiesOnceADayAndSaysInTheTrailWhatItFound() throws Exception {
        trail.begin(TENANT, 4);
        keeper.look();
        AuditEntry sound = newest().orElseThrow();
        assertThat(sound.outcome()).isEqualTo("done");
        trail.awaitSealed(TENANT);
        long row = trail.seals(TENANT).get(1).row();
        trail.tamper(TENANT, "update audit set verb = 'test.other' where id = " + row);

        clock.turn(Duration.ofHours(1));
        keeper.look();
        assertThat(newest().orElseThrow().id())
                .as("within the day it looks no second time")
                .isEqualTo(sound.id());

        clock.turn(Duration.ofHours(24));
        keeper.look();
        AuditEntry broken = newest().orElseThrow();
        assertThat(broken.outcome()).isEqualTo("failed");
        assertThat(broken.actor()).isEqualTo("muster#audit");
        assertThat(String.valueOf(broken.detail())).contains("row " + row);
    }

    private Optional<AuditEntry> newest() {
        return transactions.in(TENANT, handle -> audit.newest(handle, ChainService.VERIFY, AuditStore.TRAIL));
    }
}
