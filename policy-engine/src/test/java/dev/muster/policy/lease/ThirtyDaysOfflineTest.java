package dev.muster.policy.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.Fixtures;
import dev.muster.policy.bundle.BundleTargets;
import dev.muster.policy.bundle.PolicyInForce;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device without a real-time clock, thirty days out of contact, rebooting all the time: what it answers, every hour. */
class ThirtyDaysOfflineTest {
    private static final Instant CONTACT = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration LEASE = Duration.ofDays(20);

    @TempDir
    Path directory;

    private long nanos;

    @ParameterizedTest
    @EnumSource(OnExpiry.class)
    void keepsTheLeaseThroughRebootsAndEndsItAsThePolicySays(OnExpiry onExpiry) throws IOException {
        byte[] bundle = new BundleCompiler(Fixtures.catalog()).compile(Fixtures.minePolicy(), Fixtures.mineDevice());
        Random random = new Random(30);
        LeaseClock clock = boot(LeaseClock.Mark.NEVER);
        clock.contact(CONTACT);
        PolicyInForce policy = load(clock, bundle, onExpiry);

        for (int hour = 1; hour <= 30 * 24; hour++) {
            nanos += Duration.ofHours(1).toNanos();
            if (random.nextInt(5) == 0) {
                // After a reboot the system clock says 1970 again; the mark and the bundle are all that is left.
                clock = boot(clock.mark());
                policy = load(clock, bundle, onExpiry);
            }
            boolean ended = hour >= LEASE.toHours();

            Situation now = Situation.at(clock.now());
            assertThat(clock.now()).isEqualTo(CONTACT.plus(Duration.ofHours(hour)));
            assertThat(policy.lease().hasEnded()).as("hour %d", hour).isEqualTo(ended);
            assertThat(policy.ask(Fixtures.DRILL, Fixtures.CAMERA, now).reason())
                    .as("hour %d", hour)
                    .isEqualTo(ended && onExpiry == OnExpiry.DENY ? Reason.LEASE_ENDED : Reason.ROLE);
            assertThat(policy.ask(Fixtures.DRILL, Fixtures.LOCATION, now).reason())
                    .as("hour %d", hour)
                    .isEqualTo(
                            !ended
                                    ? Reason.ROLE
                                    : switch (onExpiry) {
                                        case KEEP -> Reason.ROLE;
                                        case GUARDRAILS -> Reason.LEASE_GUARD_RAIL;
                                        case DENY -> Reason.LEASE_ENDED;
                                    });
            assertThat(policy.ask(Fixtures.DRILL, Fixtures.MICROPHONE, now).reason())
                    .isEqualTo(Reason.GUARD_RAIL);
        }

        clock.contact(CONTACT.plus(Duration.ofDays(30)));
        assertThat(policy.ask(Fixtures.DRILL, Fixtures.LOCATION, Situation.at(clock.now()))
                        .granted())
                .as("contact starts the lease anew")
                .isTrue();
    }

    /** A right that ends does so by device time, also while the lease keeps everything else. */
    @Test
    void endsCapabilitiesAtTheirOwnTime() throws IOException {
        byte[] bundle = new BundleCompiler(Fixtures.catalog()).compile(Fixtures.shiftPolicy(), Fixtures.shiftDevice());
        LeaseClock clock = boot(LeaseClock.Mark.NEVER);
        clock.contact(Instant.parse("2026-03-31T00:00:00Z"));
        for (int hour = 0; hour < 48; hour++) {
            PolicyInForce policy = load(clock, bundle, OnExpiry.KEEP);
            Situation blasting = new Situation(
                    clock.now(),
                    java.util.Optional.empty(),
                    new java.util.TreeSet<>(),
                    new java.util.TreeSet<>(java.util.Set.of("blasters")),
                    new java.util.TreeSet<>(),
                    java.util.Optional.empty());

            assertThat(policy.ask(Fixtures.DRILL, Fixtures.VENDOR, blasting).reason())
                    .as("hour %d", hour)
                    .isEqualTo(hour < 24 ? Reason.CAPABILITY : Reason.CONDITION);

            nanos += Duration.ofHours(1).toNanos();
            clock = boot(clock.mark());
        }
    }

    private PolicyInForce load(LeaseClock clock, byte[] bundle, OnExpiry onExpiry) throws IOException {
        PolicyInForce policy = new PolicyInForce(clock);
        BundleTargets.put(policy, directory, bundle, new Lease(LEASE, onExpiry));
        return policy;
    }

    private LeaseClock boot(LeaseClock.Mark mark) {
        nanos = 0;
        return new LeaseClock(() -> Instant.EPOCH, () -> false, () -> nanos, mark);
    }
}
