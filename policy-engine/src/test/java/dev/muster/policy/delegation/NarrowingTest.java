package dev.muster.policy.delegation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.Fixtures;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.DirectEvaluator;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowered;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.UserSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Narrowing as an algebraic property, on random chains: those that may be issued, and those that a cheat signs anyway. */
class NarrowingTest {
    private static final List<Fact> FACTS = List.of(
            new Fact(FactKind.GROUP, "blasters"),
            new Fact(FactKind.STATE, "charging"),
            new Fact(FactKind.STATE, "docked"),
            new Fact(FactKind.NETWORK, "wifi"));
    private static final List<String> PERMISSIONS =
            List.of(Fixtures.CAMERA, Fixtures.LOCATION, Fixtures.MICROPHONE, Fixtures.VENDOR);
    private static final List<String> BUNDLES = List.of("com.example.drill", "com.example.lamp", "org.other.map");
    private static final List<String> DEVICES = List.of("drill-7", "drill-8");
    private static final List<Holder> HOLDERS =
            List.of(Holder.of(1), Holder.of(2), Holder.of(3), Holder.of(4), Holder.of(5));

    /** What a random chain is made of, beside it what a person would say it says. */
    private record Made(
            Capability root, CapabilityFile file, DelegationChain chain, List<NaiveChain.Step> steps, String device) {}

