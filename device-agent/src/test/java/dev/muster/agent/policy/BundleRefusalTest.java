package dev.muster.agent.policy;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static dev.muster.agent.policy.PolicyDevice.MICROPHONE;
import static dev.muster.agent.policy.PolicyDevice.PUMP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Reasons;
import dev.muster.agent.update.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with a bundle, the one in force stays in force. */
class BundleRefusalTest {
    private static final byte[] FIFTH = PolicyDevice.bundle(5, Set.of(CAMERA));
    private static final byte[] SIXTH = PolicyDevice.bundle(6, Set.of(MICROPHONE));

    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOn() throws IOException {
        device = new PolicyDevice(directory);
        device.install(FIFTH);
    }

    @Test
    void truncated() {
        assertRefused(target(SIXTH), Arrays.copyOf(SIXTH, SIXTH.length - 1), Reasons.BUNDLE_INVALID);
    }

    @Test
    void altered() {
        byte[] altered = SIXTH.clone();
        altered[altered.length / 2] ^= 1;

        assertRefused(target(SIXTH), altered, Reasons.BUNDLE_INVALID);
    }

    @Test
    void older() {
        byte[] fourth = PolicyDevice.bundle(4, Set.of(CAMERA, MICROPHONE));

        assertRefused(target(fourth), fourth, Reasons.POLICY_OLDER);
    }

    @Test
    void noBundleAtAll() {
        byte[] noise = "signed for, but no bundle".getBytes(java.nio.charset.StandardCharsets.UTF_8);

        assertRefused(target(noise), noise, Reasons.BUNDLE_INVALID);
    }

    @Test
    void tooLarge() {
        DesiredTarget huge = new DesiredTarget(
                target(SIXTH).name(),
                "policy/file",
                "*",
                "6",
                "0".repeat(64),
                Long.MAX_VALUE,
                0,
                java.util.Optional.empty(),
                java.util.Optional.empty());

        assertThatThrownBy(() -> device.policy.policyInstaller().admit(huge)).isInstanceOf(RefusedException.class);
    }

    @Test
    void unlistedOnTheShelf() throws IOException {
        Files.write(device.state.policy().resolve(PolicyDevice.sha256(SIXTH) + ".bundle"), SIXTH);

        device.reboot();

        assertThat(device.policy.version()).isEqualTo(5);
    }

    @Test
    void theOneBeforeIsKeptAndCanComeBack() throws IOException {
        device.install(SIXTH);
        device.install(PolicyDevice.bundle(7, Set.of()));
        device.reboot();
        Installer installer = device.policy.policyInstaller();

        installer.revert(target(PolicyDevice.bundle(7, Set.of())));

        assertThat(device.policy.version()).isEqualTo(6);
        assertThat(device.policy.verify(PUMP, MICROPHONE).verdict().granted()).isTrue();
        device.reboot();
        assertThat(device.policy.version()).isEqualTo(6);
        try (var files = Files.list(device.state.policy())) {
            assertThat(files.filter(file -> file.toString().endsWith(".bundle")))
                    .hasSize(2);
        }
    }

    @Test
    void theOneBeforeDoesNotStepInForABundleAlteredOnDisk() throws IOException {
        device.install(SIXTH);
        Files.write(device.state.policy().resolve(PolicyDevice.sha256(SIXTH) + ".bundle"), new byte[SIXTH.length]);

        device.reboot();

        assertThat(device.policy.version()).isZero();
        assertThat(device.policy.verify(PUMP, CAMERA).verdict().granted()).isFalse();
    }

    private void assertRefused(DesiredTarget target, byte[] bytes, String reason) {
        assertThatThrownBy(() -> device.install(device.policy.policyInstaller(), target, bytes))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(device.policy.version()).isEqualTo(5);
        assertThat(device.policy.verify(PUMP, CAMERA).verdict().granted()).isTrue();
        assertThat(device.policy.verify(PUMP, MICROPHONE).verdict().granted()).isFalse();
    }

    private static DesiredTarget target(byte[] bundle) {
        return PolicyDevice.target("policy", bundle, Duration.ofDays(90), "keep");
    }
}
