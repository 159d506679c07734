package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.apps.Haps;
import dev.muster.agent.disk.HostileDisk;
import dev.muster.agent.disk.HostileDisk.Loss;
import dev.muster.agent.platform.Slots;
import dev.muster.agent.policy.DevicePolicy;
import dev.muster.agent.policy.PolicyDevice;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Reasons;
import dev.muster.protocol.desired.TargetName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power goes in place of every call that changes the disk, one after the other, and takes along what was not synced: all of
 * it, none, or something between. The device is the old or the new one right afterwards, and the same in the end.
 */
class PowerLossTest {
    private static final String APP = "com.example.pump";
    private static final TargetName IMAGE = new TargetName.Image();
    private static final int MORE_THAN_ALL_CALLS = 2_000;

    @TempDir
    Path directory;

    /** What is done to a device, and what it may be at any time. */
    private interface Update {
        /** Before the update, with nothing cut. */
        void prepare(Device device) throws IOException;

        DesiredState desired(Device device);

        /** Fewer calls that can be cut mean that the update did not happen. */
        default int leastCalls() {
            return 30;
        }

        /** What the device is, such as {@code 1.0.0 in a}. */
        String look(Device device) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void aGoodImageIsOldOrNewAndNewInTheEnd(Loss loss) throws IOException {
        Ends ends = cutEverywhere(loss, new ImageUpdate("note=good"));

        assertThat(ends.rightAfter).containsExactly("1.0.0 in a", "2.0.0 in b");
        assertThat(ends.inTheEnd).containsExactly("2.0.0 in b, COMMITTED ");
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void anImageThatFailsItsHealthCheckIsTheOldInTheEnd(Loss loss) throws IOException {
        Ends ends = cutEverywhere(loss, new ImageUpdate("health=fail"));

        assertThat(ends.rightAfter).containsExactly("1.0.0 in a", "2.0.0 in b");
        assertThat(ends.inTheEnd).containsExactly("1.0.0 in a, ROLLED_BACK " + Reasons.HEALTH_CHECK_FAILED);
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void anAppIsWholeOldOrNewAndNewInTheEnd(Loss loss) throws IOException {
        Ends ends = cutEverywhere(loss, new AppUpdate());

        assertThat(ends.rightAfter).containsExactly("code of version 1", "code of version 2");
        assertThat(ends.inTheEnd).containsExactly("code of version 2, COMMITTED ");
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void settingsAreOldOrNewAndNewInTheEnd(Loss loss) throws IOException {
        Ends ends = cutEverywhere(loss, new SettingsUpdate());

        assertThat(ends.rightAfter).containsExactly("{\"custom\":1}", "{\"custom\":2}");
        assertThat(ends.inTheEnd).containsExactly("{\"custom\":2}, COMMITTED ");
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void aPolicyIsOldOrNewWithItsLeaseAndNewInTheEnd(Loss loss) throws IOException {
        Ends ends = cutEverywhere(
                loss,
                new PolicyUpdate(new Policy(5, true, Duration.ofDays(90)), new Policy(6, false, Duration.ofDays(20))));

        assertThat(ends.rightAfter).containsExactly("5 granted until day 90", "6 denied until day 20");
        assertThat(ends.inTheEnd).containsExactly("6 denied until day 20, COMMITTED ");
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void aLongerLeaseOfTheSamePolicyIsTheOldOrTheNewOne(Loss loss) throws IOException {
        Ends ends = cutEverywhere(
                loss,
                new PolicyUpdate(new Policy(5, true, Duration.ofDays(20)), new Policy(5, true, Duration.ofDays(90))));

        assertThat(ends.rightAfter)
                .isSubsetOf("5 granted until day 20", "5 granted until day 90")
                .contains("5 granted until day 20");
        assertThat(ends.inTheEnd).containsExactly("5 granted until day 90, COMMITTED ");
    }

    private record Ends(Set<String> rightAfter, Set<String> inTheEnd) {}

    private Ends cutEverywhere(Loss loss, Update update) throws IOException {
        Ends ends = new Ends(new TreeSet<>(), new TreeSet<>());
        // A kill that loses nothing is what PowerCutTest does at every state; here some of its calls are enough.
        int stride = loss == Loss.NONE ? 7 : 1;
        for (int call = 1; call < MORE_THAN_ALL_CALLS; call += stride) {
            HostileDisk disk = new HostileDisk(Files.createDirectory(directory.resolve("cut-" + call)));
            Device device = new Device(disk.root().resolve("agent"));
            update.prepare(device);
            disk.powerOn(Loss.NONE, new Random(0));
            DesiredState desired = update.desired(device);
            disk.cutAt(call);
            try {
                device.settle(desired);
                assertThat(call).as("calls that can be cut").isGreaterThan(update.leastCalls());
                return ends;
            } catch (HostileDisk.PowerCut e) {
                disk.powerOn(loss, new Random(call));
            }
            ends.rightAfter.add(update.look(device));
            AgentState end = device.settle(desired);
            var condition = end.condition(desired.targets().getFirst().name()).orElseThrow();
            ends.inTheEnd.add(update.look(device) + ", " + condition.state() + " " + condition.reason());
            int fetched = device.offsets.size();
            device.settle(desired);
            assertThat(device.offsets)
                    .as("nothing is fetched twice once it is settled")
                    .hasSize(fetched);
        }
        throw new AssertionError("more calls than expected");
    }

    /** To an image with one more line in its head. */
    private record ImageUpdate(String line) implements Update {
        @Override
        public void prepare(Device device) throws IOException {
            device.powerOn();
        }

        @Override
        public DesiredState desired(Device device) {
            return new DesiredState(
                    1, List.of(device.target(IMAGE.text(), Device.image("2.0.0", line), "2.0.0", 2)), List.of());
        }

        @Override
        public String look(Device device) throws IOException {
            Slots.Booted booted =
                    device.powerOn().platform.slots().orElseThrow().booted();
            // What runs is whole, whatever the boot record says.
            Path slot = device.state.device().resolve("slots/" + booted.slot() + ".img");
            assertThat(Device.sha256(Files.readAllBytes(slot))).isEqualTo(booted.sha256());
            return booted.version() + " in " + booted.slot();
        }
    }

    private static final class AppUpdate implements Update {
        @Override
        public void prepare(Device device) throws IOException {
            device.settle(desired(device, 1));
        }

        @Override
        public DesiredState desired(Device device) {
            return desired(device, 2);
        }

        private static DesiredState desired(Device device, int version) {
            return new DesiredState(
                    version,
                    List.of(device.target("app/" + APP, Haps.hap(APP, version), "v" + version, version)),
                    List.of());
        }

        @Override
        public String look(Device device) throws IOException {
            return Files.readString(device.state.device().resolve("apps/" + APP + "/current/ets/modules.abc"), UTF_8);
        }
    }

    private static final class SettingsUpdate implements Update {
        @Override
        public void prepare(Device device) throws IOException {
            device.settle(desired(device, 1));
        }

        @Override
        public DesiredState desired(Device device) {
            return desired(device, 2);
        }

        private static DesiredState desired(Device device, int version) {
            return new DesiredState(
                    version,
                    List.of(device.target(
                            "settings", ("{\"custom\":" + version + "}").getBytes(UTF_8), "v" + version, version)),
                    List.of());
        }

        @Override
        public String look(Device device) throws IOException {
            device.powerOn();
            return Files.readString(device.state.settings(), UTF_8);
        }
    }

    /** One policy: whether the pump may use its camera, and how long without a word from the server. */
    private record Policy(long version, boolean camera, Duration lease) {
        DesiredTarget target(Device device) {
            byte[] bundle = PolicyDevice.bundle(version, camera ? Set.of(PolicyDevice.CAMERA) : Set.of());
            DesiredTarget target = device.target("policy", bundle, "v" + version, 0);
            return new DesiredTarget(
                    target.name(),
                    target.path(),
                    target.hardware(),
                    target.version(),
                    target.sha256(),
                    target.length(),
                    0,
                    Optional.of(lease),
                    Optional.of("deny"));
        }
    }

    private record PolicyUpdate(Policy from, Policy to) implements Update {
        @Override
        public void prepare(Device device) throws IOException {
            device.hasPolicy = true;
            device.settle(new DesiredState(1, List.of(from.target(device)), List.of()));
        }

        @Override
        public DesiredState desired(Device device) {
            return new DesiredState(2, List.of(to.target(device)), List.of());
        }

        @Override
        public int leastCalls() {
            return from.version == to.version ? 8 : 30;
        }

        @Override
        public String look(Device device) throws IOException {
            Device.Running running = device.powerOn();
            assertThat(running.refused).isEmpty();
            DevicePolicy policy = running.policy.orElseThrow();
            DevicePolicy.Answer answer = policy.verify(PolicyDevice.PUMP, PolicyDevice.CAMERA);
            assertThat(policy.report().lease()).isEqualTo("holds");
            Duration left = Duration.between(Device.NOW, policy.leaseEnds().orElseThrow());
            return policy.version() + (answer.verdict().granted() ? " granted" : " denied") + " until day "
                    + left.toDays();
        }
    }
}
