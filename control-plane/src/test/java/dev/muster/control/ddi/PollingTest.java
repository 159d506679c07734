package dev.muster.control.ddi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollingTest {
    @Test
    void readsAnIntervalWithJitterAndOverridesInOrder() {
        Polling polling = Polling.parse("00:05:00~10%, tag=in=(a,b) -> 00:00:30, site==north -> 12:00:00~5%");

        assertThat(polling.standard()).isEqualTo(new Polling.Interval(Duration.ofMinutes(5), 10));
        assertThat(polling.overrides())
                .extracting(override -> override.selector().text())
                .containsExactly("tag=in=(a,b)", "site==north");
        assertThat(polling.overrides())
                .extracting(override -> override.interval().sleep())
                .containsExactly(Duration.ofSeconds(30), Duration.ofHours(12));
    }

    @Test
    void jitterStaysWithinItsPercentAndTheBounds() {
        Polling.Interval interval = new Polling.Interval(Duration.ofMinutes(10), 50);

        assertThat(interval.drawn(0)).isEqualTo(Duration.ofMinutes(5));
        assertThat(interval.drawn(0.5)).isEqualTo(Duration.ofMinutes(10));
        assertThat(interval.drawn(1)).isEqualTo(Duration.ofMinutes(15));
        assertThat(new Polling.Interval(Duration.ofSeconds(30), 99).drawn(0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(new Polling.Interval(Polling.LONGEST, 99).drawn(1)).isEqualTo(Polling.LONGEST);
        assertThat(Polling.format(Polling.LONGEST)).isEqualTo("23:59:59");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "00:00:29", "24:00:00", "00:05:00~200%", "00:05:00,", "00:05:00, -> 00:00:30"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Polling.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void networksHoldAddressesAndNeverNames() {
        Networks networks = Networks.parse(List.of("10.1.0.0/15", "::1", "192.0.2.7"));

        assertThat(networks.hold("10.0.9.9")).isTrue();
        assertThat(networks.hold("10.1.255.255")).isTrue();
        assertThat(networks.hold("10.2.0.0")).isFalse();
        assertThat(networks.hold("0:0:0:0:0:0:0:1")).isTrue();
        assertThat(networks.hold("192.0.2.8")).isFalse();
        assertThat(networks.hold("localhost")).isFalse();
        assertThatThrownBy(() -> Networks.parse(List.of("localhost")))
                .hasMessageContaining("muster.ddi.trusted-proxies");
        assertThatThrownBy(() -> Networks.parse(List.of("10.0.0.0/33"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void idsThatAreNoNamesOfDevicesGetOneThatNoOtherHas() {
        assertThat(ClientService.name("press-7").value()).isEqualTo("press-7");
        assertThat(ClientService.name("press 7").value()).startsWith("press-7-");
        assertThat(ClientService.name("press 7")).isNotEqualTo(ClientService.name("press/7"));
        assertThat(ClientService.name("ä".repeat(256)).value()).startsWith("ddi-");
    }
}
