package dev.muster.agent.policy;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static dev.muster.agent.policy.PolicyDevice.MICROPHONE;
import static dev.muster.agent.policy.PolicyDevice.PUMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.decision.Reason;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thirty days in a mine without a network and without a real-time clock, with a power cut every day. */
class LeaseOfflineTest {
    private static final Duration LEASE = Duration.ofDays(20);

    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOn() throws IOException {
        device = new PolicyDevice(directory);
        device.time.contact(Optional.empty());
    }

    @Test
    void keepChangesNothingAndAlertsOnce() throws IOException {
        install("keep");

        List<PermissionEvent> told = thirtyDaysOffline();

        assertThat(granted(CAMERA)).isTrue();
        assertThat(granted(MICROPHONE)).isTrue();
        assertThat(device.policy.report().lease()).isEqualTo("ended-kept");
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
        assertThat(told).containsExactly(new PermissionEvent.Lease("ended-kept", 7));
    }

    @Test
    void guardrailsTakesWhatAGuardRailNamesAndNothingElse() throws IOException {
        install("guardrails");

        List<PermissionEvent> told = thirtyDaysOffline();

        assertThat(granted(CAMERA)).isTrue();
        assertThat(device.policy.verify(PUMP, MICROPHONE).verdict().reason()).isEqualTo(Reason.LEASE_GUARD_RAIL);
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
        assertThat(device.cell(MICROPHONE)).isEqualTo("denied");
        assertThat(told).containsExactly(new PermissionEvent.Lease("ended-guardrails", 7));
    }

    @Test
    void denyTakesEverything() throws IOException {
        install("deny");

        List<PermissionEvent> told = thirtyDaysOffline();

        assertThat(device.policy.verify(PUMP, CAMERA).verdict().reason()).isEqualTo(Reason.LEASE_ENDED);
        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        assertThat(told).containsExactly(new PermissionEvent.Lease("ended-denied", 7));
    }

    @Test
    void contactBringsEverythingBackAndSaysSo() throws IOException {
        install("deny");
        thirtyDaysOffline();
        Instant serverTime = PolicyDevice.START.plus(Duration.ofDays(31));

        device.time.contact(Optional.of(serverTime));
        device.policy.look();

        assertThat(granted(CAMERA)).isTrue();
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
        assertThat(device.time.instant()).isEqualTo(serverTime);
        assertThat(device.policy.report().leaseEnds()).contains(serverTime.plus(LEASE));
        assertThat(device.takeEvents()).containsExactly(new PermissionEvent.Lease("holds", 7));
    }

    @Test
    void neitherAWrongClockNorItsReturnEndsALeaseEarly() throws IOException {
        install("deny");
        device.withoutClock();
        device.system = PolicyDevice.START.plus(Duration.ofDays(9999));

        device.reboot();

        assertThat(granted(CAMERA)).isTrue();
        assertThat(device.time.instant()).isBefore(PolicyDevice.START.plus(Duration.ofDays(1)));
    }

    @Test
    void aLongerLeaseUnderTheSameBundleIsTakenOver() throws IOException {
        byte[] bundle = install("deny");
        var longer = PolicyDevice.target("policy", bundle, Duration.ofDays(60), "keep");

        device.policy.policyInstaller().renew(longer);
        thirtyDaysOffline();

        assertThat(device.policy.report().lease()).isEqualTo("holds");
        assertThat(granted(CAMERA)).isTrue();
    }

    private byte[] install(String onExpiry) throws IOException {
        byte[] bundle = PolicyDevice.bundle(7, Set.of(CAMERA, MICROPHONE), PolicyDevice.endsWithTheLease(MICROPHONE));
        device.install(device.policy.policyInstaller(), PolicyDevice.target("policy", bundle, LEASE, onExpiry), bundle);
        device.takeEvents();
        return bundle;
    }

    /** What was told on the way. The last minute before each cut is not seen: the clock is kept once a minute. */
    private List<PermissionEvent> thirtyDaysOffline() throws IOException {
        device.withoutClock();
        for (int day = 0; day < 30; day++) {
            device.pass(Duration.ofDays(1));
            device.policy.look();
            device.time.save();
            device.pass(Duration.ofSeconds(59));
            device.reboot();
        }
        return device.takeEvents();
    }

    private boolean granted(String permission) {
        return device.policy.verify(PUMP, permission).verdict().granted();
    }
}
