package dev.muster.policy.delegation;

import static dev.muster.policy.Fixtures.CAMERA;
import static dev.muster.policy.Fixtures.DRILL;
import static dev.muster.policy.Fixtures.INSTALL;
import static dev.muster.policy.Fixtures.LAMP;
import static dev.muster.policy.Fixtures.LOCATION;
import static dev.muster.policy.delegation.Chains.BUILDER;
import static dev.muster.policy.delegation.Chains.COMPANY;
import static dev.muster.policy.delegation.Chains.DEVICE;
import static dev.muster.policy.delegation.Chains.NONCE;
import static dev.muster.policy.delegation.Chains.SHIFT;
import static dev.muster.policy.delegation.Chains.TABLET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ChainCheckTest {
    private static final CapabilityFile FILE = Chains.file(Condition.ALWAYS);

    @Test
    void givesWhatWasHandedOn() {
        DelegationChain chain = Chains.tablet();

        ChainAnswer answer = judge(chain, Chains.claim(), TABLET, FILE, Chains.docked());

        assertThat(answer)
                .isEqualTo(new ChainAnswer.Gives(
                        "maintenance",
                        "over 2 blocks to `" + TABLET.key().brief() + "` until 2026-03-02T14:00:00Z (block id "
                                + chain.ids().getLast() + ")"));
        assertThat(judge(DelegationChain.of(Chains.ROOT), Chains.claim(), BUILDER, FILE, Chains.docked()))
                .isInstanceOf(ChainAnswer.Gives.class);
    }

    @Test
    void aProofIsForOneNonceOneDeviceOneAppOnePermissionAndOneChain() {
        DelegationChain company = Chains.company();
        Claim claim = Chains.claim();
        String proof = COMPANY.prove(claim, company);
        String other = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Holder.of(9).key().bytes());

        assertThat(judge(company, claim, proof, FILE)).isInstanceOf(ChainAnswer.Gives.class);
        for (Claim wrong : List.of(
                new Claim(other, "default", DEVICE, DRILL, CAMERA),
                new Claim(NONCE, "default", "drill-8", DRILL, CAMERA),
                new Claim(NONCE, "default", DEVICE, LAMP, CAMERA),
                new Claim(NONCE, "default", DEVICE, new AppKey(DRILL.bundle(), 101, 0), CAMERA),
                new Claim(NONCE, "default", DEVICE, new AppKey(DRILL.bundle(), 100, 1), CAMERA),
                new Claim(NONCE, "default", DEVICE, DRILL, LOCATION))) {
            assertThat(cause(judge(company, wrong, proof, FILE))).startsWith("the proof is not the holder's");
        }
        assertThat(cause(judge(company, new Claim(NONCE, "other", DEVICE, DRILL, CAMERA), proof, FILE)))
                .isEqualTo("it is of tenant `default`, this device of `other`");
        DelegationChain another = DelegationChain.of(Chains.ROOT)
                .narrowed(
                        Chains.document(),
                        new Delegation(
                                Chains.toCompany().permissions(),
                                new TreeSet<>(),
                                new TreeSet<>(),
                                Optional.empty(),
                                Chains.START,
                                SHIFT.plus(Duration.ofDays(1)),
                                1,
                                COMPANY.key()),
                        BUILDER);
        assertThat(cause(judge(another, claim, proof, FILE))).startsWith("the proof is not the holder's");
    }

    @Test
    void onlyTheLastHolderCanProveIt() {
        for (Holder wrong : List.of(BUILDER, COMPANY, Holder.of(9))) {
            assertThat(cause(judge(Chains.tablet(), Chains.claim(), wrong, FILE, Chains.docked())))
                    .startsWith("the proof is not the holder's (key `" + TABLET.key() + "`)");
        }
        for (String nonsense : List.of("", "AAAA", "not base64!", "A".repeat(86), "A".repeat(200))) {
            assertThat(cause(judge(Chains.tablet(), Chains.claim(), nonsense, FILE)))
                    .startsWith("the proof is not the holder's");
        }
    }

    @Test
    void aRevokedIdAnywhereRefusesTheChain() {
        List<String> ids = Chains.tablet().ids();

        assertThat(cause(revoked(Chains.tablet(), TABLET, ids.get(0))))
                .isEqualTo("its root is revoked (id " + ids.get(0) + ")");
        assertThat(cause(revoked(Chains.tablet(), TABLET, ids.get(1))))
                .isEqualTo("block 1 is revoked (id " + ids.get(1) + ")");
        assertThat(cause(revoked(Chains.tablet(), TABLET, ids.get(2))))
                .isEqualTo("block 2 is revoked (id " + ids.get(2) + ")");
        // The company's own right is not touched by what it handed on.
        assertThat(revoked(Chains.company(), COMPANY, ids.get(2))).isInstanceOf(ChainAnswer.Gives.class);
    }

    @Test
    void theRootMustBeInForceOnThisDeviceWithTheSameHolder() {
        CapabilityFile none = new CapabilityFile(DEVICE, 8, FILE.conditions(), List.of(), new TreeSet<>());
        DeviceCapability held = FILE.capabilities().getFirst();

        assertThat(cause(judge(Chains.tablet(), Chains.claim(), TABLET, none, Chains.docked())))
                .isEqualTo("this device holds no capability `maintenance`, or holds it no more");
        assertThat(cause(judge(Chains.tablet(), Chains.claim(), TABLET, with(held, Optional.empty()), Chains.docked())))
                .isEqualTo("capability `maintenance` has no holder key and cannot be handed on");
        assertThat(cause(judge(
                        Chains.tablet(),
                        Chains.claim(),
                        TABLET,
                        with(held, Optional.of(COMPANY.key().text())),
                        Chains.docked())))
                .startsWith("capability `maintenance` is held by key `" + COMPANY.key());
    }

    @Test
    void givesNothingThatTheRootAsHeldHereDoesNot() {
        DeviceCapability held = FILE.capabilities().getFirst();
        CapabilityFile narrowed = new CapabilityFile(
                DEVICE,
                9,
                FILE.conditions(),
                List.of(new DeviceCapability(
                        held.name(),
                        new TreeSet<>(List.of(LOCATION)),
                        new TreeSet<>(List.of(LAMP)),
                        held.condition(),
                        held.holder())),
                new TreeSet<>());

        assertThat(cause(judge(Chains.company(), Chains.claim(), COMPANY, narrowed, Chains.docked())))
                .isEqualTo("capability `maintenance` does not give `" + CAMERA + "`");
        assertThat(cause(judge(
                        Chains.company(),
                        new Claim(NONCE, "default", DEVICE, DRILL, LOCATION),
                        COMPANY,
                        narrowed,
                        Chains.docked())))
                .isEqualTo("capability `maintenance` is not for `com.example.drill@100` on this device");
    }

    @Test
    void givesNothingThatABlockDoesNotHandOn() {
        assertThat(cause(judge(
                        Chains.tablet(),
                        new Claim(NONCE, "default", DEVICE, DRILL, LOCATION),
                        TABLET,
                        FILE,
                        Chains.docked())))
                .isEqualTo("block 2 does not hand on `" + LOCATION + "`");
        assertThat(cause(judge(
                        Chains.tablet(),
                        new Claim(NONCE, "default", DEVICE, LAMP, CAMERA),
                        TABLET,
                        FILE,
                        Chains.docked())))
                .isEqualTo("block 2 is not for app `com.example.lamp@100`");
        assertThat(cause(judge(
                        Chains.tablet(),
                        new Claim(NONCE, "default", DEVICE, DRILL, INSTALL),
                        TABLET,
                        FILE,
                        Chains.docked())))
                .isEqualTo("capability `maintenance` does not give `" + INSTALL + "`");
        CapabilityFile elsewhere =
                new CapabilityFile("drill-8", 8, FILE.conditions(), FILE.capabilities(), new TreeSet<>());
        assertThat(cause(judge(
                        Chains.tablet(),
                        new Claim(NONCE, "default", "drill-8", DRILL, CAMERA),
                        TABLET,
                        elsewhere,
                        Chains.docked())))
                .isEqualTo("block 2 is not for device `drill-8`");
    }

    @Test
    void beginsAndEndsByDeviceTime() {
        Instant end = SHIFT.plus(Duration.ofHours(8));

        assertThat(cause(at(SHIFT.minusSeconds(1))))
                .isEqualTo("block 2 begins at 2026-03-02T06:00:00Z, device time is 2026-03-02T05:59:59Z");
        assertThat(at(SHIFT)).isInstanceOf(ChainAnswer.Gives.class);
        assertThat(at(end.minusSeconds(1))).isInstanceOf(ChainAnswer.Gives.class);
        assertThat(cause(at(end)))
                .isEqualTo("block 2 ended at 2026-03-02T14:00:00Z, device time is 2026-03-02T14:00:00Z");
    }

    @Test
    void givesNothingWhereTheTimeIsNotKnown() {
        ChainAnswer answer = ChainCheck.judge(
                Chains.tablet(),
                Chains.claim(),
                TABLET.prove(Chains.claim(), Chains.tablet()),
                FILE,
                Chains.docked(),
                false);

        assertThat(cause(answer)).startsWith("this device does not know the time");
    }

    @Test
    void waitsForTheConditionOfItsRootAndOfEveryBlock() {
        CapabilityFile inGroup = Chains.file(new Condition.Fact(FactKind.GROUP, "service"));

        assertThat(judge(Chains.tablet(), Chains.claim(), TABLET, FILE, Situation.at(SHIFT)))
                .isEqualTo(new ChainAnswer.Waits("maintenance", "block 2: with state `docked`"));
        assertThat(judge(Chains.tablet(), Chains.claim(), TABLET, inGroup, Chains.docked()))
                .isEqualTo(new ChainAnswer.Waits("maintenance", "before 2026-04-01T00:00:00Z, with group `service`"));
    }

    /** Whoever builds the bytes by hand: a holder signs what this package would not let him. */
    @Test
    void refusesABlockThatItsHolderSignedButMayNot() {
        Delegation wide = new Delegation(
                new TreeSet<>(List.of(CAMERA, INSTALL)),
                new TreeSet<>(),
                new TreeSet<>(),
                Optional.empty(),
                SHIFT,
                SHIFT.plus(Duration.ofHours(8)),
                0,
                TABLET.key());
        DelegationChain company = Chains.company();
        String signature = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(COMPANY.sign(ChainCodec.signed(company.ids().getLast(), wide)));
        List<DelegationChain.Block> blocks = new ArrayList<>(company.blocks());
        blocks.add(new DelegationChain.Block(wide, signature));
        DelegationChain forged = new DelegationChain(Chains.ROOT, blocks);

        assertThat(cause(judge(forged, Chains.claim(), TABLET, FILE, Chains.docked())))
                .isEqualTo("block 2 widens: permission `" + INSTALL + "` is not in what it is cut from");
    }

    @Test
    void refusesAChainThatWasCutOrReordered() {
        List<DelegationChain.Block> blocks = Chains.tablet().blocks();

        DelegationChain withoutFirst = new DelegationChain(Chains.ROOT, blocks.subList(1, 2));
        DelegationChain twice = new DelegationChain(Chains.ROOT, List.of(blocks.get(0), blocks.get(1), blocks.get(1)));

        assertThat(cause(judge(withoutFirst, Chains.claim(), TABLET, FILE, Chains.docked())))
                .isEqualTo("block 1 is altered, or not signed by the holder of what is before it");
        assertThat(cause(judge(twice, Chains.claim(), TABLET, FILE, Chains.docked())))
                .isEqualTo("block 3 widens: what is above it may not be handed on any further");
        // One that was cut off at the end is the company's, and needs the company's proof.
        assertThat(cause(judge(Chains.company(), Chains.claim(), TABLET, FILE, Chains.docked())))
                .startsWith("the proof is not the holder's");
    }

    private static CapabilityFile with(DeviceCapability held, Optional<String> holder) {
        return new CapabilityFile(
                DEVICE,
                8,
                FILE.conditions(),
                List.of(new DeviceCapability(held.name(), held.permissions(), held.apps(), held.condition(), holder)),
                new TreeSet<>());
    }

    private static ChainAnswer at(Instant now) {
        return judge(
                Chains.tablet(), Chains.claim(), TABLET, FILE, Chains.docked().withNow(now));
    }

    private static ChainAnswer revoked(DelegationChain chain, Holder holder, String id) {
        return judge(chain, Chains.claim(), holder, Chains.file(Condition.ALWAYS, id), Chains.docked());
    }

    private static ChainAnswer judge(
            DelegationChain chain, Claim claim, Holder holder, CapabilityFile file, Situation situation) {
        return ChainCheck.judge(chain, claim, holder.prove(claim, chain), file, situation, true);
    }

    private static ChainAnswer judge(DelegationChain chain, Claim claim, String proof, CapabilityFile file) {
        return ChainCheck.judge(chain, claim, proof, file, Chains.docked(), true);
    }

    private static String cause(ChainAnswer answer) {
        assertThat(answer).isInstanceOf(ChainAnswer.Refused.class);
        return answer instanceof ChainAnswer.Refused refused ? refused.cause() : "";
    }
}
