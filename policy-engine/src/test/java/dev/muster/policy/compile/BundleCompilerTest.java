package dev.muster.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.muster.policy.Fixtures;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleTooLarge;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.explain.Explain;
import dev.muster.policy.explain.Explanation;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BundleCompilerTest {
    private final BundleCompiler compiler = new BundleCompiler(Fixtures.catalog());
    private final NaiveEvaluator naive = new NaiveEvaluator(Fixtures.catalog());

    @Test
    void answersAsObviousCodeDoesOnRandomPoliciesAndDevices() {
        Explain explain = new Explain(Fixtures.catalog());
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy = Fixtures.randomPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            Bundle bundle = open(policy, device);

            for (AppKey app : everyApp()) {
                for (String permission : Fixtures.permissions()) {
                    String asked = "seed " + seed + " " + app + " " + permission;
                    String expected = naive.answer(policy, device, app, permission, false);
                    assertThat(answer(bundle, app, permission, LeaseState.HOLDS))
                            .as(asked)
                            .isEqualTo(expected);
                    assertThat(answer(bundle, app, permission, LeaseState.ENDED_KEPT))
                            .as(asked)
                            .isEqualTo(expected);
                    assertThat(answer(bundle, app, permission, LeaseState.ENDED_GUARDRAILS))
                            .as(asked)
                            .isEqualTo(naive.answer(policy, device, app, permission, true));
                    assertThat(answer(bundle, app, permission, LeaseState.ENDED_DENIED))
                            .as(asked)
                            .isEqualTo(expected.startsWith("role ") ? "lease-ended" : expected);
                    Explanation explanation = explain.explain(policy, device, app, permission, PlatformTraits.LINUX);
                    assertThat(words(
                                    explanation.reason(),
                                    explanation.rules().stream().findFirst()))
                            .as(asked)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void answersAsObviousCodeDoesUnderConditions() {
        Explain explain = new Explain(Fixtures.catalog());
        Map<Reason, Integer> seen = new EnumMap<>(Reason.class);
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy = Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            Bundle bundle = open(policy, device);
            for (int moment = 0; moment < 3; moment++) {
                Situation situation = Fixtures.randomSituation(random);
                DecisionContext context = bundle.context(situation);

                for (AppKey app : everyApp()) {
                    for (String permission : Fixtures.permissions()) {
                        String asked = "seed " + seed + " " + app + " " + permission + " " + situation;
                        String expected = naive.answer(policy, device, app, permission, false, situation);
                        assertThat(answer(bundle, app, permission, LeaseState.HOLDS, context))
                                .as(asked)
                                .isEqualTo(expected);
                        assertThat(answer(bundle, app, permission, LeaseState.ENDED_GUARDRAILS, context))
                                .as(asked)
                                .isEqualTo(naive.answer(policy, device, app, permission, true, situation));
                        Explanation explanation =
                                explain.explain(policy, device, app, permission, situation, PlatformTraits.LINUX);
                        assertThat(words(
                                        explanation.reason(),
                                        explanation.rules().stream().findFirst()))
                                .as(asked)
                                .isEqualTo(expected);
                        long decision = bundle.verify(
                                bundle.row(app), bundle.permission(permission), LeaseState.HOLDS, context);
                        assertThat(bundle.describe(decision).text(app.toString(), permission))
                                .as(asked)
                                .isEqualTo(explanation.text());
                        seen.merge(explanation.reason(), 1, Integer::sum);
                    }
                }
            }
            for (AppKey app : everyApp()) {
                for (String permission : Fixtures.permissions()) {
                    assertThat(answer(bundle, app, permission, LeaseState.HOLDS))
                            .as("seed " + seed + " " + app + " " + permission)
                            .isEqualTo(naive.answer(policy, device, app, permission, false));
                }
            }
        }
        assertThat(seen)
                .containsKeys(
                        Reason.ROLE,
                        Reason.CAPABILITY,
                        Reason.CONDITION,
                        Reason.GUARD_RAIL,
                        Reason.CEILING,
                        Reason.UNBOUND,
                        Reason.NOT_IN_ROLE);
    }

    /** A policy can only take away when a guard rail is added, whatever the rest says. */
    @Test
    void neverGrantsMoreWithOneMoreGuardRail() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy = Fixtures.randomPolicy(random);
            PolicySnapshot other = Fixtures.randomPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            List<PolicyDocument> documents = new ArrayList<>();
            documents.addAll(policy.roles());
            documents.addAll(policy.bindings());
            documents.addAll(policy.guardRails());
            other.guardRails().stream()
                    .filter(rail -> policy.guardRails().stream()
                            .noneMatch(one -> one.name().equals(rail.name())))
                    .forEach(documents::add);
            Bundle before = open(policy, device);
            Bundle after = open(PolicySnapshot.of(policy.version(), documents), device);

            for (AppKey app : everyApp()) {
                for (String permission : Fixtures.permissions()) {
                    if (!granted(before, app, permission)) {
                        assertThat(granted(after, app, permission))
                                .as("seed " + seed)
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void makesEqualBytesForEqualProfilesWhateverTheirOrder() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy =
                    seed % 2 == 0 ? Fixtures.randomPolicy(random) : Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            List<AppInstance> shuffled = new ArrayList<>(device.apps());
            Collections.shuffle(shuffled, random);
            DeviceProfile same = DeviceProfile.of(device.attributes(), shuffled);

            assertThat(same.digest()).isEqualTo(device.digest());
            assertThat(compiler.compile(policy, same)).isEqualTo(compiler.compile(policy, device));
        }
    }

    @Test
    void makesEqualBytesForDevicesThatDifferInNothingThePolicySees() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy =
                    seed % 2 == 0 ? Fixtures.randomPolicy(random) : Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);

            DeviceProfile relevant = policy.relevant(device);

            assertThat(compiler.compile(policy, relevant)).isEqualTo(compiler.compile(policy, device));
            assertThat(policy.relevant(relevant)).isEqualTo(relevant);
        }
        DeviceProfile north = DeviceProfile.of(
                DeviceAttributes.of("north", Set.of("crusher", "old"), "rk3568", Set.of("a"), "", Set.of()), List.of());
        DeviceProfile south = DeviceProfile.of(
                DeviceAttributes.of("south", Set.of("crusher"), "hi3516", Set.of(), "", Set.of()), List.of());
        assertThat(Fixtures.minePolicy().relevant(north).digest())
                .isEqualTo(Fixtures.minePolicy().relevant(south).digest());
        assertThat(north.digest()).isNotEqualTo(south.digest());
    }

    @Test
    void keepsABundleOfTwoHundredAppsBelowThirtyTwoKibibytes() {
        Random random = new Random(42);
        List<String> names = PermissionCatalog.builtIn().definitions().stream()
                .map(PermissionDefinition::name)
                .limit(1000)
                .toList();
        List<PolicyDocument> documents = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            documents.add(Role.of("role-" + i, pick(random, names, 50)));
            documents.add(Binding.of(
                    "binding-" + i,
                    List.of("role-" + i),
                    AppSelector.of(Set.of(), Set.of(), Set.of("r" + i)),
                    DeviceSelector.EVERYWHERE));
        }
        List<String> labels = IntStream.range(0, 100).mapToObj(i -> "r" + i).toList();
        List<AppInstance> apps = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            apps.add(AppInstance.of(
                    AppKey.of("com.example.app" + i),
                    Apl.SYSTEM_CORE,
                    pick(random, names, 20),
                    Set.of(),
                    "",
                    pick(random, labels, 2)));
        }

        byte[] bytes = compiler.compile(PolicySnapshot.of(1, documents), DeviceProfile.of(DeviceAttributes.NONE, apps));

        assertThat(bytes.length).isLessThanOrEqualTo(32 << 10);
    }

    /** Three of four permissions under a condition of their own, two roles an app: what is long is written compactly. */
    @Test
    void writesVersion3WhereVersion2WouldBeLong() {
        Random random = new Random(9);
        List<String> names = PermissionCatalog.builtIn().definitions().stream()
                .map(PermissionDefinition::name)
                .limit(1000)
                .toList();
        List<PolicyDocument> documents = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<Role.Conditional> conditional = pick(random, names, 50).stream()
                    .map(name -> new Role.Conditional(new TreeSet<>(Set.of(name)), conditionOf(names.indexOf(name))))
                    .toList();
            documents.add(new Role("role-" + i, "", new TreeSet<>(), conditional));
            documents.add(Binding.of(
                    "role-" + i,
                    List.of("role-" + i),
                    AppSelector.of(Set.of(), Set.of(), Set.of("r" + i)),
                    DeviceSelector.EVERYWHERE));
        }
        PolicySnapshot policy = PolicySnapshot.of(1, documents);
        List<AppInstance> apps = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            List<Role> roles = List.of(
                    policy.roles().get(random.nextInt(100)), policy.roles().get(random.nextInt(100)));
            Set<String> requested = new TreeSet<>();
            roles.forEach(role -> requested.addAll(pick(
                    random,
                    role.conditional().stream()
                            .map(one -> one.permissions().first())
                            .toList(),
                    10)));
            apps.add(AppInstance.of(
                    AppKey.of("com.example.app" + i),
                    Apl.SYSTEM_CORE,
                    requested,
                    Set.of(),
                    "",
                    roles.stream()
                            .map(role -> role.name().replace("role-", "r"))
                            .toList()));
        }
        DeviceProfile device = DeviceProfile.of(DeviceAttributes.NONE, apps);

        byte[] bytes = compiler.compile(policy, device);

        assertThat(bytes[8]).isEqualTo((byte) 3);
        assertThat(bytes.length).isLessThanOrEqualTo(32 << 10);
        Bundle bundle = Bundle.open(ByteBuffer.wrap(bytes));
        Bundle inMemory = compiler.inMemory(policy, device);
        for (int row = 0; row < 200; row++) {
            assertThat(bundle.requested(row)).isEqualTo(inMemory.requested(row));
            for (Bundle.Requested one : bundle.requested(row)) {
                assertThat(bundle.describe(one.decision())).isEqualTo(inMemory.describe(one.decision()));
            }
        }
    }

    private static Condition conditionOf(int number) {
        Condition window = new Condition.Minutes(number, number + 300);
        Condition group = new Condition.Fact(FactKind.GROUP, "crew-" + number % 16);
        return switch (number & 3) {
            case 0 -> Condition.ALWAYS;
            case 1 -> window;
            case 2 -> group;
            default -> new Condition.All(List.of(group, window));
        };
    }

    @Test
    void saysWhatIsTooManyForABundle() {
        PolicySnapshot facts = giving(IntStream.range(0, 65)
                .mapToObj(i -> (Condition) new Condition.Fact(FactKind.GROUP, "crew-" + i))
                .toList());
        assertThatExceptionOfType(BundleTooLarge.class)
                .isThrownBy(() -> compiler.compile(facts, Fixtures.mineDevice()))
                .withMessage(
                        "bundle: at most 64 different zones, shifts, groups, states and networks expected, found 65")
                .satisfies(found -> {
                    assertThat(found.most()).isEqualTo(64);
                    assertThat(found.found()).isEqualTo(65);
                });
        // Where no app asks for what the conditions are about, the same policy fits.
        assertThatNoException()
                .isThrownBy(() -> compiler.compile(facts, DeviceProfile.of(DeviceAttributes.NONE, List.of())));

        PolicySnapshot rules = giving(IntStream.range(0, 130)
                .mapToObj(i -> (Condition) new Condition.Minutes(5 * i, 5 * i + 3))
                .toList());
        assertThatExceptionOfType(BundleTooLarge.class)
                .isThrownBy(() -> compiler.compile(rules, Fixtures.mineDevice()))
                .withMessage("bundle: at most 120 conditional rules for one permission of one app expected, found 131");
    }

    /** A binding for each condition, all of the same permission. */
    private static PolicySnapshot giving(List<Condition> conditions) {
        List<PolicyDocument> documents = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            documents.add(new Role(
                    "role-" + i,
                    "",
                    new TreeSet<>(),
                    List.of(new Role.Conditional(new TreeSet<>(Set.of(Fixtures.CAMERA)), conditions.get(i)))));
            documents.add(Binding.of("binding-" + i, List.of("role-" + i), AppSelector.ALL, DeviceSelector.EVERYWHERE));
        }
        return PolicySnapshot.of(1, documents);
    }

    /** Half of what apps request depends on the moment, names are as long as in the field, and it still fits. */
    @Test
    void keepsAConditionalBundleOfTwoHundredAppsBelowThirtyTwoKibibytes() {
        Random random = new Random(7);
        List<String> names = PermissionCatalog.builtIn().definitions().stream()
                .map(PermissionDefinition::name)
                .limit(PermissionCatalog.BASE_SIZE)
                .toList();
        List<Condition> conditions = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            Condition zone =
                    new Condition.Fact(FactKind.ZONE, List.of("pit", "yard").get(i % 2));
            Condition group = new Condition.Fact(FactKind.GROUP, "maintenance-crew-" + i % 8);
            Condition window = new Condition.Minutes(i * 30, i * 30 + 480);
            conditions.add(
                    switch (i % 4) {
                        case 0 -> window;
                        case 1 -> zone;
                        case 2 -> new Condition.All(List.of(group, window));
                        default -> new Condition.Any(List.of(new Condition.Fact(FactKind.SHIFT, "nights"), group));
                    });
        }
        List<String> areas = List.of("haulage", "crusher", "ventilation", "survey", "workshop", "dispatch");
        List<PolicyDocument> documents = new ArrayList<>(Fixtures.places());
        for (int i = 0; i < 48; i++) {
            String name = areas.get(i % 6) + "-operator-level-" + i / 6;
            documents.add(new Role(
                    name,
                    "",
                    new TreeSet<>(pick(random, names, 40)),
                    List.of(new Role.Conditional(new TreeSet<>(pick(random, names, 60)), conditions.get(i % 24)))));
            documents.add(Binding.of(
                    name + "-apps",
                    List.of(name),
                    AppSelector.of(Set.of(), Set.of(), Set.of(name)),
                    DeviceSelector.EVERYWHERE));
        }
        List<Role> roles = PolicySnapshot.of(1, documents).roles();
        List<AppInstance> apps = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Role role = roles.get(random.nextInt(roles.size()));
            Set<String> requested =
                    new TreeSet<>(role.permissions().stream().limit(8).toList());
            requested.addAll(role.conditional().getFirst().permissions().stream()
                    .limit(10)
                    .toList());
            while (requested.size() < 20) {
                requested.addAll(pick(random, names, 1));
            }
            apps.add(AppInstance.of(
                    AppKey.of("com.northernmining." + areas.get(i % 6) + ".assistant" + i),
                    Apl.SYSTEM_CORE,
                    requested,
                    Set.of(),
                    "",
                    Set.of(role.name())));
        }
        PolicySnapshot policy = PolicySnapshot.of(1, documents);
        DeviceProfile device =
                DeviceProfile.of(DeviceAttributes.of("", Set.of(), "", Set.of(), "Europe/Stockholm", Set.of()), apps);

        byte[] bytes = compiler.compile(policy, device);

        Bundle bundle = Bundle.open(ByteBuffer.wrap(bytes));
        long conditional = IntStream.range(0, bundle.rows())
                .mapToLong(row -> bundle.requested(row).stream()
                        .filter(one -> Decision.reason(one.decision()) == Reason.CONDITION)
                        .count())
                .sum();
        assertThat(conditional).isGreaterThan(1600);
        assertThat(bytes.length).isLessThanOrEqualTo(32 << 10);
    }

    private static Set<String> pick(Random random, List<String> from, int count) {
        Set<String> chosen = new TreeSet<>();
        while (chosen.size() < count) {
            chosen.add(from.get(random.nextInt(from.size())));
        }
        return chosen;
    }

    private Bundle open(PolicySnapshot policy, DeviceProfile device) {
        return Bundle.open(ByteBuffer.wrap(compiler.compile(policy, device)));
    }

    private static List<AppKey> everyApp() {
        List<AppKey> apps = new ArrayList<>();
        for (String bundle : Fixtures.bundles()) {
            for (int user = 100; user < 102; user++) {
                for (int instance = 0; instance < 2; instance++) {
                    apps.add(new AppKey(bundle, user, instance));
                }
            }
        }
        return apps;
    }

    private static boolean granted(Bundle bundle, AppKey app, String permission) {
        return answer(bundle, app, permission, LeaseState.HOLDS).startsWith("role ");
    }

    private static String answer(Bundle bundle, AppKey app, String permission, LeaseState lease) {
        return answer(bundle, app, permission, lease, DecisionContext.NONE);
    }

    private static String answer(
            Bundle bundle, AppKey app, String permission, LeaseState lease, DecisionContext context) {
        long decision = bundle.verify(bundle.row(app), bundle.permission(permission), lease, context);
        Answer answer = bundle.describe(decision);
        assertThat(answer.granted()).isEqualTo(answer.reason() == Reason.ROLE || answer.reason() == Reason.CAPABILITY);
        return words(answer.reason(), answer.rule());
    }

    private static String words(Reason reason, Optional<Rule> rule) {
        return reason.code()
                + rule.map(by -> " " + by.name()).orElse("")
                + rule.flatMap(Rule::role).map(role -> "/" + role).orElse("");
    }
}
