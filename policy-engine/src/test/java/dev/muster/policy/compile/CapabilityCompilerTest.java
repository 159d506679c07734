package dev.muster.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.Fixtures;
import dev.muster.policy.bundle.BundleTargets;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.explain.Explain;
import dev.muster.policy.explain.Explanation;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.LeaseClock;
import dev.muster.policy.lease.OnExpiry;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilityCompilerTest {
    private static final String DEVICE = "device-1";
    private static final Lease LEASE = new Lease(Duration.ofDays(1), OnExpiry.GUARDRAILS);

    @TempDir
    Path directory;

    private final BundleCompiler compiler = new BundleCompiler(Fixtures.catalog());
    private final NaiveEvaluator naive = new NaiveEvaluator(Fixtures.catalog(), DEVICE);
    private final Explain explain = new Explain(Fixtures.catalog());

    /** Bundle and capability file together say what the policy says, guard rails and lease included. */
    @Test
    void givesADeviceItsOwnRightsWithinGuardRails() throws IOException {
        Map<Reason, Integer> seen = new EnumMap<>(Reason.class);
        int ownRights = 0;
        for (int seed = 0; seed < 250; seed++) {
            Random random = new Random(seed);
            PolicySnapshot policy = Fixtures.randomConditionalPolicy(random);
            DeviceProfile device = Fixtures.randomDevice(random);
            long[] nanos = {0};
            PolicyInForce inForce = new PolicyInForce(new LeaseClock(
                    () -> Instant.EPOCH,
                    () -> false,
                    () -> nanos[0],
                    new LeaseClock.Mark(Instant.EPOCH, Instant.EPOCH)));
            BundleTargets.put(inForce, directory, compiler.compile(policy, device), LEASE);
            Optional<CapabilityFile> file = CapabilityCompiler.compile(policy, DEVICE, device, Set.of());
            inForce.capabilities(file.map(one -> CapabilityFile.read(ByteBuffer.wrap(one.write()), DEVICE)));
            if (file.isEmpty()) {
                continue;
            }
            Situation situation = Fixtures.randomSituation(random);
            for (boolean ended : new boolean[] {false, true}) {
                nanos[0] = ended ? Duration.ofDays(2).toNanos() : 0;
                for (AppInstance app : device.apps()) {
                    for (String permission : Fixtures.permissions()) {
                        PolicyInForce.Verdict verdict = inForce.ask(app.key(), permission, situation);

                        String expected = naive.answer(policy, device, app.key(), permission, ended, situation);
                        assertThat(verdict.reason().code())
                                .as("seed %d %s %s %s", seed, app.key(), permission, situation)
                                .isEqualTo(expected.split(" ")[0]);
                        seen.merge(verdict.reason(), 1, Integer::sum);
                        if (!ended) {
                            Explanation explanation = explain.explain(
                                    policy,
                                    device,
                                    app.key(),
                                    permission,
                                    Optional.of(situation),
                                    PlatformTraits.LINUX,
                                    DEVICE);
                            assertThat(verdict.text()).isEqualTo(explanation.text());
                            boolean own = explanation.reason() == Reason.CAPABILITY
                                    && file.get()
                                            .find(explanation.rules().getFirst().name())
                                            .isPresent();
                            ownRights += own ? 1 : 0;
                        }
                    }
                }
            }
        }
        assertThat(seen).containsKeys(Reason.GUARD_RAIL, Reason.CONDITION, Reason.LEASE_GUARD_RAIL, Reason.CAPABILITY);
        assertThat(ownRights).isPositive();
    }
}
