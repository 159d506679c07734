package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DeviceState.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceDirectoryTest {
    private final DeviceDirectory directory = new DeviceDirectory();

    @ParameterizedTest
    @EnumSource(Status.class)
    void admitsActiveDevicesOnly(Status status) {
        directory.apply("t/d", new DeviceState(status, 1, 1));

        assertThat(directory.admits("t/d")).isEqualTo(status == Status.ACTIVE);
        assertThat(directory.admits("t/unknown")).isFalse();
    }

    @Test
    void dropsARecordOlderThanWhatItHolds() {
        directory.apply("t/d", new DeviceState(Status.SUSPENDED, 1, 5));

        directory.apply("t/d", new DeviceState(Status.ACTIVE, 1, 4));

        assertThat(directory.admits("t/d")).isFalse();
    }

    @Test
    void forgetsADeviceThatWasRemoved() {
        directory.apply("t/d", new DeviceState(Status.ACTIVE, 1, 5));

        directory.apply("t/d", null);

        assertThat(directory.admits("t/d")).isFalse();
        assertThat(directory.find("t/d")).isEmpty();
    }

    @Test
    void admitsNobodyOfATenantThatIsNotActive() {
        directory.apply("t/d", new DeviceState(Status.ACTIVE, 1, 1));
        directory.apply("tt/d", new DeviceState(Status.ACTIVE, 1, 1));

        directory.apply("t", new DeviceState(Status.SUSPENDED, 0, 2));

        assertThat(directory.admits("t/d")).isFalse();
        assertThat(directory.admits("tt/d")).isTrue();
        assertThat(directory.admits("t")).isFalse();

        // The device's own state does not help it.
        directory.apply("t/d", new DeviceState(Status.ACTIVE, 2, 9));
        assertThat(directory.admits("t/d")).isFalse();

        directory.apply("t", new DeviceState(Status.ACTIVE, 0, 3));
        assertThat(directory.admits("t/d")).isTrue();
    }
}
