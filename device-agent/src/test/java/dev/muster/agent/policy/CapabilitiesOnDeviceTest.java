package dev.muster.agent.policy;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static dev.muster.agent.policy.PolicyDevice.MICROPHONE;
import static dev.muster.agent.policy.PolicyDevice.PUMP;
import static dev.muster.agent.policy.PolicyDevice.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.update.RefusedException;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.GuardRail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilitiesOnDeviceTest {
    private static final String DEVICE = "pump-7";
    private static final byte[] REPAIR = PolicyDevice.capabilities(
            2, DEVICE, PolicyDevice.microphoneUntil(START.plus(Duration.ofHours(8)), DEVICE, "pump-8"));

    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOn() throws IOException {
        device = new PolicyDevice(directory);
        device.time.contact(Optional.empty());
        device.install(PolicyDevice.bundle(2, Set.of(CAMERA)));
    }

    @Test
    void givesThisDeviceWhatTheSharedBundleDoesNot() throws IOException {
        assertThat(reason()).isEqualTo(Reason.NOT_IN_ROLE);

        install(REPAIR);

        assertThat(reason()).isEqualTo(Reason.CAPABILITY);
        assertThat(device.policy.verify(PUMP, MICROPHONE).verdict().text()).contains("repair");
        assertThat(device.cell(MICROPHONE)).isEqualTo("granted");
        assertThat(device.policy.report().capabilitiesSha256()).contains(PolicyDevice.sha256(REPAIR));
        device.reboot();
        assertThat(reason()).isEqualTo(Reason.CAPABILITY);
    }

    @Test
    void endsByDeviceTimeOfflineWithoutAClock() throws IOException {
        install(REPAIR);
        device.withoutClock();
        device.pass(Duration.ofHours(7));
        device.time.save();
        device.reboot();
        assertThat(reason()).isEqualTo(Reason.CAPABILITY);

        device.pass(Duration.ofHours(1));
        device.policy.look();

        assertThat(reason()).isEqualTo(Reason.CONDITION);
        assertThat(device.cell(MICROPHONE)).isEqualTo("denied");
    }

    @Test
    void isRevokedByANewFileOrByNone() throws IOException {
        install(REPAIR);
        install(PolicyDevice.capabilities(
                3,
                DEVICE,
                new dev.muster.policy.model.Capability(
                        "other",
                        "",
                        new java.util.TreeSet<>(Set.of(CAMERA)),
                        dev.muster.policy.model.AppSelector.bundles(PUMP.bundle()),
                        new dev.muster.policy.model.DeviceSelector.Ids(new java.util.TreeSet<>(Set.of(DEVICE))),
                        dev.muster.policy.model.UserSelector.ALL,
                        dev.muster.policy.model.Condition.ALWAYS,
                        Optional.empty(),
                        START.plus(Duration.ofDays(1)),
                        Optional.empty())));
        assertThat(reason()).isEqualTo(Reason.NOT_IN_ROLE);
        assertThat(device.cell(MICROPHONE)).isEqualTo("denied");

        device.policy.capabilitiesInstaller().remove();

        assertThat(device.policy.capabilitiesSha256()).isEmpty();
    }

    @Test
    void aGuardRailWins() throws IOException {
        install(REPAIR);

        device.install(PolicyDevice.bundle(3, Set.of(CAMERA), GuardRail.denying("no-microphone", Set.of(MICROPHONE))));

        assertThat(reason()).isEqualTo(Reason.GUARD_RAIL);
        assertThat(device.cell(MICROPHONE)).isEqualTo("denied");
    }

    @Test
    void outlivesAChangeOfTheSharedBundle() throws IOException {
        install(REPAIR);

        device.install(PolicyDevice.bundle(3, Set.of()));

        assertThat(reason()).isEqualTo(Reason.CAPABILITY);
    }

    @Test
    void aFileThatIsNotGoodIsRefusedAndTheOneInForceStays() throws IOException {
        install(REPAIR);
        byte[] foreign = PolicyDevice.capabilities(
                2, "pump-8", PolicyDevice.microphoneUntil(START.plus(Duration.ofDays(9)), "pump-8"));
        byte[] older = PolicyDevice.capabilities(
                1, DEVICE, PolicyDevice.microphoneUntil(START.plus(Duration.ofDays(9)), DEVICE));
        byte[] next = PolicyDevice.capabilities(
                2, DEVICE, PolicyDevice.microphoneUntil(START.plus(Duration.ofDays(9)), DEVICE));
        byte[] altered = next.clone();
        altered[altered.length / 2] ^= 1;

        assertRefused(foreign, foreign);
        assertRefused(older, older);
        assertRefused(altered, altered);
        assertRefused(next, altered);
        assertRefused(next, Arrays.copyOf(next, next.length - 1));
        assertRefused(new byte[10], new byte[10]);
        assertThat(device.policy.capabilitiesSha256()).contains(PolicyDevice.sha256(REPAIR));
        assertThat(reason()).isEqualTo(Reason.CAPABILITY);
    }

    @Test
    void countsForAWatchedPolicyToo() throws IOException {
        install(REPAIR);
        byte[] watched = PolicyDevice.bundle(9, Set.of());
        device.install(
                device.policy.shadowInstaller(),
                PolicyDevice.target("policy-shadow", watched, Duration.ofDays(90), "keep"),
                watched);
        device.policy.takeCounts();

        device.policy.verify(PUMP, MICROPHONE);

        assertThat(device.policy.takeCounts())
                .extracting(dev.muster.protocol.event.DeviceEvent::kind)
                .containsExactly("permission.usage");
    }

    private void assertRefused(byte[] signed, byte[] delivered) {
        assertThatThrownBy(() -> device.install(device.policy.capabilitiesInstaller(), target(signed), delivered))
                .isInstanceOf(RefusedException.class);
    }

    private void install(byte[] file) throws IOException {
        device.install(device.policy.capabilitiesInstaller(), target(file), file);
    }

    private static dev.muster.agent.update.DesiredTarget target(byte[] file) {
        return PolicyDevice.target("capabilities", file, Duration.ofDays(90), "keep");
    }

    private Reason reason() {
        return device.policy.verify(PUMP, MICROPHONE).verdict().reason();
    }
}
