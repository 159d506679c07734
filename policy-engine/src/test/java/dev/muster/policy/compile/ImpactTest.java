package dev.muster.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.Fixtures;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.compile.Impact.Profile;
import dev.muster.policy.compile.Impact.Side;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Zone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ImpactTest {
    private final Impact impact = new Impact(Fixtures.catalog());
    private final BundleCompiler compiler = new BundleCompiler(Fixtures.catalog());

    @Test
    void namesExactlyTheDecisionsThatChange() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            PolicySnapshot before = Fixtures.randomPolicy(random);
            PolicySnapshot after = Fixtures.randomPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            NaiveEvaluator naive = new NaiveEvaluator(Fixtures.catalog());
            Set<String> expected = new TreeSet<>();
            for (AppInstance app : device.apps()) {
                for (String permission : app.requested()) {
                    String was = reason(naive.answer(before, device, app.key(), permission, false));
                    String is = reason(naive.answer(after, device, app.key(), permission, false));
                    if (!was.equals(is)) {
                        expected.add(app.key() + " " + permission + " " + was + " -> " + is);
                    }
                }
            }

            Set<String> found = new TreeSet<>();
            impact.between(
                    before,
                    after,
                    List.of(new Profile(device, 1)),
                    change -> found.add(change.app() + " " + change.permission() + " "
                            + change.before().reason().code() + " -> "
                            + change.after().reason().code()));

            assertThat(found).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /** Whatever a moment shows to be different is named; what is not named is alike at every moment tried. */
    @Test
    void missesNoChangeUnderConditions() {
        int changed = 0;
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            PolicySnapshot before = Fixtures.randomConditionalPolicy(random);
            PolicySnapshot after = random.nextBoolean() ? Fixtures.randomConditionalPolicy(random) : tightened(before);
            DeviceProfile device = Fixtures.randomDevice(random);
            Bundle was = compiler.inMemory(before, device);
            Bundle is = compiler.inMemory(after, device);
            Set<String> named = new HashSet<>();
            impact.between(
                    before,
                    after,
                    List.of(new Profile(device, 1)),
                    change -> named.add(change.app() + " " + change.permission()));
            for (int moment = 0; moment < 10; moment++) {
                Situation situation = Fixtures.randomSituation(random);
                for (AppInstance app : device.apps()) {
                    for (String permission : app.requested()) {
                        if (reason(was, app, permission, situation) != reason(is, app, permission, situation)) {
                            changed++;
                            assertThat(named).as("seed %d", seed).contains(app.key() + " " + permission);
                        }
                    }
                }
            }
        }
        assertThat(changed).isPositive();
    }

    @Test
    void findsNoChangeBetweenEqualPolicies() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy = Fixtures.randomConditionalPolicy(random);
            Profile profile = new Profile(Fixtures.randomDevice(random), 3);

            assertThat(impact.between(policy, policy.withVersion(policy.version() + 1), List.of(profile)))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @Test
    void addsUpDevicesOverProfiles() {
        DeviceProfile crusher = Fixtures.mineDevice();
        DeviceProfile other = DeviceProfile.of(
                dev.muster.policy.model.DeviceAttributes.NONE,
                List.of(crusher.app(Fixtures.DRILL).orElseThrow()));
        List<PolicyDocument> documents = new ArrayList<>(documents(Fixtures.minePolicy()));
        documents.add(GuardRail.denying("no-cameras", Set.of(Fixtures.CAMERA)));

        List<Impact.Summary> changes = impact.between(
                Fixtures.minePolicy(),
                PolicySnapshot.of(8, documents),
                List.of(new Profile(crusher, 5), new Profile(other, 7)));

        Side granted = new Side(true, Reason.ROLE, Optional.empty());
        Side unbound = new Side(false, Reason.UNBOUND, Optional.empty());
        Side denied = new Side(false, Reason.GUARD_RAIL, Optional.empty());
        assertThat(changes)
                .containsExactlyInAnyOrder(
                        new Impact.Summary("com.example.drill", Fixtures.CAMERA, granted, denied, 5),
                        new Impact.Summary("com.example.drill", Fixtures.CAMERA, unbound, denied, 7),
                        new Impact.Summary("com.example.lamp", Fixtures.CAMERA, unbound, denied, 5));
    }

    @Test
    void seesAConditionThatChangesAndAZoneThatMoves() {
        PolicySnapshot before = railWhile(new Condition.Fact(FactKind.ZONE, "pit"), "gate-1");
        PolicySnapshot other = railWhile(new Condition.Fact(FactKind.STATE, "moving"), "gate-1");
        PolicySnapshot moved = railWhile(new Condition.Fact(FactKind.ZONE, "pit"), "gate-2");
        List<Profile> profiles = List.of(new Profile(Fixtures.mineDevice(), 1));

        assertThat(impact.between(before, other, profiles))
                .extracting(Impact.Summary::before, Impact.Summary::after)
                .contains(org.assertj.core.groups.Tuple.tuple(
                        new Side(true, Reason.ROLE, Optional.of("limited by a guard rail while: with zone `pit`")),
                        new Side(
                                true, Reason.ROLE, Optional.of("limited by a guard rail while: with state `moving`"))));
        assertThat(impact.between(before, moved, profiles)).hasSize(2);
        assertThat(impact.between(before, before, profiles)).isEmpty();
    }

    private static PolicySnapshot railWhile(Condition when, String gate) {
        List<PolicyDocument> documents = new ArrayList<>(documents(Fixtures.minePolicy()));
        documents.add(new Zone("pit", "", Optional.empty(), new TreeSet<>(Set.of(gate))));
        GuardRail rail = GuardRail.denying("no-cameras", Set.of(Fixtures.CAMERA));
        documents.add(new GuardRail(
                rail.name(),
                "",
                rail.deny(),
                rail.ceiling(),
                rail.denyAfterLease(),
                rail.apps(),
                rail.devices(),
                rail.users(),
                when));
        return PolicySnapshot.of(8, documents);
    }

    private static PolicySnapshot tightened(PolicySnapshot policy) {
        List<PolicyDocument> documents = new ArrayList<>(documents(policy));
        documents.add(GuardRail.denying("a-new-one", Set.of(Fixtures.CAMERA)));
        return PolicySnapshot.of(policy.version(), documents);
    }

    private static List<PolicyDocument> documents(PolicySnapshot policy) {
        List<PolicyDocument> documents = new ArrayList<>(policy.roles());
        documents.addAll(policy.bindings());
        documents.addAll(policy.guardRails());
        documents.addAll(policy.capabilities());
        documents.addAll(policy.zones());
        documents.addAll(policy.shifts());
        return documents;
    }

    private static String reason(String answer) {
        return answer.split(" ")[0];
    }

    private static Reason reason(Bundle bundle, AppInstance app, String permission, Situation situation) {
        return Decision.reason(bundle.verify(
                bundle.row(app.key()), bundle.permission(permission), LeaseState.HOLDS, bundle.context(situation)));
    }
}
