package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.agent.apps.Haps;
import dev.muster.agent.disk.HostileDisk;
import dev.muster.agent.disk.HostileDisk.Call.Kind;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.Reasons;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that is full, read-only, unreadable in places, or that gives back other bytes than it took: it is told, naming what was
 * found, the old system goes on, and the new one comes once the disk is good again.
 */
class BadDiskTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final TargetName APP = new TargetName.App("com.example.pump");
    private static final String FULL = "No space left on device";
    private static final String READ_ONLY = "Read-only file system";
    private static final String BROKEN = "Input/output error";
    private static final Set<Kind> CHANGES = EnumSet.of(Kind.WRITE, Kind.SYNC, Kind.CREATE, Kind.RENAME, Kind.DELETE);

    @TempDir
    Path directory;

    private HostileDisk disk;
    private Device device;

    @BeforeEach
    void becomesVersionOne() throws IOException {
        disk = new HostileDisk(directory);
        device = new Device(disk.root().resolve("agent"));
        device.settle(desired(1, 1));
        device.powerOn().keeper.look();
        assertThat(look()).isEqualTo("image 2.0.1, app 1, settings 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, BROKEN})
    void aSlotThatTakesNoMoreIsToldAndTheOldSystemGoesOn(String fault) throws IOException {
        breaks(Set.of(Kind.WRITE), fault, "slots/a.img");

        AgentState bad = device.settle(desired(2, 2));

        var condition = bad.condition(IMAGE).orElseThrow();
        assertThat(condition.state()).isEqualTo(ConditionState.FAILED);
        assertThat(condition.reason()).isEqualTo(Reasons.STORAGE_ERROR);
        assertThat(condition.message()).contains(fault);
        assertThat(look()).startsWith("image 2.0.1");
        isGoodAgain();
        // No fault of the bytes: a later document may ask for them again.
        assertThat(settled(3, 2)).isEqualTo("image 2.0.2, app 2, settings 2");
    }

    @Test
    void aSlotThatDoesNotGiveBackWhatItTookIsNotSwitchedTo() throws IOException {
        breaks(Set.of(Kind.READ), BROKEN, "slots/a.img");

        var condition = device.settle(desired(2, 2)).condition(IMAGE).orElseThrow();

        assertThat(condition.reason()).isEqualTo(Reasons.STORAGE_ERROR);
        assertThat(condition.message()).contains(BROKEN);
        isGoodAgain();
        assertThat(look()).startsWith("image 2.0.1");
        assertThat(settled(3, 2)).startsWith("image 2.0.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, READ_ONLY, BROKEN})
    void aDiskThatTakesNothingIsToldByTheNameOfTheFileAndTheOldSystemGoesOn(String fault) throws IOException {
        disk.fail(call -> CHANGES.contains(call.kind()) ? Optional.of(fault) : Optional.empty());

        IOException told = catchThrowableOfType(IOException.class, () -> device.settle(desired(2, 2)));

        assertThat(told)
                .hasMessageContaining(fault)
                .hasMessageMatching("(?s).*journal/agent\\.[ab]. cannot be written.*");
        assertThat(look()).isEqualTo("image 2.0.1, app 1, settings 1");
        isGoodAgain();
        assertThat(settled(2, 2)).isEqualTo("image 2.0.2, app 2, settings 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal/agent.a", "journal/agent.b"})
    void oneUnreadableSlotOfTheJournalIsNoLoss(String file) throws IOException {
        breaks(Set.of(Kind.READ), BROKEN, file);

        assertThat(new TwoSlotStore(device.state.journal(), "agent").problems())
                .singleElement()
                .asString()
                .contains(file, BROKEN);
        assertThat(look()).isEqualTo("image 2.0.1, app 1, settings 1");
        assertThat(settled(2, 2)).isEqualTo("image 2.0.2, app 2, settings 2");
    }

    @Test
    void aJournalThatCannotBeReadAtAllStopsTheAgentByNameAndNothingIsForgotten() throws IOException {
        disk.fail(call -> call.kind() == Kind.READ && call.path().toString().contains("journal/agent.")
                ? Optional.of(BROKEN)
                : Optional.empty());

        assertThatThrownBy(() -> device.powerOn())
                .hasMessageMatching("(?s).*journal/agent\\.[ab]. cannot be read.*" + BROKEN);

        isGoodAgain();
        assertThat(look()).isEqualTo("image 2.0.1, app 1, settings 1");
        assertThat(device.settle(desired(1, 1)).counters()).containsEntry("image", 1L);
    }

    @Test
    void anAppWhoseRecordCannotBeReadIsToldAndFetchedAnew() throws IOException {
        breaks(Set.of(Kind.READ), BROKEN, "apps/com.example.pump/1/.muster.json");
        assertThat(device.powerOn().platform.apps().damaged())
                .singleElement()
                .asString()
                .contains("com.example.pump/current/.muster.json");

        assertThat(settled(2, 1)).contains("app 1");

        assertThat(device.powerOn().platform.apps().damaged()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal/settings.json", "agent/settings.json"})
    void oneUnreadableCopyOfTheSettingsIsToldAndNoLoss(String file) throws IOException {
        Device.Running before = device.powerOn();
        assertThat(before.keeper.problems()).isEmpty();
        breaks(Set.of(Kind.READ), BROKEN, file);

        assertThat(device.powerOn().keeper.allowsApp("com.example.pump")).isTrue();
        assertThat(device.powerOn().keeper.allowsApp("com.example.other")).isFalse();
        if (file.startsWith("journal")) {
            assertThat(device.powerOn().keeper.problems()).first().asString().contains(file, BROKEN);
        }
    }

    @Test
    void whatTheDiskHasNoRoomForIsRefusedBeforeTheFirstByte() throws IOException {
        disk.room(5 << 20);
        device.offsets.clear();
        byte[] large = Haps.hap("com.example.pump", 2);
        var app = device.target(APP.text(), Arrays.copyOf(large, 2 << 20), "2", 2);
        var image = device.target(IMAGE.text(), new byte[6 << 20], "3", 3);

        AgentState end = device.settle(new DesiredState(2, List.of(app, image), List.of()));

        assertThat(device.offsets).isEmpty();
        for (TargetName name : List.of(APP, IMAGE)) {
            var condition = end.condition(name).orElseThrow();
            assertThat(condition.reason()).as(name.text()).isEqualTo(Reasons.NO_SPACE);
            assertThat(condition.message())
                    .as(name.text())
                    .contains("expected")
                    .contains("found")
                    .contains("bytes");
        }
        disk.room(1 << 20);
        var settings = device.target("settings", "{\"custom\":5}".getBytes(UTF_8), "5", 5);
        assertThat(device.settle(new DesiredState(3, List.of(settings), List.of()))
                        .condition(settings.name())
                        .orElseThrow()
                        .state())
                .as("the reserve is for what is small")
                .isEqualTo(ConditionState.COMMITTED);
        disk.room(1L << 30);
        assertThat(settled(4, 6)).isEqualTo("image 2.0.6, app 6, settings 6");
    }

    @Test
    void aJournalTornAtAnyByteIsToldAndNothingIsDoneTwice() throws IOException {
        device.settle(desired(2, 2));
        Path newest = newestSlot();
        byte[] whole = Files.readAllBytes(newest);
        for (int cut = 0; cut < whole.length; cut += 7) {
            Files.write(newest, Arrays.copyOf(whole, cut));
            assertThat(new TwoSlotStore(device.state.journal(), "agent").problems())
                    .as("cut after %d bytes", cut)
                    .singleElement()
                    .asString()
                    .contains(newest.getFileName().toString());
            device.offsets.clear();

            assertThat(settled(2, 2)).isEqualTo("image 2.0.2, app 2, settings 2");

            assertThat(device.offsets)
                    .as("cut after %d bytes: %s", cut, new String(Files.readAllBytes(newest), UTF_8))
                    .isEmpty();
            Files.write(newest, whole);
        }
    }

    @Test
    void aJournalOfWhichNothingIsLeftBeginsAnewAndInstallsNothingTwice() throws IOException {
        for (String slot : List.of("agent.a", "agent.b")) {
            flip(device.state.journal().resolve(slot), 9);
        }
        assertThat(new TwoSlotStore(device.state.journal(), "agent").problems())
                .hasSize(3)
                .last()
                .asString()
                .contains("nothing is left of `agent`");
        device.offsets.clear();

        AgentState end = device.settle(desired(1, 1));

        assertThat(device.offsets).isEmpty();
        assertThat(look()).isEqualTo("image 2.0.1, app 1, settings 1");
        assertThat(end.counters()).as("what is in force is known again").containsEntry("image", 1L);
    }

    @Test
    void aFlippedByteInAnyFileOfTheAgentsCostsADownloadAtMost() throws IOException {
        List<Path> files;
        try (var all = Files.walk(device.state.root())) {
            files = all.filter(Files::isRegularFile).filter(BadDiskTest::isOurs).toList();
        }
        assertThat(files).hasSizeGreaterThan(7);
        for (Path file : files) {
            int length = (int) Files.size(there(file));
            for (int at = 0; at < length; at += Math.max(1, length / 40)) {
                flip(there(file), at);

                assertThat(settled(1, 1)).as("byte %d of %s", at, file).isEqualTo("image 2.0.1, app 1, settings 1");
            }
        }
    }

    /** An app that was fetched anew lies in another directory afterwards. */
    private Path there(Path file) {
        Path app = device.state.root().resolve("device/apps/com.example.pump");
        return file.startsWith(app.resolve("1"))
                ? app.resolve("current")
                        .resolve(app.resolve("1").relativize(file).toString())
                : file;
    }

    /** Not the hardware's own. */
    private static boolean isOurs(Path file) {
        String path = file.toString();
        return !path.contains("/device/")
                || path.contains("/device/apps/com.example.pump/1/")
                || path.contains("/device/files/");
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.min(at, bytes.length - 1)] ^= 0x11;
        FileTime before = Files.getLastModifiedTime(file);
        Files.write(file, bytes);
        // A test may be quicker than the step in which a file system tells the time.
        Files.setLastModifiedTime(file, FileTime.fromMillis(before.toMillis() + 1_000));
    }

    private Path newestSlot() throws IOException {
        Path a = device.state.journal().resolve("agent.a");
        Path b = device.state.journal().resolve("agent.b");
        return Arrays.compare(Files.readAllBytes(a), Files.readAllBytes(b)) > 0 ? a : b;
    }

    private void breaks(Set<Kind> kinds, String fault, String file) {
        disk.fail(call ->
                kinds.contains(call.kind()) && call.path().endsWith(file) ? Optional.of(fault) : Optional.empty());
    }

    private void isGoodAgain() {
        disk.fail(call -> Optional.empty());
    }

    private String settled(long generation, int version) throws IOException {
        AgentState end = device.settle(desired(generation, version));
        assertThat(end.conditions().values())
                .allSatisfy(condition -> assertThat(condition.state()).isEqualTo(ConditionState.COMMITTED));
        device.powerOn().keeper.look();
        return look();
    }

    private String look() throws IOException {
        Device.Running running = device.powerOn();
        var booted = running.platform.slots().orElseThrow().booted();
        byte[] slot = Files.readAllBytes(device.state.device().resolve("slots/" + booted.slot() + ".img"));
        assertThat(Device.sha256(slot)).as("what runs is whole").isEqualTo(booted.sha256());
        String app = Files.readString(device.state.device().resolve("apps/com.example.pump/current/ets/modules.abc"));
        String settings = Files.readString(device.state.settings());
        return "image " + booted.version() + ", app " + app.replaceAll("[^0-9]", "") + ", settings "
                + settings.replaceAll("[^0-9]", "");
    }

    private DesiredState desired(long generation, int version) {
        String image = "2.0." + version;
        byte[] settings = ("{\"custom\":" + version + ",\"apps\":{\"allowed\":[\"com.example.pump\"]},"
                        + "\"files\":{\"etc/banner\":{\"content\":\"x\"}}}")
                .getBytes(UTF_8);
        return new DesiredState(
                generation,
                List.of(
                        device.target(IMAGE.text(), Device.image(image), image, version),
                        device.target(APP.text(), Haps.hap("com.example.pump", version), "" + version, version),
                        device.target("settings", settings, "" + version, version)),
                List.of());
    }
}
