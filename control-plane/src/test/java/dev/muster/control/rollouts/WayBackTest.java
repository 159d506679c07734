package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.desired.TargetName;
import org.junit.jupiter.api.Test;

class WayBackTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final TargetName APP = new TargetName.App("com.example.pump");

    @Test
    void anImageGoesBackAtOnceOnlyWhereItsCounterIsNotLower() {
        assertThat(way(IMAGE, "1.0.0", 2, 2).way()).isEqualTo("at-once");
        assertThat(way(IMAGE, "1.0.0", 1, 2))
                .extracting(WayBack::way, WayBack::reason)
                .containsExactly(
                        "new-release",
                        "devices refuse release counter 1 after 2: release the old content under a higher one");
        assertThat(way(IMAGE, "", 0, 2).way()).isEqualTo("none");
    }

    @Test
    void anAppThatWasNotThereIsRemovedAndLosesItsData() {
        assertThat(way(APP, "", 0, 7).way()).isEqualTo("uninstall");
        assertThat(way(APP, "1.6", 6, 7).reason())
                .contains("version code 6 after 7")
                .contains("deletes its data");
    }

    @Test
    void aPolicyGoesBackAtOnce() {
        assertThat(way(new TargetName.Policy(), "4", 0, 0).reason()).isEqualTo("muster policy rollback 4");
    }

    private static WayBack way(TargetName name, String before, long counterBefore, long counterNow) {
        return WayBack.of(new WayBack.Change(name, before, counterBefore, "new", counterNow, 3));
    }
}
