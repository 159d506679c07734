package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.apps.Haps;
import dev.muster.agent.platform.Slots;
import dev.muster.agent.store.StateStore;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.Reasons;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power goes at every persisted state, before and after the write; the end is always the same. */
class PowerCutTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final int MORE_THAN_ALL_WRITES = 60;

    @TempDir
    Path directory;

    @Test
    void aGoodImageIsCommittedWhereverThePowerWent() throws IOException {
        List<String> ends = cutEverywhere(Device.image("2.0.0"));

        assertThat(ends).hasSizeGreaterThan(10).containsOnly("2.0.0 in b, COMMITTED ");
    }

    @Test
    void anImageThatFailsItsHealthCheckIsRolledBackWhereverThePowerWent() throws IOException {
        List<String> ends = cutEverywhere(Device.image("2.0.0", "health=fail"));

        assertThat(ends).hasSizeGreaterThan(10).containsOnly("1.0.0 in a, ROLLED_BACK " + Reasons.HEALTH_CHECK_FAILED);
    }

    @Test
    void anImageThatNeverBootsIsRolledBackWhereverThePowerWent() throws IOException {
        List<String> ends = cutEverywhere(Device.image("2.0.0", "boot=fail"));

        assertThat(ends).hasSizeGreaterThan(8).containsOnly("1.0.0 in a, ROLLED_BACK " + Reasons.BOOT_FAILED);
    }

    @Test
    void anAppIsWholeOldOrNewAtEveryInstantAndNewInTheEnd() throws IOException {
        int cuts = 0;
        for (int write = 1; write < MORE_THAN_ALL_WRITES; write++) {
            for (boolean before : new boolean[] {true, false}) {
                Device device = new Device(directory.resolve("app-" + write + before));
                device.settle(desired(1, device, Haps.hap("com.example.pump", 1)));
                DesiredState next = desired(2, device, Haps.hap("com.example.pump", 2));

                boolean cut = cutOnce(device, next, write, before);
                assertThat(content(device)).isIn("code of version 1", "code of version 2");
                device.storeSeam = store -> store;
                AgentState end = device.settle(next);

                assertThat(content(device)).isEqualTo("code of version 2");
                assertThat(end.condition(new TargetName.App("com.example.pump"))
                                .orElseThrow()
                                .state())
                        .isEqualTo(ConditionState.COMMITTED);
                if (!cut) {
                    assertThat(cuts).isGreaterThan(10);
                    return;
                }
                cuts++;
            }
        }
        throw new AssertionError("more writes than expected");
    }

    @Test
    void theSecondImageReplacesTheFirstInTheOtherSlot() throws IOException {
        Device device = new Device(directory);

        device.settle(
                new DesiredState(1, List.of(device.target("image", Device.image("2.0.0"), "2.0.0", 2)), List.of()));
        device.settle(
                new DesiredState(2, List.of(device.target("image", Device.image("3.0.0"), "3.0.0", 3)), List.of()));

        Slots.Booted booted = device.powerOn().platform.slots().orElseThrow().booted();
        assertThat(booted.version()).isEqualTo("3.0.0");
        assertThat(booted.slot()).isEqualTo("a");
        assertThat(Files.readAllBytes(device.state.device().resolve("slots/a.img")))
                .isEqualTo(Device.image("3.0.0"));
    }

    private List<String> cutEverywhere(byte[] image) throws IOException {
        Map<String, String> ends = new TreeMap<>();
        for (int write = 1; write < MORE_THAN_ALL_WRITES; write++) {
            for (boolean before : new boolean[] {true, false}) {
                Device device = new Device(directory.resolve("device-" + write + before));
                DesiredState desired =
                        new DesiredState(1, List.of(device.target("image", image, "2.0.0", 2)), List.of());
                boolean cut = cutOnce(device, desired, write, before);
                device.storeSeam = store -> store;
                AgentState end = device.settle(desired);
                if (!cut) {
                    return List.copyOf(ends.values());
                }
                ends.put(write + " " + before, describe(device, end));
            }
        }
        throw new AssertionError("more writes than expected");
    }

    private static String describe(Device device, AgentState end) throws IOException {
        Slots.Booted booted = device.powerOn().platform.slots().orElseThrow().booted();
        var condition = end.condition(IMAGE).orElseThrow();
        return booted.version() + " in " + booted.slot() + ", " + condition.state() + " " + condition.reason();
    }

    private static DesiredState desired(long generation, Device device, byte[] hap) {
        return new DesiredState(
                generation,
                List.of(device.target("app/com.example.pump", hap, "v" + generation, generation)),
                List.of());
    }

    private static String content(Device device) throws IOException {
        return Files.readString(device.state.device().resolve("apps/com.example.pump/current/ets/modules.abc"), UTF_8);
    }

    // Runs until the given write of the journal; false if there were fewer.
    private static boolean cutOnce(Device device, DesiredState desired, int write, boolean before) throws IOException {
        int[] left = {write};
        device.storeSeam = store -> new CuttingStore(store, left, before);
        try {
            device.settle(desired);
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    private static final class PowerCut extends RuntimeException {}

    private static final class CuttingStore implements StateStore {
        private final StateStore store;
        private final int[] left;
        private final boolean before;

        CuttingStore(StateStore store, int[] left, boolean before) {
            this.store = store;
            this.left = left;
            this.before = before;
        }

        @Override
        public Optional<byte[]> read() throws IOException {
            return store.read();
        }

        @Override
        public void write(byte[] document) throws IOException {
            boolean cut = --left[0] == 0;
            if (cut && before) {
                throw new PowerCut();
            }
            store.write(document);
            if (cut) {
                throw new PowerCut();
            }
        }
    }
}
