package dev.muster.agent.policy;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static dev.muster.agent.policy.PolicyDevice.MICROPHONE;
import static dev.muster.agent.policy.PolicyDevice.PUMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.model.GuardRail;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.permissions.PermissionEvent.Drift;
import dev.muster.protocol.permissions.PermissionReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PermissionGuardTest {
    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOn() throws IOException {
        device = new PolicyDevice(directory);
        device.time.contact(Optional.empty());
        device.install(PolicyDevice.bundle(1, Set.of(CAMERA)));
        device.takeEvents();
    }

    @Test
    void aNewPolicyIsWrittenIntoTheTableAndIsNoDrift() throws IOException {
        device.install(PolicyDevice.bundle(2, Set.of(MICROPHONE)));

        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        assertThat(device.cell(MICROPHONE)).isEqualTo("granted");
        assertThat(device.takeEvents()).isEmpty();
        assertThat(device.policy.report().drifts()).isEmpty();
    }

    @Test
    void whatSomebodyElseChangedIsPutRightAtTheNextLook() throws IOException {
        device.tamper(CAMERA, "denied");

        device.policy.look();

        assertThat(device.cell(CAMERA)).isEqualTo("granted");
        assertThat(device.takeEvents()).containsExactly(drift(CAMERA, true, 0, Drift.RESTORED));
    }

    @Test
    void aGrantThatThePolicyDoesNotKnowIsTakenAway() throws IOException {
        device.tamper("ohos.permission.LOCATION", "granted");

        device.policy.look();

        assertThat(device.cell("ohos.permission.LOCATION")).isEqualTo("denied");
        assertThat(device.takeEvents()).containsExactly(drift("ohos.permission.LOCATION", false, 0, Drift.RESTORED));
    }

    @Test
    void anAppThatThePolicyDoesNotKnowYetIsLeftAlone() throws IOException {
        String other = "{\"apps\":{\"com.example.new\":{\"" + CAMERA + "\":\"granted\"}}}";
        Files.writeString(device.device("permissions.json"), other);

        device.policy.look();

        assertThat(device.table().stringMap("com.example.new")).containsEntry(CAMERA, "granted");
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
    }

    @Test
    void aTableThatWasMadeUnreadableIsWrittenAnew() throws IOException {
        Files.writeString(device.device("permissions.json"), "garbage");

        device.policy.look();

        assertThat(device.cell(CAMERA)).isEqualTo("granted");
    }

    @Test
    void afterThreeRepeatsItAlertsAndWaitsLongerEachTime() throws IOException {
        for (int time = 0; time <= 2; time++) {
            tamperAndLook();
        }
        assertThat(device.takeEvents())
                .containsExactly(
                        drift(CAMERA, true, 0, Drift.RESTORED),
                        drift(CAMERA, true, 1, Drift.RESTORED),
                        drift(CAMERA, true, 2, Drift.RESTORED));

        tamperAndLook();

        assertThat(device.takeEvents()).containsExactly(drift(CAMERA, true, 3, Drift.BACKING_OFF));
        PermissionReport.Drift reported = device.policy.report().drifts().getFirst();
        assertThat(reported.backingOff()).isTrue();
        assertThat(reported.repeats()).isEqualTo(3);
        lookAfter(Duration.ofSeconds(59));
        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        lookAfter(Duration.ofSeconds(1));
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
        tamperAndLook();
        lookAfter(Duration.ofSeconds(119));
        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        lookAfter(Duration.ofSeconds(1));
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
    }

    @Test
    void aRebootNeitherForgetsARepeatNorHurriesAPause() throws IOException {
        for (int time = 0; time <= 3; time++) {
            tamperAndLook();
        }
        device.takeEvents();

        device.time.save();
        device.reboot();

        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        assertThat(device.policy.report().drifts().getFirst().repeats()).isEqualTo(3);
        assertThat(device.takeEvents()).isEmpty();
        lookAfter(Duration.ofMinutes(1));
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
    }

    @Test
    void whatWasChangedWhileTheDeviceWasOffIsDriftToo() throws IOException {
        device.tamper(MICROPHONE, "granted");

        device.reboot();

        assertThat(device.cell(MICROPHONE)).isEqualTo("denied");
        assertThat(device.takeEvents()).containsExactly(drift(MICROPHONE, false, 0, Drift.RESTORED));
    }

    @Test
    void aDayOfQuietMakesItNew() throws IOException {
        for (int time = 0; time <= 2; time++) {
            tamperAndLook();
        }
        lookAfter(DriftBook.FORGET);
        device.takeEvents();

        tamperAndLook();

        assertThat(device.takeEvents()).containsExactly(drift(CAMERA, true, 0, Drift.RESTORED));
    }

    @Test
    void whatThePlatformDoesNotLetChangeIsReportedAndNotTried() throws IOException {
        Files.writeString(device.device("enforcement.json"), "{\"fixed\":[\"" + CAMERA + "\"]}");
        device.tamper(CAMERA, "denied");

        device.policy.look();

        PermissionReport report = device.policy.report();
        assertThat(report.levels())
                .extracting(PermissionReport.Level::permission, PermissionReport.Level::level)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(CAMERA, "observed-only"));
        assertThat(report.drifts())
                .extracting(PermissionReport.Drift::permission, PermissionReport.Drift::level)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(CAMERA, "observed-only"));
        assertThat(device.policy.verify(PUMP, CAMERA).level().code()).isEqualTo("observed-only");
        assertThat(device.takeEvents()).isEmpty();
        assertThat(device.cell(CAMERA)).isEqualTo("denied");
    }

    @Test
    void aTableThatCannotBeWrittenIsToldAndTriedAgainLater() throws IOException {
        Path table = device.device("permissions.json");
        Files.delete(table);
        Files.createDirectories(table.resolve("in-the-way"));

        device.policy.look();

        assertThat(device.takeEvents()).contains(drift(CAMERA, true, 1, Drift.FAILED));
        dev.muster.agent.store.AtomicFiles.deleteTree(table);
        lookAfter(Duration.ofMinutes(1));
        assertThat(device.cell(CAMERA)).isEqualTo("granted");
    }

    @Test
    void aRevokeThatWouldEndProcessesWaitsForTheWindow() throws IOException {
        Files.writeString(
                device.state.settings(), "{\"agent\":{\"revokeWindow\":{\"from\":\"22:00\",\"to\":\"04:00\"}}}");
        Files.writeString(device.device("processes.json"), "{\"apps\":{\"" + PUMP.bundle() + "\":2}}");

        device.install(PolicyDevice.bundle(2, Set.of(MICROPHONE)));

        assertThat(device.cell(CAMERA)).isEqualTo("granted");
        assertThat(device.cell(MICROPHONE)).isEqualTo("granted");
        assertThat(device.policy.verify(PUMP, CAMERA).verdict().granted())
                .as("who asks is told at once")
                .isFalse();
        assertThat(device.policy.report().drifts().getFirst().backingOff()).isTrue();
        lookAfter(Duration.ofHours(14));
        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        assertThat(device.policy.processes(PUMP)).contains(0L);
        assertThat(device.policy.report().drifts()).isEmpty();
    }

    @Test
    void aGuardRailDoesNotWaitForTheWindow() throws IOException {
        Files.writeString(
                device.state.settings(), "{\"agent\":{\"revokeWindow\":{\"from\":\"22:00\",\"to\":\"04:00\"}}}");
        Files.writeString(device.device("processes.json"), "{\"apps\":{\"" + PUMP.bundle() + "\":2}}");

        device.install(PolicyDevice.bundle(2, Set.of(CAMERA), GuardRail.denying("no-camera", Set.of(CAMERA))));

        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        assertThat(device.policy.processes(PUMP)).contains(0L);
        assertThat(device.log).anyMatch(line -> line.contains("ended 2 processes"));
    }

    @Test
    void removingThePolicyTakesBackWhatItGaveAndThenLeavesTheTableAlone() throws IOException {
        device.policy.policyInstaller().remove();
        assertThat(device.cell(CAMERA)).isEqualTo("denied");

        device.tamper(CAMERA, "granted");
        lookAfter(Duration.ofMinutes(2));

        assertThat(device.cell(CAMERA)).isEqualTo("granted");
    }

    @Test
    void aDeviceThatNeverHadAPolicyKeepsItsTable(@TempDir Path other) throws IOException {
        PolicyDevice fresh = new PolicyDevice(other);
        Files.writeString(
                fresh.device("permissions.json"), "{\"apps\":{\"com.example.pump\":{\"" + CAMERA + "\":\"granted\"}}}");

        fresh.policy.look();

        assertThat(fresh.cell(CAMERA)).isEqualTo("granted");
    }

    @Test
    void asksForANewManifestWhenWhatItSaysChanges() throws IOException {
        for (int time = 0; time <= 2; time++) {
            tamperAndLook();
        }
        int before = device.reports;

        tamperAndLook();

        assertThat(device.reports).isEqualTo(before + 1);
        lookAfter(Duration.ofSeconds(1));
        assertThat(device.reports).isEqualTo(before + 1);
    }

    private void tamperAndLook() throws IOException {
        lookAfter(Duration.ofSeconds(1));
        device.tamper(CAMERA, "denied");
        lookAfter(Duration.ofSeconds(0));
    }

    private void lookAfter(Duration duration) {
        device.pass(duration);
        device.policy.look();
    }

    private static PermissionEvent drift(String permission, boolean wanted, long repeats, String action) {
        return new Drift(
                PermissionEvent.App.of(PUMP.bundle()),
                permission,
                wanted,
                !wanted,
                "enforced-at-verify",
                repeats,
                action);
    }
}
