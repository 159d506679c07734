package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private final Leases leases = new Leases("a");

    @Test
    void tellsTheSessionsOfAGatewayThatStoppedBeatingOnce() {
        leases.beat("b");
        leases.claimed("north/crusher", "b", 7);
        ownBeats(Leases.BEATS - 1);
        assertThat(leases.takeLost()).isEmpty();

        ownBeats(1);

        assertThat(leases.takeLost()).isEqualTo(Map.of("north/crusher", 7L));
        ownBeats(Leases.BEATS);
        assertThat(leases.takeLost()).isEmpty();
    }

    @Test
    void leavesGatewaysAloneThatBeatOrNeverDid() {
        leases.claimed("north/crusher", "b", 7);
        leases.claimed("north/camera", "c", 8);
        for (int i = 0; i < 3 * Leases.BEATS; i++) {
            leases.beat("a");
            leases.beat("b");
        }

        assertThat(leases.takeLost()).isEmpty();
    }

    @Test
    void leavesSessionsAloneThatEndedOrMoved() {
        leases.beat("b");
        leases.claimed("north/ended", "b", 1);
        leases.claimed("north/here", "b", 2);
        leases.claimed("north/there", "b", 3);
        leases.ended("north/ended");
        leases.claimed("north/here", "a", 4);
        leases.claimed("north/there", "c", 5);

        ownBeats(Leases.BEATS);

        assertThat(leases.takeLost()).isEmpty();
    }

    @Test
    void losesNobodyWhileNothingIsRead() {
        leases.beat("b");
        leases.claimed("north/crusher", "b", 7);

        assertThat(leases.takeLost()).isEmpty();
    }

    private void ownBeats(int count) {
        for (int i = 0; i < count; i++) {
            leases.beat("a");
        }
    }
}
