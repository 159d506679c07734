package dev.muster.control.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Verdict.Bundle SEVEN = new Verdict.Bundle(Optional.of(7L), "7".repeat(64));
    private static final Verdict.Bundle SIX = new Verdict.Bundle(Optional.of(6L), "6".repeat(64));

    private Optional<Verdict.Bundle> wanted = Optional.of(SEVEN);
    private Optional<Verdict.Bundle> inForce = Optional.of(SEVEN);
    private Instant heard = NOW.minusSeconds(60);
    private Optional<String> leaseEnded = Optional.empty();
    private Optional<Duration> lease = Optional.of(Duration.ofDays(90));
    private int drifts;
    private int powerless;
    private int alerts;

    private Verdict judge() {
        return Verdict.of(
                new Verdict.Facts(wanted, inForce, heard, leaseEnded, lease, drifts, "drift", powerless, alerts),
                DAY,
                NOW);
    }

    @Test
    void compliantWhenWhatIsMeantIsInForceAndBinds() {
        assertThat(judge().state()).isEqualTo(ComplianceState.COMPLIANT);
        assertThat(judge().staleAt()).isEqualTo(heard.plus(DAY));
    }

    @Test
    void pendingUntilTheNewBundleIsInForce() {
        inForce = Optional.of(SIX);

        assertThat(judge().state()).isEqualTo(ComplianceState.PENDING);
        assertThat(judge().why()).isEqualTo("policy 7 is meant for it, found policy 6");
    }

    @Test
    void pendingWhileTheSameVersionComesCompiledAnew() {
        inForce = Optional.of(new Verdict.Bundle(Optional.of(7L), "a".repeat(64)));

        assertThat(judge().state()).isEqualTo(ComplianceState.PENDING);
        assertThat(judge().why()).contains("compiled anew");
    }

    @Test
    void pendingWithoutAnyPolicyBecauseNothingIsProven() {
        wanted = Optional.empty();
        inForce = Optional.empty();

        assertThat(judge().state()).isEqualTo(ComplianceState.PENDING);
    }

    @Test
    void driftComesBeforeAPendingChange() {
        inForce = Optional.of(SIX);
        drifts = 2;
        alerts = 1;

        assertThat(judge().state()).isEqualTo(ComplianceState.DRIFTED);
        assertThat(judge().why()).isEqualTo("drift and 1 more; it came back three times or more");
    }

    @Test
    void notEnforceableIsNeverCalledCompliant() {
        powerless = 1;

        assertThat(judge().state()).isEqualTo(ComplianceState.NOT_ENFORCEABLE);
        assertThat(judge().why()).contains("1 denied permission the OS may still grant");
    }

    @Test
    void silenceIsStaleWhateverWasSaidLast() {
        heard = NOW.minus(DAY);
        drifts = 1;

        assertThat(judge().state()).isEqualTo(ComplianceState.STALE);
    }

    @Test
    void aShortLeaseEndsBeforePatienceDoes() {
        lease = Optional.of(Duration.ofHours(1));
        heard = NOW.minus(Duration.ofHours(2));

        assertThat(judge().state()).isEqualTo(ComplianceState.STALE);
        assertThat(judge().why()).contains("lease");
    }

    @Test
    void anEndedLeaseIsStaleThoughTheDeviceTalks() {
        leaseEnded = Optional.of("ended-kept");

        assertThat(judge().state()).isEqualTo(ComplianceState.STALE);
    }

    @Test
    void namesOnTheWireAreReadBack() {
        for (ComplianceState state : ComplianceState.values()) {
            assertThat(ComplianceState.parse(state.text())).contains(state);
            assertThat(ComplianceState.parse(state.member())).contains(state);
        }
        assertThat(ComplianceState.parse("fine")).isEmpty();
    }
}
