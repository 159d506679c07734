package dev.muster.agent.policy;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static dev.muster.agent.policy.PolicyDevice.MICROPHONE;
import static dev.muster.agent.policy.PolicyDevice.PUMP;
import static dev.muster.agent.policy.PolicyDevice.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.delegation.Claim;
import dev.muster.policy.delegation.Delegation;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationRoot;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.UserSelector;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine builder handed the pump's microphone to a technician's tablet for a shift. */
class ChainsOnDeviceTest {
    private static final String DEVICE = "pump-7";
    private static final Keys BUILDER = Keys.generate();
    private static final Keys TABLET = Keys.generate();
    private static final Capability ROOT = new Capability(
            "service",
            "",
            new TreeSet<>(Set.of(MICROPHONE)),
            AppSelector.bundles(PUMP.bundle()),
            new DeviceSelector.Ids(new TreeSet<>(Set.of(DEVICE))),
            UserSelector.ALL,
            Condition.ALWAYS,
            Optional.empty(),
            START.plus(Duration.ofDays(90)),
            Optional.of(BUILDER.key().text()));
    private static final DelegationChain CHAIN = DelegationChain.of(
                    new DelegationRoot("default", "service", BUILDER.key()))
            .narrowed(
                    ROOT,
                    new Delegation(
                            ROOT.permissions(),
                            new TreeSet<>(),
                            new TreeSet<>(Set.of(DEVICE)),
                            Optional.empty(),
                            START,
                            START.plus(Duration.ofHours(8)),
                            0,
                            TABLET.key()),
                    BUILDER);

    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOn() throws IOException {
        device = new PolicyDevice(directory);
        device.time.contact(Optional.empty());
        device.install(PolicyDevice.bundle(2, Set.of(CAMERA)));
        install(List.of());
    }

    @Test
    void grantsWhatWasHandedOnAndSaysSo() {
        assertThat(device.policy.verify(PUMP, MICROPHONE).verdict().reason()).isEqualTo(Reason.NOT_IN_ROLE);

        PolicyInForce.Verdict verdict = present(MICROPHONE, TABLET);

        assertThat(verdict.granted()).isTrue();
        assertThat(verdict.reason()).isEqualTo(Reason.DELEGATED);
        assertThat(verdict.text())
                .startsWith("granted: the chain presented hands on capability `service`, which gives `" + MICROPHONE
                        + "`, over 1 block to `")
                .contains("until 2026-11-22T16:00:00Z", CHAIN.ids().getLast());
    }

    @Test
    void countsAsUseLikeAnyOther() {
        device.policy.takeCounts();

        present(MICROPHONE, TABLET);
        present(MICROPHONE, BUILDER);

        assertThat(device.policy.takeCounts()).singleElement().satisfies(event -> assertThat(
                        PermissionEvent.read(event).orElseThrow())
                .isInstanceOfSatisfying(PermissionEvent.Usage.class, usage -> {
                    assertThat(usage.permission()).isEqualTo(MICROPHONE);
                    assertThat(usage.granted()).isEqualTo(1);
                    assertThat(usage.denied()).isEqualTo(1);
                }));
    }

    @Test
    void countsForAWatchedPolicyToo() throws IOException {
        byte[] watched = PolicyDevice.bundle(9, Set.of(CAMERA), GuardRail.denying("quiet", Set.of(MICROPHONE)));
        device.install(
                device.policy.shadowInstaller(),
                PolicyDevice.target("policy-shadow", watched, Duration.ofDays(90), "keep"),
                watched);
        device.policy.takeCounts();

        present(MICROPHONE, TABLET);

        assertThat(device.policy.takeCounts())
                .extracting(event -> PermissionEvent.read(event).orElseThrow())
                .anySatisfy(event -> assertThat(event).isInstanceOfSatisfying(PermissionEvent.Shadow.class, shadow -> {
                    assertThat(shadow.liveReason()).isEqualTo("delegated");
                    assertThat(shadow.shadowReason()).isEqualTo("guard-rail");
                }));
    }

    @Test
    void worksOfflineAndOverRestarts() throws IOException {
        device.pass(Duration.ofHours(7));
        device.time.save();
        device.reboot();

        assertThat(present(MICROPHONE, TABLET).reason()).isEqualTo(Reason.DELEGATED);

        device.pass(Duration.ofHours(1));

        PolicyInForce.Verdict ended = present(MICROPHONE, TABLET);
        assertThat(ended.reason()).isEqualTo(Reason.BAD_CHAIN);
        assertThat(ended.text())
                .isEqualTo("denied: the capability chain presented for `com.example.pump@100` is not good: block 1"
                        + " ended at 2026-11-22T16:00:00Z, device time is 2026-11-22T16:00:00Z");
    }