    @Test
    void aBlockNeverAddsAnAnswer() {
        int given = 0;
        int taken = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Made made = make(random, true);
            for (int i = 0; i < 12; i++) {
                Situation situation = situation(random);
                AppKey app = AppKey.of(one(random, BUNDLES));
                String permission = one(random, PERMISSIONS);
                boolean before = true;
                for (int blocks = 0; blocks <= made.chain().blocks().size(); blocks++) {
                    boolean gives = gives(made, blocks, app, permission, situation);
                    assertThat(gives && !before)
                            .as("seed %d, %d blocks", seed, blocks)
                            .isFalse();
                    given += gives ? 1 : 0;
                    taken += before && !gives && blocks > 0 ? 1 : 0;
                    before = gives;
                }
            }
        }
        assertThat(given).isGreaterThan(40);
        assertThat(taken).isGreaterThan(40);
    }

    @Test
    void givesWhatANaiveReaderSaysItGives() {
        int given = 0;
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Made made = make(random, true);
            for (int i = 0; i < 12; i++) {
                Situation situation = situation(random);
                AppKey app = AppKey.of(one(random, BUNDLES));
                String permission = one(random, PERMISSIONS);
                int blocks = made.chain().blocks().size();

                boolean gives = gives(made, blocks, app, permission, situation);

                assertThat(gives)
                        .as("seed %d %s %s %s", seed, app, permission, situation)
                        .isEqualTo(NaiveChain.gives(
                                made.root(),
                                made.steps(),
                                Set.copyOf(BUNDLES),
                                made.device(),
                                app.bundle(),
                                permission,
                                situation,
                                FACTS));
                given += gives ? 1 : 0;
            }
        }
        assertThat(given).isGreaterThan(20);
    }

    /** Blocks that widen at will, signed by the right keys: refused, or within what the naive reader says all the same. */
    @Test
    void whoSignsAWiderBlockGainsNothing() {
        int wider = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Made made = make(random, false);
            boolean widens = !Narrowing.problems(made.chain().rights()).isEmpty();
            wider += widens ? 1 : 0;
            for (int i = 0; i < 8; i++) {
                Situation situation = situation(random);
                AppKey app = AppKey.of(one(random, BUNDLES));
                String permission = one(random, PERMISSIONS);
                if (gives(made, made.chain().blocks().size(), app, permission, situation)) {
                    assertThat(widens).as("seed %d", seed).isFalse();
                    assertThat(gives(made, 0, app, permission, situation)).isTrue();
                }
            }
        }
        assertThat(wider).isGreaterThan(20);
    }

    /** The same on the conditions themselves, for every moment there is and not only for those that were tried. */
    @Test
    void theConditionOfALongerChainImpliesThatOfAShorterOne() {
        FactTable table = FactTable.of(FACTS);
        int narrower = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            Lowered whole = Terms.ALWAYS;
            for (int i = 0; i < 4; i++) {
                Lowered next = Lowering.lower(condition(random), table);
                if (!(whole instanceof Terms above) || !(next instanceof Terms block)) {
                    break;
                }
                whole = above.and(block);
                if (whole instanceof Terms both) {
                    assertThat(both.implies(above)).as("seed %d", seed).isTrue();
                    assertThat(both.implies(block)).as("seed %d", seed).isTrue();
                    narrower += above.implies(both) ? 0 : 1;
                }
            }
        }
        assertThat(narrower).isGreaterThan(200);
    }

    private static boolean gives(Made made, int blocks, AppKey app, String permission, Situation situation) {
        DelegationChain chain =
                new DelegationChain(made.chain().root(), made.chain().blocks().subList(0, blocks));
        Claim claim = new Claim(Chains.NONCE, "default", made.device(), app, permission);
        Holder holder = HOLDERS.stream()
                .filter(one -> one.key().equals(chain.holder()))
                .findFirst()
                .orElseThrow();
        return ChainCheck.judge(chain, claim, holder.prove(claim, chain), made.file(), situation, true)
                instanceof ChainAnswer.Gives;
    }

    private static Made make(Random random, boolean honest) {
        Holder first = HOLDERS.getFirst();
        Capability root = new Capability(
                "right",
                "",
                new TreeSet<>(some(random, PERMISSIONS)),
                AppSelector.bundles(random.nextBoolean() ? "com.*" : "*"),
                new DeviceSelector.Ids(new TreeSet<>(some(random, DEVICES))),
                UserSelector.ALL,
                random.nextInt(3) == 0 ? condition(random) : Condition.ALWAYS,
                Optional.empty(),
                Instant.ofEpochSecond(400 + random.nextInt(600)),
                Optional.of(first.key().text()));
        String device =
                root.devices() instanceof DeviceSelector.Ids ids ? ids.ids().first() : "";
        DelegationChain chain = DelegationChain.of(new DelegationRoot("default", "right", first.key()));
        List<NaiveChain.Step> steps = new ArrayList<>();
        Holder signer = first;
        int wanted = random.nextInt(4);
        for (int tries = 0; tries < 60 && steps.size() < wanted; tries++) {
            NaiveChain.Step step = step(random);
            Holder next = one(random, HOLDERS);
            Delegation block = block(step, honest ? 6 - steps.size() : random.nextInt(8), next);
            if (honest) {
                try {
                    chain = steps.isEmpty() ? chain.narrowed(root, block, signer) : chain.narrowed(block, signer);
                } catch (DelegationException widens) {
                    continue;
                }
            } else {
                String signature = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                signer.sign(ChainCodec.signed(chain.ids().getLast(), block)));
                List<DelegationChain.Block> longer = new ArrayList<>(chain.blocks());
                longer.add(new DelegationChain.Block(block, signature));
                chain = new DelegationChain(chain.root(), longer);
            }
            steps.add(step);
            signer = next;
        }
        return new Made(root, file(root, device), DelegationChain.read(chain.write()), steps, device);
    }

    private static CapabilityFile file(Capability root, String device) {
        FactTable facts = FactTable.of(List.of(root.whole()), PolicySnapshot.empty(0));
        TreeSet<AppKey> apps = new TreeSet<>();
        BUNDLES.stream()
                .filter(bundle -> root.apps().bundles().contains("*") || bundle.startsWith("com."))
                .forEach(bundle -> apps.add(AppKey.of(bundle)));
        return new CapabilityFile(
                device,
                1,
                new ConditionBlock("", facts, List.of()),
                List.of(new DeviceCapability(
                        "right", root.permissions(), apps, (Terms) Lowering.lower(root.whole(), facts), root.holder())),
                new TreeSet<>());
    }

    private static Delegation block(NaiveChain.Step step, int depth, Holder to) {
        return new Delegation(
                new TreeSet<>(step.permissions()),
                step.bundle() == null ? new TreeSet<>() : new TreeSet<>(Set.of(step.bundle())),
                new TreeSet<>(step.devices()),
                Delegation.condition(step.when(), PolicySnapshot.empty(0), ""),
                step.from(),
                step.until(),
                depth,
                to.key());
    }

    private static NaiveChain.Step step(Random random) {
        int from = random.nextInt(300);
        return new NaiveChain.Step(
                some(random, PERMISSIONS),
                bundle(random),
                random.nextInt(3) == 0 ? some(random, DEVICES) : Set.of(),
                random.nextInt(2) == 0 ? possible(random) : Condition.ALWAYS,
                Instant.ofEpochSecond(from),
                Instant.ofEpochSecond(from + 1 + random.nextInt(800)));
    }

    private static @Nullable String bundle(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "com.example.*";
            case 1 -> "com.example.drill";
            case 2 -> "org.*";
            default -> null;
        };
    }

    private static Condition possible(Random random) {
        while (true) {
            Condition when = condition(random);
            if (Lowering.lower(when, FactTable.of(List.of(when), PolicySnapshot.empty(0))) instanceof Terms terms
                    && !terms.isNever()) {
                return when;
            }
        }
    }

    private static Condition condition(Random random) {
        return DirectEvaluator.random(random, FACTS, 2);
    }

    private static Situation situation(Random random) {
        return new Situation(
                Instant.ofEpochSecond(random.nextInt(700)),
                Optional.empty(),
                new TreeSet<>(),
                new TreeSet<>(random.nextBoolean() ? Set.of("blasters") : Set.of()),
                new TreeSet<>(random.nextBoolean() ? Set.of("charging", "docked") : Set.of("docked")),
                random.nextBoolean() ? Optional.of("wifi") : Optional.empty());
    }

    private static Set<String> some(Random random, List<String> from) {
        Set<String> some = new HashSet<>();
        from.stream().filter(name -> random.nextInt(4) > 0).forEach(some::add);
        some.add(one(random, from));
        return some;
    }

    private static <T> T one(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
