package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.apps.Haps;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Reasons;
import dev.muster.agent.update.UpdateState;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcilerTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final TargetName APP = new TargetName.App("com.example.pump");

    @TempDir
    Path directory;

    private Device device;

    @BeforeEach
    void powerUp() throws IOException {
        device = new Device(directory);
    }

    @Test
    void leavesAloneWhatTheDocumentDoesNotName() throws IOException {
        device.settle(document(1, app(1)));

        AgentState end = device.settle(new DesiredState(2, List.of(), List.of()));

        assertThat(device.powerOn().platform.apps().installed("com.example.pump"))
                .isPresent();
        assertThat(end.conditions()).isEmpty();
    }

    @Test
    void removesWhatTheDocumentSaysIsAbsent() throws IOException {
        device.settle(document(1, app(1)));

        AgentState end = device.settle(new DesiredState(2, List.of(), List.of(APP)));

        assertThat(device.powerOn().platform.apps().installed()).isEmpty();
        assertThat(end.condition(APP).orElseThrow().state()).isEqualTo(ConditionState.ABSENT);
    }

    @Test
    void neverTriesABadImageAgainNotEvenInALaterDocument() throws IOException {
        DesiredTarget bad = image("2.0.0", 2, "health=fail");
        device.settle(document(1, bad));
        device.offsets.clear();

        AgentState end = device.settle(document(2, bad));

        assertThat(device.offsets).isEmpty();
        assertThat(end.condition(IMAGE).orElseThrow().state()).isEqualTo(ConditionState.ROLLED_BACK);
    }

    @Test
    void goesOnWithTheNextImageAfterABadOne() throws IOException {
        device.settle(document(1, image("2.0.0", 2, "health=fail")));

        AgentState end = device.settle(document(2, image("2.0.1", 3)));

        assertThat(end.condition(IMAGE).orElseThrow().state()).isEqualTo(ConditionState.COMMITTED);
        assertThat(device.powerOn().platform.slots().orElseThrow().booted().version())
                .isEqualTo("2.0.1");
    }

    @Test
    void rollsBackAGoodImageOnADeviceThatDoesNotGetAlongWithIt() throws IOException {
        Path fault = device.state.device().resolve("faults/health");
        Files.createDirectory(device.state.device().resolve("faults"));
        Files.writeString(fault, "2.0.0");

        AgentState end = device.settle(document(1, image("2.0.0", 2)));

        TargetCondition condition = end.condition(IMAGE).orElseThrow();
        assertThat(condition.state()).isEqualTo(ConditionState.ROLLED_BACK);
        assertThat(condition.reason()).isEqualTo(Reasons.HEALTH_CHECK_FAILED);
        assertThat(device.powerOn().platform.slots().orElseThrow().booted().slot())
                .isEqualTo("a");
    }

    @Test
    void aBootLoaderThatForgetsTheSwitchEndsTheUpdateForGoodAfterAFewStarts() throws IOException {
        device.powerOn();
        Path misc = device.state.device().resolve("misc.json");
        byte[] before = Files.readAllBytes(misc);
        DesiredState document = document(1, image("2.0.0", 2));
        int starts = 0;
        while (device.powerOn().reconciler.reconcile(document) == Reconciler.Result.RESTARTING) {
            Files.write(misc, before);
            assertThat(++starts).as("starts").isLessThan(UpdateState.MAX_TRANSITIONS);
        }
        device.offsets.clear();

        AgentState end = device.settle(document(2, image("2.0.0", 2)));

        assertFailed(end.condition(IMAGE).orElseThrow(), Reasons.TOO_MANY_TRANSITIONS);
        assertThat(starts).isGreaterThan(3);
        assertThat(device.offsets).as("these bytes are not tried again").isEmpty();
        assertThat(device.powerOn().platform.slots().orElseThrow().booted().version())
                .isEqualTo("1.0.0");
    }

    @Test
    void refusesALowerReleaseCounterThanItEverHad() throws IOException {
        device.settle(document(1, image("2.0.0", 5)));

        AgentState end = device.settle(document(2, image("1.9.0", 4)));

        assertFailed(end.condition(IMAGE).orElseThrow(), Reasons.DOWNGRADE);
    }

    @Test
    void refusesAnAppWithALowerVersionCode() throws IOException {
        device.settle(document(1, app(2)));

        AgentState end = device.settle(document(2, app(1)));

        assertFailed(end.condition(APP).orElseThrow(), Reasons.VERSION_DOWNGRADE);
        assertThat(device.powerOn()
                        .platform
                        .apps()
                        .installed("com.example.pump")
                        .orElseThrow()
                        .app()
                        .versionCode())
                .isEqualTo(2);
    }

    @Test
    void refusesAPackageOfAnotherBundle() throws IOException {
        AgentState end = device.settle(
                document(1, device.target("app/com.example.pump", Haps.hap("com.example.other", 1), "1", 0)));

        assertFailed(end.condition(APP).orElseThrow(), Reasons.BUNDLE_MISMATCH);
    }

    @Test
    void reportsNoSlotsWhereThereAreNone() throws IOException {
        device.hasSlots = false;

        AgentState end = device.settle(document(1, image("2.0.0", 2)));

        assertFailed(end.condition(IMAGE).orElseThrow(), Reasons.NO_SLOTS);
        assertThat(device.offsets).isEmpty();
    }

    @Test
    void refusesBytesOfAnotherDigest() throws IOException {
        DesiredTarget target = image("2.0.0", 2);
        byte[] altered = device.bytes(target).clone();
        altered[altered.length - 1] ^= 1;
        device.content.put(target.sha256(), altered);

        AgentState end = device.settle(document(1, target));

        assertFailed(end.condition(IMAGE).orElseThrow(), Reasons.DIGEST_MISMATCH);
        assertThat(device.powerOn().platform.slots().orElseThrow().booted().version())
                .isEqualTo("1.0.0");
    }

    @Test
    void goesOnWhereATransferBrokeOff() throws IOException {
        byte[] bytes = new byte[10 << 20];
        Arrays.fill(bytes, (byte) 7);
        DesiredTarget target = device.target("image", bytes, "2.0.0", 2);
        device.content.put(target.sha256(), Arrays.copyOf(bytes, 9 << 20));
        assertThat(device.powerOn().reconciler.reconcile(document(1, target))).isEqualTo(Reconciler.Result.UNFINISHED);

        device.content.put(target.sha256(), bytes);
        AgentState end = device.settle(document(1, target));

        assertThat(device.offsets).containsExactly(0L, 9L << 20);
        assertThat(end.condition(IMAGE).orElseThrow().state()).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void oneMissingTargetDoesNotKeepTheOthersWaiting() throws IOException {
        DesiredTarget missing = app(1);
        device.content.remove(missing.sha256());
        DesiredTarget settings = device.target("settings", "{\"custom\":\"a\"}".getBytes(UTF_8), "1", 0);

        Reconciler.Result result = device.powerOn().reconciler.reconcile(document(1, missing, settings));

        assertThat(result).isEqualTo(Reconciler.Result.UNFINISHED);
        assertThat(device.state.settings()).hasContent("{\"custom\":\"a\"}");
    }

    @Test
    void keepsTheOldSettingsWhenTheNewAreNoJson() throws IOException {
        device.settle(document(1, device.target("settings", "{\"custom\":\"a\"}".getBytes(UTF_8), "1", 0)));

        AgentState end = device.settle(document(2, device.target("settings", "not json".getBytes(UTF_8), "2", 0)));

        assertFailed(end.condition(new TargetName.Settings()).orElseThrow(), Reasons.SETTINGS_INVALID);
        assertThat(device.state.settings()).hasContent("{\"custom\":\"a\"}");
    }

    @Test
    void aDocumentThatChangesItsMindBeforeTheSwitchSupersedesTheUpdate() throws IOException {
        DesiredTarget first = app(2);
        device.content.remove(first.sha256());
        assertThat(device.powerOn().reconciler.reconcile(document(1, first))).isEqualTo(Reconciler.Result.UNFINISHED);

        AgentState end = device.settle(document(2, app(3)));

        assertThat(end.updates()).isEmpty();
        assertThat(end.condition(APP).orElseThrow().version()).isEqualTo("3");
        assertThat(device.state.downloads()).isEmptyDirectory();
    }

    @Test
    void aSecondPassOverTheSameDocumentFetchesNothing() throws IOException {
        DesiredState document = document(1, app(1), image("2.0.0", 2));
        device.settle(document);
        device.offsets.clear();

        device.settle(document);

        assertThat(device.offsets).isEmpty();
    }

    private static void assertFailed(TargetCondition condition, String reason) {
        assertThat(condition.state()).isEqualTo(ConditionState.FAILED);
        assertThat(condition.reason()).isEqualTo(reason);
        assertThat(condition.sha256()).isNotEqualTo(Optional.empty());
    }

    private static DesiredState document(long generation, DesiredTarget... targets) {
        return new DesiredState(generation, List.of(targets), List.of());
    }

    private DesiredTarget app(int version) {
        return device.target("app/com.example.pump", Haps.hap("com.example.pump", version), "" + version, 0);
    }

    private DesiredTarget image(String version, long counter, String... header) {
        return device.target("image", Device.image(version, header), version, counter);
    }
}
