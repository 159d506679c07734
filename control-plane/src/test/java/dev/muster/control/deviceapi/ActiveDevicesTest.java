package dev.muster.control.deviceapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DeviceState.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActiveDevicesTest {
    private static final DeviceRef DRILL = new DeviceRef(new TenantId("default"), new DeviceId("drill-1"));

    private final Map<DeviceRef, DeviceState.Status> registry = new HashMap<>();
    private long nanos;
    private final ActiveDevices devices =
            new ActiveDevices(device -> Optional.ofNullable(registry.get(device)), () -> nanos);

    @Test
    void hearsOfASuspensionElsewhereWithinASecond() {
        registry.put(DRILL, Status.ACTIVE);
        assertThat(devices.status(DRILL)).contains(Status.ACTIVE);

        registry.put(DRILL, Status.SUSPENDED);
        assertThat(devices.status(DRILL)).contains(Status.ACTIVE);
        nanos += Duration.ofMillis(999).toNanos();

        assertThat(devices.status(DRILL)).contains(Status.SUSPENDED);
    }

    @Test
    void heardMoreOftenIsNotHeardLonger() {
        registry.put(DRILL, Status.ACTIVE);
        assertThat(devices.status(DRILL)).contains(Status.ACTIVE);
        registry.put(DRILL, Status.SUSPENDED);

        for (int knock = 0; knock < 4; knock++) {
            nanos += Duration.ofMillis(150).toNanos();
            devices.status(DRILL);
        }

        assertThat(devices.status(DRILL)).contains(Status.SUSPENDED);
    }

    @Test
    void looksAgainAtOnceWhenToldOfAChangeHere() {
        registry.put(DRILL, Status.ACTIVE);
        devices.status(DRILL);
        registry.put(DRILL, Status.RETIRED);

        devices.forget(DRILL);

        assertThat(devices.status(DRILL)).contains(Status.RETIRED);
    }

    @Test
    void keepsNothingButThatADeviceIsActive() {
        assertThat(devices.status(DRILL)).isEmpty();

        registry.put(DRILL, Status.SUSPENDED);
        assertThat(devices.status(DRILL)).contains(Status.SUSPENDED);

        registry.put(DRILL, Status.ACTIVE);
        assertThat(devices.status(DRILL)).contains(Status.ACTIVE);
    }
}
