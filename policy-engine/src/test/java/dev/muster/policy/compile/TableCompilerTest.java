package dev.muster.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.Fixtures;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableCompilerTest {
    private final BundleCompiler compiler = new BundleCompiler(Fixtures.catalog());

    @Test
    void saysWhatTheBundleSays() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy =
                    seed % 3 == 0 ? Fixtures.randomPolicy(random) : Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            Bundle bundle = compiler.inMemory(policy, device);

            Bundle table = TableCompiler.compile(
                    Fixtures.catalog(), policy, device.attributes(), Inventory.of(Fixtures.catalog(), device.apps()));

            Situation situation = Fixtures.randomSituation(random);
            for (AppInstance app : device.apps()) {
                for (String permission : Fixtures.permissions()) {
                    for (LeaseState lease : LeaseState.values()) {
                        assertThat(ask(table, app, permission, lease, situation))
                                .as("seed %d %s %s %s", seed, app.key(), permission, lease)
                                .isEqualTo(ask(bundle, app, permission, lease, situation));
                    }
                }
            }
        }
    }

    @Test
    void findsTheSameDifferencesAsBundlesDo() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            PolicySnapshot before = Fixtures.randomConditionalPolicy(random);
            PolicySnapshot after = Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            Inventory inventory = Inventory.of(Fixtures.catalog(), device.apps());
            Set<List<Integer>> expected = new HashSet<>();
            Difference.visit(
                    compiler.inMemory(before, device),
                    compiler.inMemory(after, device),
                    (row, column, was, is) -> expected.add(List.of(row, column)));

            Set<List<Integer>> found = new HashSet<>();
            Difference.visit(
                    TableCompiler.compile(Fixtures.catalog(), before, device.attributes(), inventory),
                    TableCompiler.compile(Fixtures.catalog(), after, device.attributes(), inventory),
                    (row, column, was, is) -> found.add(List.of(row, column)));

            assertThat(found).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /** A table beside a bundle, and tables of inventories that were made apart. */
    @Test
    void findsTheSameDifferencesWhateverTheLayout() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            PolicySnapshot before = Fixtures.randomConditionalPolicy(random);
            PolicySnapshot after = random.nextBoolean() ? before : Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            Bundle was = compiler.inMemory(before, device);
            Bundle is = compiler.inMemory(after, device);
            Set<List<Integer>> expected = differences(was, is);

            assertThat(differences(was, table(after, device)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(differences(table(before, device), is))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(differences(table(before, device), table(after, device)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    /** A device asks for facts of its own policy only, and so does a table. */
    @Test
    void asksForTheFactsThatTheBundleAsksFor() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy = Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);

            assertThat(table(policy, device).facts())
                    .as("seed %d", seed)
                    .isEqualTo(compiler.inMemory(policy, device).facts());
        }
    }

    private static Set<List<Integer>> differences(Bundle before, Bundle after) {
        Set<List<Integer>> found = new HashSet<>();
        Difference.visit(before, after, (row, column, was, is) -> found.add(List.of(row, column)));
        return found;
    }

    private static Bundle table(PolicySnapshot policy, DeviceProfile device) {
        return TableCompiler.compile(
                Fixtures.catalog(), policy, device.attributes(), Inventory.of(Fixtures.catalog(), device.apps()));
    }

    private static String ask(
            Bundle bundle, AppInstance app, String permission, LeaseState lease, Situation situation) {
        long decision =
                bundle.verify(bundle.row(app.key()), bundle.permission(permission), lease, bundle.context(situation));
        return bundle.describe(decision).text(app.key().toString(), permission);
    }
}
