package dev.muster.policy.atm;

import static dev.muster.policy.atm.Devices.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.token.AccessTokenId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbeMonitorTest {
    private final Devices devices = new Devices();
    private final Atm atm = devices.atm(config());
    private final AccessTokenId prober = install(atm, "prober", INTERNET);
    private final AccessTokenId other = install(atm, "other", INTERNET);

    @Test
    void deniesAProbingAppEveryCheckOfOthersForHalfAnHour() {
        probe(prober, 49);
        assertThat(atm.verifyFor(prober, other, INTERNET)).isTrue();

        probe(prober, 1);
        assertThat(atm.verifyFor(prober, other, INTERNET)).isFalse();
        assertThat(atm.verifyFor(prober, prober, INTERNET)).as("of itself").isTrue();
        assertThat(atm.verify(other, INTERNET)).as("asked by a service").isTrue();

        devices.now = devices.now.plus(ProbeMonitor.PUNISHMENT).minusSeconds(1);
        assertThat(atm.verifyFor(prober, other, INTERNET)).isFalse();
        devices.now = devices.now.plusSeconds(1);
        assertThat(atm.verifyFor(prober, other, INTERNET)).isTrue();
    }

    @Test
    void forgetsProbesAfterAMinute() {
        probe(prober, 49);

        devices.now = devices.now.plus(Duration.ofSeconds(60));
        probe(prober, 49);

        assertThat(atm.verifyFor(prober, other, INTERNET)).isTrue();
    }

    @Test
    void watchesOrdinaryAppsOnly() {
        AppInfo.Traits system = new AppInfo.Traits("id", 12, true, false, "", "release");
        AccessTokenId systemApp = atm.install(
                        new AppInfo(100, "system", 0, 0, system, Optional.empty()), policy(), Caller.ROOT)
                .token();

        probe(systemApp, 100);

        assertThat(atm.verifyFor(systemApp, other, INTERNET)).isTrue();
    }

    @Test
    void countsNothingButTokensThatAreNotThere() {
        for (int i = 0; i < 100; i++) {
            atm.verifyFor(prober, other, CAMERA);
            atm.verifyFor(prober, AccessTokenId.INVALID, INTERNET);
            atm.verifyFor(prober, AccessTokenId.app(1), "");
        }

        assertThat(atm.verifyFor(prober, other, INTERNET)).isTrue();
    }

    @Test
    void watchesAtMost512AppsAndDropsTheLeastRecent() {
        ProbeMonitor monitor = new ProbeMonitor(() -> devices.now);
        for (int probe = 0; probe < 50; probe++) {
            monitor.probed(AccessTokenId.app(0));
        }
        assertThat(monitor.isDenied(AccessTokenId.app(0))).isTrue();

        for (int app = 1; app <= 512; app++) {
            monitor.probed(AccessTokenId.app(app));
        }

        assertThat(monitor.isDenied(AccessTokenId.app(0))).isFalse();
    }

    private void probe(AccessTokenId app, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(atm.verifyFor(app, AccessTokenId.app(1), INTERNET)).isFalse();
        }
    }
}
