package dev.muster.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTimeTest {
    private static final Instant SIGNED = PolicyDevice.START.plus(Duration.ofDays(40));

    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOnWithoutAClock() throws IOException {
        device = new PolicyDevice(directory);
        device.withoutClock();
        device.reboot();
    }

    @Test
    void aSignedTimeMovesADeviceWithoutAClockForward() throws IOException {
        assertThat(device.time.instant()).isBefore(SIGNED);

        device.time.contact(Optional.of(SIGNED));
        device.pass(Duration.ofHours(2));

        assertThat(device.time.instant()).isEqualTo(SIGNED.plus(Duration.ofHours(2)));
        assertThat(device.time.lastContact()).isEqualTo(SIGNED);
        device.reboot();
        assertThat(device.time.instant()).isAfterOrEqualTo(SIGNED);
    }

    @Test
    void anOlderSignedTimeMovesNothingBack() throws IOException {
        device.time.contact(Optional.of(SIGNED));

        device.time.contact(Optional.of(SIGNED.minus(Duration.ofDays(3))));

        assertThat(device.time.instant()).isEqualTo(SIGNED);
    }
}
