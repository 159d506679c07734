package dev.muster.policy.delegation;

import static dev.muster.policy.Fixtures.CAMERA;
import static dev.muster.policy.Fixtures.INSTALL;
import static dev.muster.policy.Fixtures.LOCATION;
import static dev.muster.policy.delegation.Chains.BUILDER;
import static dev.muster.policy.delegation.Chains.COMPANY;
import static dev.muster.policy.delegation.Chains.DEVICE;
import static dev.muster.policy.delegation.Chains.SHIFT;
import static dev.muster.policy.delegation.Chains.START;
import static dev.muster.policy.delegation.Chains.TABLET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DelegationChainTest {
    @Test
    void comesBackAsItWasWritten() {
        for (DelegationChain chain :
                List.of(DelegationChain.of(Chains.ROOT), Chains.company(), Chains.tablet(), longest())) {
            byte[] bytes = chain.write();

            assertThat(DelegationChain.read(bytes)).isEqualTo(chain);
            assertThat(DelegationChain.read(bytes).write()).isEqualTo(bytes);
        }
    }

    /** The contract of format version 1. */
    @Test
    void isTheGoldenChainForEver() throws IOException {
        byte[] golden;
        try (InputStream in = getClass().getResourceAsStream("/golden/capability-chain-v1.bin")) {
            golden = Objects.requireNonNull(in).readAllBytes();
        }

        DelegationChain chain = DelegationChain.read(golden);

        assertThat(chain).isEqualTo(Chains.tablet());
        assertThat(chain.problems()).isEmpty();
        assertThat(chain.ids())
                .containsExactly(
                        "7966163dff44d562ff6d785266d4c022070de24eda2cbe8a41cfb55456baac20",
                        "dbe7fd222e69ce252f9ea3b88468908603a38ad52ca3a38131e6e81216b5d1d9",
                        "8a58a8424c99cffc6cc8370f78771673ca10f8c2849d1f8f19f1a13625fba39d");
    }

    @Test
    void refusesEveryTruncationAndWhateverFollows() {
        byte[] bytes = Chains.tablet().write();
        for (int i = 0; i < bytes.length; i++) {
            byte[] cut = Arrays.copyOf(bytes, i);
            assertThatThrownBy(() -> DelegationChain.read(cut)).isInstanceOf(DelegationException.class);
        }
        assertThatThrownBy(() -> DelegationChain.read(Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessage("chain: its one way of writing expected, found another");
    }

    /** Every single bit: refused as it is read, or as what it says is checked. */
    @Test
    void noBitCanBeAltered() {
        byte[] bytes = Chains.tablet().write();
        int read = 0;
        for (int i = 0; i < 8 * bytes.length; i++) {
            byte[] altered = bytes.clone();
            altered[i / 8] ^= (byte) (1 << (i % 8));
            try {
                DelegationChain chain = DelegationChain.read(altered);
                read++;
                // The root's three parts are signed by no one here: a device compares them with its own, and its id
                // differs.
                assertThat(chain.problems().isEmpty()).as("bit %d", i).isFalse();
            } catch (DelegationException refused) {
                assertThat(refused).hasMessageStartingWith("chain: ");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void neitherFailsNorHangsOnBytesThatContradictThemselves() {
        byte[] bytes = Chains.tablet().write();
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] altered = bytes.clone();
            for (int j = 0; j <= random.nextInt(4); j++) {
                altered[random.nextInt(altered.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(DelegationChain.read(altered).write()).isEqualTo(altered);
            } catch (DelegationException e) {
                assertThat(e).hasMessageStartingWith("chain: ");
            }
        }
    }

    @Test
    void refusesOtherVersionsAndWhatIsTooLong() {
        byte[] bytes = Chains.tablet().write();
        bytes[8] = 2;

        assertThatThrownBy(() -> DelegationChain.read(bytes)).hasMessage("chain: format version 1 expected, found 2");
        assertThatThrownBy(() -> DelegationChain.read(new byte[DelegationChain.MAX_LENGTH + 1]))
                .hasMessage("chain: at most 8192 bytes expected, found 8193");
        assertThatThrownBy(() -> DelegationChain.read(new byte[100]))
                .hasMessage("chain: `MUSTERCH` expected, found something else");
    }

    @Test
    void namesEveryThingThatABlockWouldWiden() {
        DelegationChain company = Chains.company();

        assertRefused(company, cut(Set.of(CAMERA, INSTALL), Set.of(), Set.of(), SHIFT, Duration.ofHours(1), 0))
                .hasMessage("block 2 widens: permission `" + INSTALL + "` is not in what it is cut from");
        assertRefused(company, cut(Set.of(CAMERA), Set.of(), Set.of(), START.minusSeconds(1), Duration.ofHours(1), 0))
                .hasMessage("block 2 widens: it begins at 2026-03-01T23:59:59Z, before 2026-03-02T00:00:00Z");
        assertRefused(company, cut(Set.of(CAMERA), Set.of(), Set.of(), SHIFT, Duration.ofDays(7), 0))
                .hasMessage("block 2 widens: it ends at 2026-03-09T06:00:00Z, after 2026-03-09T00:00:00Z");
        assertRefused(company, cut(Set.of(CAMERA), Set.of(), Set.of(), SHIFT, Duration.ofHours(1), 1))
                .hasMessage("block 2 widens: a depth below 1 expected, found 1");
    }

    @Test
    void holdsTheFirstBlockAgainstTheDocument() {
        DelegationChain root = DelegationChain.of(Chains.ROOT);
        Delegation wide = new Delegation(
                names(Set.of(CAMERA, INSTALL)),
                names(Set.of("com.*", "com.example.drill")),
                names(Set.of(DEVICE, "drill-9")),
                Optional.empty(),
                START,
                START.plus(Duration.ofDays(31)),
                7,
                COMPANY.key());

        assertThatThrownBy(() -> root.narrowed(Chains.document(), wide, BUILDER))
                .isInstanceOf(DelegationException.class)
                .hasMessageContaining("permission `" + INSTALL + "`")
                .hasMessageContaining("ends at 2026-04-02T00:00:00Z, after 2026-04-01T00:00:00Z")
                .hasMessageContaining("app `com.*`")
                .hasMessageContaining("device `drill-9`")
                .hasMessageNotContaining("com.example.drill");
        assertThatThrownBy(() -> DelegationChain.of(new DelegationRoot("default", "other", BUILDER.key()))
                        .narrowed(Chains.document(), Chains.toCompany(), BUILDER))
                .hasMessage("the document of capability `other` with its holder key expected");
    }

    @Test
    void whatABlockLeavesOpenIsTakenOverFromAllAbove() {
        Delegation drillOnly =
                cut(Set.of(CAMERA), Set.of("com.example.drill*"), Set.of(DEVICE), SHIFT, Duration.ofHours(8), 7);
        Delegation open = cut(Set.of(CAMERA), Set.of(), Set.of(), SHIFT, Duration.ofHours(8), 6);
        Delegation lamp =
                cut(Set.of(CAMERA), Set.of("com.example.lamp"), Set.of("drill-8"), SHIFT, Duration.ofHours(8), 5);

        assertThat(Narrowing.problems(List.of(drillOnly, open))).isEmpty();
        assertThat(Narrowing.problems(List.of(drillOnly, open, lamp)))
                .containsExactly(
                        "block 3 widens: app `com.example.lamp` is not in what it is cut from",
                        "block 3 widens: device `drill-8` is not in what it is cut from");
    }

    @Test
    void onlyWhoHoldsItCanHandItOn() {
        assertThatThrownBy(() -> Chains.company().narrowed(Chains.toTablet(), BUILDER))
                .hasMessageContaining("the private key of the chain's holder `" + COMPANY.key() + "` expected");
    }

    @Test
    void endsAtEightBlocks() {
        DelegationChain longest = longest();
        Delegation ninth = cut(Set.of(CAMERA), Set.of(), Set.of(), SHIFT, Duration.ofHours(1), 0);
        List<DelegationChain.Block> nine = new ArrayList<>(longest.blocks());
        nine.add(longest.blocks().getLast());
        byte[] bytes = longest.write();
        int atCount = 8 + 2 + 2 + "default".length() + 2 + "maintenance".length() + 32;
        bytes[atCount] = 9;

        assertThat(longest.blocks()).hasSize(8);
        assertThat(longest.problems()).isEmpty();
        assertThatThrownBy(() -> longest.narrowed(ninth, TABLET))
                .hasMessage("block 9 widens: what is above it may not be handed on any further");
        assertThatThrownBy(() -> new DelegationChain(Chains.ROOT, nine))
                .hasMessage("chain: at most 8 blocks expected, found 9");
        assertThatThrownBy(() -> DelegationChain.read(bytes)).hasMessage("chain: at most 8 blocks expected, found 9");
    }

    @Test
    void idsStandForTheWholeChainUpToABlock() {
        DelegationChain one = Chains.tablet();
        Delegation shorter = new Delegation(
                names(Set.of(CAMERA)),
                names(Set.of()),
                names(Set.of()),
                Optional.empty(),
                START,
                START.plus(Duration.ofDays(6)),
                1,
                COMPANY.key());
        DelegationChain other = DelegationChain.of(Chains.ROOT)
                .narrowed(Chains.document(), shorter, BUILDER)
                .narrowed(Chains.toTablet(), COMPANY);

        assertThat(one.ids()).hasSize(3).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{64}"));
        assertThat(other.ids().getFirst()).isEqualTo(one.ids().getFirst());
        assertThat(other.blocks().getLast().right())
                .isEqualTo(one.blocks().getLast().right());
        assertThat(other.ids().getLast()).isNotEqualTo(one.ids().getLast());
        assertThat(new DelegationRoot("other", "maintenance", BUILDER.key()).id())
                .isNotEqualTo(Chains.ROOT.id());
    }

    @Test
    void aBlockOfOneChainIsNoBlockOfAnother() {
        DelegationChain other = DelegationChain.of(new DelegationRoot("default", "other", BUILDER.key()));

        assertThat(new DelegationChain(other.root(), Chains.company().blocks()).problems())
                .containsExactly("block 1 is not signed by the holder of what is before it");
    }

    @Test
    void aConditionMustBeDefinedPossibleAndShowable() {
        Condition pit = new Condition.Fact(FactKind.ZONE, "pit");
        Condition never = new Condition.All(List.of(new Condition.Minutes(0, 10), new Condition.Minutes(20, 30)));
        Condition escape = new Condition.Fact(FactKind.GROUP, "a\u001b[2Jb");
        PolicySnapshot nothing = PolicySnapshot.empty(0);

        assertThatThrownBy(() -> Delegation.condition(pit, nothing, ""))
                .hasMessageStartingWith("the definition of zone `pit` expected, found none");
        assertThatThrownBy(() -> Delegation.condition(never, nothing, "")).hasMessageContaining("never does");
        assertThat(Delegation.condition(Condition.ALWAYS, nothing, "")).isEmpty();
        assertThatThrownBy(() -> new Delegation(
                        names(Set.of(CAMERA)),
                        names(Set.of()),
                        names(Set.of()),
                        Delegation.condition(escape, nothing, ""),
                        START,
                        SHIFT,
                        0,
                        TABLET.key()))
                .hasMessageContaining("without control characters");
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            DelegationChain chain, Delegation block) {
        return assertThatThrownBy(() -> chain.narrowed(block, COMPANY)).isInstanceOf(DelegationException.class);
    }

    private static DelegationChain longest() {
        DelegationChain chain = DelegationChain.of(Chains.ROOT);
        for (int depth = 7; depth >= 0; depth--) {
            chain = chain.narrowed(
                    new Delegation(
                            names(Set.of(CAMERA, LOCATION)),
                            names(Set.of()),
                            names(Set.of()),
                            Optional.empty(),
                            SHIFT,
                            SHIFT.plus(Duration.ofHours(1 + depth)),
                            depth,
                            (depth % 2 == 0 ? TABLET : COMPANY).key()),
                    depth == 7 ? BUILDER : depth % 2 == 0 ? COMPANY : TABLET);
        }
        return chain;
    }

    private static Delegation cut(
            Set<String> permissions,
            Set<String> bundles,
            Set<String> devices,
            Instant from,
            Duration length,
            int depth) {
        return new Delegation(
                names(permissions),
                names(bundles),
                names(devices),
                Optional.empty(),
                from,
                from.plus(length),
                depth,
                TABLET.key());
    }

    private static NavigableSet<String> names(Collection<String> names) {
        return new TreeSet<>(names);
    }
}