    @Test
    void failsClosedWhereTheClockIsNotSet() throws IOException {
        device.withoutClock();

        PolicyInForce.Verdict verdict = present(MICROPHONE, TABLET);

        assertThat(verdict.reason()).isEqualTo(Reason.BAD_CHAIN);
        assertThat(verdict.text()).contains("does not know the time");
    }

    @Test
    void aRevocationArrivesInTheSignedFileAndStaysOffline() throws IOException {
        install(List.of(CHAIN.ids().getLast()));
        device.reboot();

        assertThat(present(MICROPHONE, TABLET).text())
                .endsWith("is not good: block 1 is revoked (id " + CHAIN.ids().getLast() + ")");
    }

    @Test
    void aRootThatIsTakenBackTakesItsChainsWithIt() throws IOException {
        device.policy.capabilitiesInstaller().remove();

        assertThat(present(MICROPHONE, TABLET).text())
                .endsWith("no capability that can be handed on is in force on this device");
    }

    @Test
    void noChainGivesWhatAGuardRailDeniesOrTheAppDoesNotRequest() throws IOException {
        device.install(PolicyDevice.bundle(3, Set.of(CAMERA), GuardRail.denying("quiet", Set.of(MICROPHONE))));

        assertThat(present(MICROPHONE, TABLET).reason()).isEqualTo(Reason.GUARD_RAIL);
        assertThat(present("ohos.permission.LOCATION", TABLET).reason()).isEqualTo(Reason.NOT_REQUESTED);
        assertThat(present("made.up", TABLET).reason()).isEqualTo(Reason.UNKNOWN_PERMISSION);
        // What the policy gives by itself needs no chain, and asks none.
        assertThat(present(CAMERA, BUILDER).reason()).isEqualTo(Reason.ROLE);
    }

    @Test
    void endsWithTheLeaseWhereAGuardRailSaysSo() throws IOException {
        byte[] bundle = PolicyDevice.bundle(3, Set.of(CAMERA), ROOT, PolicyDevice.endsWithTheLease(MICROPHONE));
        device.install(
                device.policy.policyInstaller(),
                PolicyDevice.target("policy", bundle, Duration.ofHours(2), "guardrails"),
                bundle);
        assertThat(present(MICROPHONE, TABLET).reason()).isEqualTo(Reason.DELEGATED);

        device.pass(Duration.ofHours(3));

        assertThat(present(MICROPHONE, TABLET).reason()).isEqualTo(Reason.LEASE_GUARD_RAIL);
    }

    @Test
    void refusesWhateverIsNotAGoodChain() {
        byte[] bytes = CHAIN.write();
        Claim claim = claim(MICROPHONE);
        String proof = TABLET.prove(claim, CHAIN);

        for (String data : List.of(
                "",
                "no base64!",
                Keys.base64(new byte[10]),
                Keys.base64(Arrays.copyOf(bytes, bytes.length - 1)),
                Keys.base64(new byte[9000]))) {
            assertThat(verdict(new PresentedChain(data, Optional.of(claim.nonce()), proof))
                            .reason())
                    .as(data)
                    .isEqualTo(Reason.BAD_CHAIN);
        }
        assertThat(verdict(new PresentedChain(Keys.base64(bytes), Optional.of("AAAA"), proof))
                        .reason())
                .isEqualTo(Reason.BAD_CHAIN);
        assertThat(verdict(new PresentedChain(Keys.base64(bytes), Optional.empty(), proof))
                        .text())
                .contains("no nonce of this connection waits for its proof");
        assertThat(verdict(new PresentedChain(Keys.base64(bytes), Optional.of(claim.nonce()), proof))
                        .reason())
                .isEqualTo(Reason.DELEGATED);
    }

    private PolicyInForce.Verdict present(String permission, Keys keys) {
        Claim claim = claim(permission);
        return device.policy
                .verify(
                        PUMP,
                        permission,
                        Optional.of(new PresentedChain(
                                Keys.base64(CHAIN.write()), Optional.of(claim.nonce()), keys.prove(claim, CHAIN))))
                .verdict();
    }

    private PolicyInForce.Verdict verdict(PresentedChain presented) {
        return device.policy.verify(PUMP, MICROPHONE, Optional.of(presented)).verdict();
    }

    private static Claim claim(String permission) {
        return new Claim(Keys.base64(new byte[32]), "default", DEVICE, AppKey.of(PUMP.bundle()), permission);
    }

    private void install(List<String> revoked) throws IOException {
        byte[] file = PolicyDevice.capabilities(2, DEVICE, revoked, ROOT);
        device.install(
                device.policy.capabilitiesInstaller(),
                PolicyDevice.target("capabilities", file, Duration.ofDays(90), "keep"),
                file);
    }
}
