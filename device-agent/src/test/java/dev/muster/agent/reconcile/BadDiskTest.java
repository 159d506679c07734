package dev.muster.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.disk.HostileDisk;
import dev.muster.agent.disk.HostileDisk.Call;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.Reasons;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that refuses what an update writes: it is told, and the old system goes on. */
class BadDiskTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final String FULL = "No space left on device";

    @TempDir
    Path directory;

    @Test
    void aSlotThatIsFullIsToldAndTheOldSystemGoesOnUntilThereIsRoom() throws IOException {
        HostileDisk disk = new HostileDisk(directory);
        Device device = new Device(disk.root().resolve("agent"));
        device.powerOn();
        disk.fail(call -> call.kind() == Call.Kind.WRITE && call.path().endsWith("slots/b.img")
                ? Optional.of(FULL)
                : Optional.empty());

        AgentState full = device.settle(desired(device, 1));

        var condition = full.condition(IMAGE).orElseThrow();
        assertThat(condition.state()).isEqualTo(ConditionState.FAILED);
        assertThat(condition.reason()).isEqualTo(Reasons.STORAGE_ERROR);
        assertThat(condition.message()).contains(FULL);
        assertThat(running(device)).isEqualTo("1.0.0");

        disk.fail(call -> Optional.empty());
        // Lack of room is no fault of the bytes: a later document may ask for them again.
        AgentState roomy = device.settle(desired(device, 2));

        assertThat(roomy.condition(IMAGE).orElseThrow().state()).isEqualTo(ConditionState.COMMITTED);
        assertThat(running(device)).isEqualTo("2.0.0");
    }

    private static DesiredState desired(Device device, long generation) {
        return new DesiredState(
                generation, List.of(device.target(IMAGE.text(), Device.image("2.0.0"), "2.0.0", 2)), List.of());
    }

    private static String running(Device device) throws IOException {
        return device.powerOn().platform.slots().orElseThrow().booted().version();
    }
}
