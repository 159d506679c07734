package dev.muster.policy.bundle;

import static dev.muster.policy.Fixtures.CAMERA;
import static dev.muster.policy.Fixtures.DRILL;
import static dev.muster.policy.Fixtures.LOCATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.policy.Fixtures;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.LeaseClock;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.lease.OnExpiry;
import dev.muster.policy.model.PolicySnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyInForceTest {
    private static final Lease LEASE = new Lease(Duration.ofDays(1), OnExpiry.GUARDRAILS);

    @TempDir
    Path directory;

    private long nanos;
    private final LeaseClock clock = new LeaseClock(
            () -> Instant.EPOCH, () -> false, () -> nanos, new LeaseClock.Mark(Instant.EPOCH, Instant.EPOCH));
    private final PolicyInForce policy = new PolicyInForce(clock);

    @Test
    void deniesEverythingBeforeThereIsAPolicy() {
        assertThat(Decision.reason(policy.verify(DRILL, CAMERA, DecisionContext.NONE)))
                .isEqualTo(Reason.NO_POLICY);
        assertThat(policy.ask(DRILL, CAMERA, DecisionContext.NONE))
                .isEqualTo(new PolicyInForce.Verdict(
                        false, Reason.NO_POLICY, "denied: no verified policy is in force on this device", 0));
    }

    @Test
    void answersFromTheBundleThatWasVerified() throws IOException {
        byte[] bundle = GoldenBundle.compiled();

        policy.replace(file(bundle), target(bundle));

        PolicyInForce.Verdict verdict = policy.ask(DRILL, CAMERA, DecisionContext.NONE);
        assertThat(verdict.granted()).isTrue();
        assertThat(verdict.reason()).isEqualTo(Reason.ROLE);
        assertThat(verdict.policyVersion()).isEqualTo(7);
    }

    @Test
    void keepsTheOldBundleWhenTheNewOneIsNotTheOneThatWasVerified() throws IOException {
        byte[] bundle = GoldenBundle.compiled();
        policy.replace(file(bundle), target(bundle));
        byte[] other = compiled(8);
        byte[] longer = java.util.Arrays.copyOf(bundle, bundle.length + 5);
        byte[] noBundle = new byte[200];

        assertThatThrownBy(() -> policy.replace(file(other), target(bundle)))
                .hasMessageContaining("expected by verified metadata, found");
        assertThatThrownBy(() -> policy.replace(file(longer), target(bundle)))
                .hasMessage("bundle: " + bundle.length + " bytes expected by verified metadata, found more");
        assertThatThrownBy(() -> policy.replace(file(noBundle), target(noBundle)))
                .hasMessageContaining("not a policy bundle");
        assertThatThrownBy(() -> policy.replace(directory.resolve("missing"), target(bundle)))
                .hasMessageContaining("bundle `missing` cannot be read");

        assertThat(policy.ask(DRILL, CAMERA, DecisionContext.NONE).granted()).isTrue();
    }

    @Test
    void refusesAPolicyOlderThanTheOneInForce() throws IOException {
        byte[] newer = compiled(8);
        byte[] older = GoldenBundle.compiled();
        policy.replace(file(newer), target(newer));

        assertThatThrownBy(() -> policy.replace(file(older), target(older)))
                .hasMessage("bundle: policy version 8 or newer expected, found 7");

        assertThat(policy.current().orElseThrow().bundle().policyVersion()).isEqualTo(8);
    }

    @Test
    void isNotChangedByWhoeverWritesToTheFileLater() throws IOException {
        byte[] bundle = GoldenBundle.compiled();
        Path file = file(bundle);
        policy.replace(file, target(bundle));

        Files.write(file, new byte[bundle.length]);

        assertThat(policy.ask(DRILL, CAMERA, DecisionContext.NONE).granted()).isTrue();
    }

    @Test
    void letsGuardRailsEndPermissionsWithTheLease() throws IOException {
        byte[] bundle = GoldenBundle.compiled();
        policy.replace(file(bundle), target(bundle));
        assertThat(policy.ask(DRILL, LOCATION, DecisionContext.NONE).granted()).isTrue();
        assertThat(policy.lease()).isEqualTo(LeaseState.HOLDS);

        nanos += Duration.ofDays(1).toNanos();

        assertThat(policy.lease()).isEqualTo(LeaseState.ENDED_GUARDRAILS);
        assertThat(policy.ask(DRILL, CAMERA, DecisionContext.NONE).granted()).isTrue();
        assertThat(policy.ask(DRILL, LOCATION, DecisionContext.NONE).text())
                .isEqualTo("denied: the policy's lease has ended, and guard rail `no-microphones` lets"
                        + " `ohos.permission.APPROXIMATELY_LOCATION` end with it");
    }

    private static byte[] compiled(long version) {
        PolicySnapshot mine = Fixtures.minePolicy();
        return new BundleCompiler(Fixtures.catalog()).compile(mine.withVersion(version), Fixtures.mineDevice());
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("bundle-" + bytes.length + "-" + bytes[16]), bytes);
    }

    private static VerifiedTarget target(byte[] bytes) {
        try {
            return new VerifiedTarget(
                    bytes.length,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)),
                    LEASE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
