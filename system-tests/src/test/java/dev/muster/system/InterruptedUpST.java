package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} is killed again and again before it is done; each next one clears up and goes on, the last one succeeds. */
class InterruptedUpST {
    @TempDir
    Path folder;

    @Test
    void aStartThatWasKilledAtAnyMomentIsFinishedByTheNextOne() {
        try (Product product = new Product(folder.resolve("data"), Product.freePortBase())) {
            // While programs are unpacked, the database is made, Keycloak starts, the story is told.
            // Keycloak's
            // build that a full disk interrupts is in FullDiskST; here it would take a minute each time.
            product.upKilledAfter("muster: starting in", "--devices", "3");
            product.sharePrograms();
            assertThat(product.upInterruptedAfter("PostgreSQL     ready", "--devices", "3")
                            .out())
                    .contains("muster: stopping")
                    .contains("muster: stopped");
            assertThat(product.processes()).as("after Ctrl-C").isEmpty();
            product.upKilledAfter("PostgreSQL     ready", "--devices", "3");
            assertThat(product.upKilledAfter("policy published", "--devices", "3"))
                    .contains("PostgreSQL of an earlier run");

            String printed = product.up("--devices", "3").mustSucceed();
            assertThat(printed).contains("agents of an earlier run");
            product.login(printed);

            assertThat(product.status().mustSucceed()).endsWith("3 of 3 agents connected\n");
            assertThat(product.items("devices", "list"))
                    .as("an answer that was lost on the way enrols nobody twice")
                    .hasSize(3);
            assertThat(product.items("rollout", "list"))
                    .as("the story is told once")
                    .extracting(rollout -> rollout.get("name"), rollout -> rollout.get("state"))
                    .contains(org.assertj.core.groups.Tuple.tuple("example 2.0.0", "completed"))
                    .filteredOn(row -> row.toList().contains("example 2.0.0"))
                    .hasSize(1);
            assertThat(product.down().exit()).isZero();
            assertThat(product.processes()).isEmpty();
        }
    }
}
