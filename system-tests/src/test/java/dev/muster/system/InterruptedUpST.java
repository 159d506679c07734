package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} is killed again and again before it is done; each next one clears up and goes on, the last one succeeds. */
class InterruptedUpST {
    @TempDir
    Path folder;

    @Test
    void aStartThatWasKilledOrInterruptedIsFinishedByTheNextOne() {
        try (Product product = new Product(folder.resolve("data"), Product.freePortBase())) {
            interruptEarly(product);

            String printed = product.up("--devices", "3").mustSucceed();

            assertThat(printed).contains("PostgreSQL of an earlier run");
            isWhole(product, printed);
        }
    }

    /** Every further moment is another minute: a long run asks for it. */
    @Test
    @EnabledIfSystemProperty(named = "muster.long", matches = "true")
    void aStartThatWasKilledAtAnyMomentIsFinishedByTheNextOne() {
        try (Product product = new Product(folder.resolve("data"), Product.freePortBase())) {
            interruptEarly(product);
            // While tables are made, devices enrol, the story is told.
            product.upKilledAfter("control plane  ready", "--devices", "3");
            assertThat(product.upKilledAfter("agents         ready", "--devices", "3"))
                    .contains("control plane of an earlier run");
            assertThat(product.upKilledAfter("policy published", "--devices", "3"))
                    .contains("agents of an earlier run");

            isWhole(product, product.up("--devices", "3").mustSucceed());
        }
    }

    /** While programs are unpacked, the database is made, Keycloak starts. Keycloak's build that ends half-way is in FullDiskST. */
    private static void interruptEarly(Product product) {
        product.upKilledAfter("muster: starting in", "--devices", "3");
        product.sharePrograms();
        assertThat(product.upInterruptedAfter("PostgreSQL     ready", "--devices", "3")
                        .out())
                .contains("muster: stopping")
                .contains("muster: stopped");
        assertThat(product.processes()).as("after Ctrl-C").isEmpty();
        product.upKilledAfter("PostgreSQL     ready", "--devices", "3");
    }

    private static void isWhole(Product product, String printed) {
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
