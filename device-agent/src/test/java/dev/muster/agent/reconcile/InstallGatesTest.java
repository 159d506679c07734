package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.apps.Haps;
import dev.muster.agent.config.PowerRule;
import dev.muster.agent.config.PowerRule.Need;
import dev.muster.agent.platform.Power;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.policy.condition.Situation;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.InstallRule.Mode;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import dev.muster.protocol.reported.TargetCondition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a device switches to what it has loaded; the clock and the server are the test's, the device is real files. */
class InstallGatesTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final InstallRule WINDOW = new InstallRule(Mode.FORCED, true);
    private static final InstallRule SOFT = new InstallRule(Mode.SOFT, false);
    private static final InstallRule DOWNLOAD = new InstallRule(Mode.DOWNLOAD_ONLY, false);

    @TempDir
    Path directory;

    private Device device;
    private InstallGates gates;
    private long nanos;
    private int asked;
    private Optional<InstallLeases.Window> window = Optional.empty();
    private boolean linked = true;
    private Set<String> states = Set.of();
    private Power power = Power.MAINS;
    private PowerRule powerRule = PowerRule.DEFAULT;

    @BeforeEach
    void powerUp() throws IOException {
        device = new Device(directory);
        restart();
    }

    @Test
    void loadsAtOnceAndSwitchesWhenTheWindowOpens() throws IOException {
        window(Duration.ofHours(3), Duration.ofHours(2));

        assertThat(device.settle(document(1, WINDOW)).condition(IMAGE)).hasValueSatisfying(this::waitsForItsWindow);
        assertThat(gates.untilNext()).contains(Duration.ofHours(3));
        pass(Duration.ofMinutes(179));
        assertThat(device.settle(document(1, WINDOW)).condition(IMAGE)).hasValueSatisfying(this::waitsForItsWindow);

        pass(Duration.ofMinutes(1));

        assertThat(state(device.settle(document(1, WINDOW)))).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void aLinkThatBreaksBeforeThePromisedWindowStopsNothing() throws IOException {
        window(Duration.ofHours(3), Duration.ofHours(2));
        device.settle(document(1, WINDOW));
        linked = false;
        pass(Duration.ofHours(4));

        Device.Running alone = device.powerOn();
        assertThat(alone.reconciler.releaseHeld()).isEqualTo(Reconciler.Result.RESTARTING);

        Device.Running restarted = device.powerOn();
        assertThat(restarted.reconciler.resume()).isEqualTo(Reconciler.Result.SETTLED);
        assertThat(state(restarted.journal.state())).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void aWindowThatWasMissedIsOverAndTheNextOneIsAskedFor() throws IOException {
        window(Duration.ofHours(3), Duration.ofHours(2));
        device.settle(document(1, WINDOW));
        pass(Duration.ofHours(5));
        window(Duration.ofHours(19), Duration.ofHours(2));

        assertThat(device.settle(document(1, WINDOW)).condition(IMAGE)).hasValueSatisfying(this::waitsForItsWindow);
        assertThat(gates.untilNext()).contains(Duration.ofHours(19));
    }

    @Test
    void withoutAWordFromTheServerItWaits() throws IOException {
        linked = false;
        assertThat(device.settle(document(1, WINDOW)).condition(IMAGE)).hasValueSatisfying(this::waitsForItsWindow);
        linked = true;
        assertThat(device.settle(document(1, WINDOW)).condition(IMAGE))
                .as("the server knows no window for it")
                .hasValueSatisfying(this::waitsForItsWindow);
    }

    @Test
    void afterARestartItAsksAgain() throws IOException {
        window(Duration.ZERO, Duration.ofHours(2));
        restart();
        linked = false;

        assertThat(device.settle(document(1, WINDOW)).condition(IMAGE)).hasValueSatisfying(this::waitsForItsWindow);
        assertThat(asked).isZero();
    }

    @Test
    void asksOnceInTenMinutesHoweverOftenItLooks() throws IOException {
        window(Duration.ofHours(3), Duration.ofHours(2));
        for (int i = 0; i < 20; i++) {
            device.settle(document(1, WINDOW));
            pass(Duration.ofMinutes(1));
        }

        assertThat(asked).isEqualTo(2);
    }

    @Test
    void aSoftUpdateWaitsForSomebodyOrForAnIdleDevice() throws IOException {
        DesiredState document = document(1, SOFT);
        TargetCondition held = device.settle(document).condition(IMAGE).orElseThrow();
        assertThat(held.state()).isEqualTo(ConditionState.WRITTEN);
        assertThat(held.reason()).isEqualTo(HoldReason.AWAITING_CONSENT);

        gates.consent("0".repeat(64));
        assertThat(state(device.settle(document))).as("consent to other bytes").isEqualTo(ConditionState.WRITTEN);
        states = Set.of("idle");

        assertThat(state(device.settle(document))).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void aSoftUpdateGoesOnWithConsent() throws IOException {
        DesiredState document = document(1, SOFT);
        device.settle(document);

        gates.consent(document.targets().getFirst().sha256());

        assertThat(state(device.settle(document))).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void downloadsOnlyUntilALaterDocumentAsksForMoreAndLoadsNothingTwice() throws IOException {
        TargetCondition loaded =
                device.settle(document(1, DOWNLOAD)).condition(IMAGE).orElseThrow();
        assertThat(loaded.state()).isEqualTo(ConditionState.WRITTEN);
        assertThat(loaded.reason()).isEqualTo(HoldReason.DOWNLOAD_ONLY);
        device.offsets.clear();

        AgentState end = device.settle(document(2, InstallRule.NOW));

        assertThat(state(end)).isEqualTo(ConditionState.COMMITTED);
        assertThat(device.offsets).isEmpty();
    }

    @Test
    void anEmptyBatteryHoldsTheSwitchAndNotTheDownload() throws IOException {
        power = battery(17);

        TargetCondition held =
                device.settle(document(1, InstallRule.NOW)).condition(IMAGE).orElseThrow();

        assertThat(held.state()).isEqualTo(ConditionState.WRITTEN);
        assertThat(held.reason()).isEqualTo(HoldReason.AWAITING_POWER);
        assertThat(held.message()).isEqualTo("on battery, about 10 %; waits for mains or for 30 %");
        device.offsets.clear();
        power = battery(30);
        assertThat(state(device.settle(document(1, InstallRule.NOW)))).isEqualTo(ConditionState.COMMITTED);
        assertThat(device.offsets).as("nothing is loaded twice").isEmpty();
    }

    @Test
    void aBatteryThatDrainsIsNoNewsEachPercent() throws IOException {
        power = battery(19);
        String before = device.settle(document(1, InstallRule.NOW))
                .condition(IMAGE)
                .orElseThrow()
                .message();
        power = battery(11);

        assertThat(device.settle(document(1, InstallRule.NOW))
                        .condition(IMAGE)
                        .orElseThrow()
                        .message())
                .isEqualTo(before);
    }

    @Test
    void aBatteryThatDoesNotTellItsChargeWaitsForMains() throws IOException {
        power = Power.battery(Optional.empty());

        TargetCondition held =
                device.settle(document(1, InstallRule.NOW)).condition(IMAGE).orElseThrow();

        assertThat(held.message()).isEqualTo("on battery of unknown charge; waits for mains or for 30 %");
        power = new Power(true, Optional.of(2));
        assertThat(state(device.settle(document(1, InstallRule.NOW)))).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void theSettingsSayWhatIsEnough() throws IOException {
        powerRule = new PowerRule(Need.MAINS, 30);
        power = battery(100);
        assertThat(device.settle(document(1, InstallRule.NOW))
                        .condition(IMAGE)
                        .orElseThrow()
                        .message())
                .isEqualTo("on battery; waits for mains");

        powerRule = new PowerRule(Need.ANY, 30);
        power = battery(1);

        assertThat(state(device.settle(document(1, InstallRule.NOW)))).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void appsWaitForPowerAndSettingsDoNot() throws IOException {
        power = battery(5);
        DesiredTarget app = device.target("app/com.example.pump", Haps.hap("com.example.pump", 1), "1", 1);
        DesiredTarget settings = device.target("settings", "{\"custom\":1}".getBytes(UTF_8), "1", 0);

        AgentState end = device.settle(new DesiredState(1, List.of(app, settings), List.of()));

        assertThat(end.condition(app.name()).orElseThrow().reason()).isEqualTo(HoldReason.AWAITING_POWER);
        assertThat(end.condition(settings.name()).orElseThrow().state()).isEqualTo(ConditionState.COMMITTED);
    }

    @Test
    void saysOnceThatPowerIsThere() throws IOException {
        power = battery(5);
        device.settle(document(1, InstallRule.NOW));
        assertThat(gates.isReleased()).isFalse();

        power = Power.MAINS;

        assertThat(gates.isReleased()).isTrue();
        assertThat(gates.isReleased()).isFalse();
    }

    @Test
    void anIdleDeviceReleasesASoftUpdate() throws IOException {
        device.settle(document(1, SOFT));
        assertThat(gates.isReleased()).isFalse();

        states = Set.of("idle");

        assertThat(gates.isReleased()).isTrue();
    }

    private static Power battery(int percent) {
        return Power.battery(Optional.of(percent));
    }

    private void waitsForItsWindow(TargetCondition condition) {
        assertThat(condition.state()).isEqualTo(ConditionState.WRITTEN);
        assertThat(condition.reason()).isEqualTo(HoldReason.WINDOW_CLOSED);
    }

    private void restart() {
        gates = new InstallGates(this::leases, this::situation, () -> power, () -> powerRule, () -> nanos);
        device.gate = gates;
        asked = 0;
    }

    private InstallLeases leases() throws IOException {
        if (!linked) {
            throw new IOException("no route to host");
        }
        asked++;
        return new InstallLeases(window.map(one -> Map.of("image", one)).orElse(Map.of()));
    }

    private Situation situation() {
        return new Situation(
                Device.NOW,
                Optional.empty(),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(states),
                Optional.empty());
    }

    private void window(Duration opensIn, Duration lasts) {
        window = Optional.of(new InstallLeases.Window(opensIn, lasts));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        // What the server promises next counts from then on.
        window = window.map(one -> new InstallLeases.Window(
                one.opensIn().compareTo(time) > 0 ? one.opensIn().minus(time) : Duration.ZERO, one.lasts()));
    }

    private static ConditionState state(AgentState state) {
        return state.condition(IMAGE).orElseThrow().state();
    }

    private DesiredState document(long generation, InstallRule rule) {
        DesiredTarget image = device.target("image", "version=2.0.0\n\nimage two".getBytes(UTF_8), "2.0.0", 2);
        return new DesiredState(generation, List.of(image.by(rule)), List.of());
    }
}
