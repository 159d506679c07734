package dev.muster.control.rollouts;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices that get stuck, vanish, return, repeat themselves and lie, in a rollout with a deadline of one hour. That none
 * can speak for another one is shown where it is refused: by the gateway and by the port of the devices.
 */
@QuarkusTest
@TestProfile(TurnedClock.Profile.class)
@QuarkusTestResource(Servers.class)
class UnreliableDevicesIT {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final Duration ALMOST_AN_HOUR = Duration.ofMinutes(50);
    private static final Duration REST_OF_THE_HOUR = Duration.ofMinutes(11);

    @Inject
    TestFleet fleet;

    @Inject
    QuietServer quiet;

    @Inject
    TurnedClock clock;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();
    private String sha256 = "";

    @AfterEach
    void close() {
        devices.forEach(FleetDevice::close);
    }

    @Test
    void aStuckDeviceFailsAtItsDeadlineHoweverMuchItTalksAndPausesTheRollout() throws Exception {
        String id = rollout("stuck", 2, 1);
        FleetDevice stuck = devices.getFirst();
        quiet.deliver(stuck, stuck.reportOf(ConditionState.OFFERED, "", ""));

        clock.turn(ALMOST_AN_HOUR);
        quiet.deliver(stuck, stuck.reportOf(ConditionState.FETCHING, "", ""));
        assertThat(quiet.rollout(id).waves().getFirst().tally().accepted()).isEqualTo(1);
        clock.turn(REST_OF_THE_HOUR);

        Rollout after = quiet.rollout(id);
        assertThat(after.state())
                .isEqualTo(new RolloutState.Paused("wave `canary`: 1 of 1 devices failed, more than 0 percent", true));
        assertThat(quiet.device(id, devices.get(1))).isEqualTo(new DeviceState.Waiting());
        get("/rollouts/" + id + "/causes")
                .statusCode(200)
                .body("items.state", contains("failed"))
                .body("items.reason", contains("DeadlineExceeded"))
                .body("items.example", contains("stuck-1"));
        // Late is better than never: what it says then is counted, and the pause stays a person's to end.
        quiet.deliver(stuck, stuck.reportOf(ConditionState.COMMITTED, "", ""));
        Rollout late = quiet.rollout(id);
        assertThat(late.waves().getFirst().tally().succeeded()).isEqualTo(1);
        assertThat(late.state()).isInstanceOf(RolloutState.Paused.class);
    }

    @Test
    void aVanishedDeviceIsUnreachedAndHoldsNothing() throws Exception {
        String id = rollout("vanished", 3, 2);
        commit(devices.getFirst());
        assertThat(quiet.rollout(id).waves().get(1).tally().waiting()).isEqualTo(1);

        clock.turn(ALMOST_AN_HOUR.plus(REST_OF_THE_HOUR));
        Rollout without = quiet.rollout(id);
        assertThat(without.waves().getFirst().tally()).isEqualTo(new Tally(0, 0, 0, 1, 0, 1, 0, 0, 0));
        commit(devices.get(2));

        Rollout after = quiet.rollout(id);
        assertThat(after.state()).isEqualTo(new RolloutState.Completed());
        assertThat(after.waves().getFirst().tally().unreached()).isEqualTo(1);
        get("/rollouts/" + id + "/causes")
                .body("items.state", contains("unreached"))
                .body("items.example", contains("vanished-2"));
    }

    @Test
    void aDeviceThatReturnsAfterTheEndStillGetsItsDocumentAndSucceeds() throws Exception {
        String id = rollout("returning", 2, 2);
        commit(devices.getFirst());
        clock.turn(ALMOST_AN_HOUR.plus(REST_OF_THE_HOUR));
        assertThat(quiet.rollout(id).state()).isEqualTo(new RolloutState.Completed());
        FleetDevice returning = devices.get(1);

        quiet.deliver(returning, returning.reportOf(ConditionState.OFFERED, "", ""));
        assertThat(returning.target(IMAGE).orElseThrow().file().sha256()).isEqualTo(sha256);
        assertThat(quiet.rollout(id).waves().getFirst().tally()).isEqualTo(new Tally(0, 0, 1, 1, 0, 0, 0, 0, 0));
        commit(returning);

        Rollout after = quiet.rollout(id);
        assertThat(after.waves().getFirst().tally()).isEqualTo(new Tally(0, 0, 0, 2, 0, 0, 0, 0, 0));
        assertThat(after.state()).isEqualTo(new RolloutState.Completed());
        get("/devices/returning-2").body("inSync", equalTo(true));
    }

    @Test
    void reportsThatComeAgainAndTooLateCountOnce() throws Exception {
        String id = rollout("duplicate", 2, 1);
        FleetDevice device = devices.getFirst();
        ReportedState offered = device.reportOf(ConditionState.OFFERED, "", "");
        ReportedState committed = device.reportOf(ConditionState.COMMITTED, "", "");

        quiet.deliver(device, Collections.nCopies(5, offered));
        assertThat(quiet.rollout(id).waves().getFirst().tally()).isEqualTo(new Tally(0, 0, 1, 0, 0, 0, 0, 0, 0));
        Collections.nCopies(5, committed).forEach(device::report);
        quiet.takenIn(device, committed);
        quiet.deliver(device, Collections.nCopies(5, committed));
        Rollout once = quiet.rollout(id);
        assertThat(once.waves().getFirst().tally()).isEqualTo(new Tally(0, 0, 0, 1, 0, 0, 0, 0, 0));
        assertThat(once.waves().get(1).tally()).isEqualTo(new Tally(0, 1, 0, 0, 0, 0, 0, 0, 0));

        quiet.deliver(
                device,
                List.of(
                        offered,
                        new ReportedState(offered.generation() - 1, Map.of(), List.of()),
                        device.reportOf(ConditionState.ROLLED_BACK, "HealthCheckFailed", "an old one")));
        commit(devices.get(1));
        Rollout after = quiet.rollout(id);
        assertThat(after.waves().stream().map(Wave::tally)).containsOnly(new Tally(0, 0, 0, 1, 0, 0, 0, 0, 0));
        assertThat(after.state()).isEqualTo(new RolloutState.Completed());
    }

    @Test
    void aDeviceThatClaimsOtherBytesIsNotDone() throws Exception {
        String id = rollout("claiming", 2, 1);
        FleetDevice liar = devices.getFirst();
        liar.refresh();

        quiet.deliver(liar, claim(liar.generation(), IMAGE, "f".repeat(64)));
        assertThat(quiet.rollout(id).waves().getFirst().tally()).isEqualTo(new Tally(0, 0, 1, 0, 0, 0, 0, 0, 0));
        clock.turn(ALMOST_AN_HOUR.plus(REST_OF_THE_HOUR));

        assertThat(quiet.rollout(id).state()).isInstanceOf(RolloutState.Paused.class);
        assertThat(quiet.device(id, liar)).isInstanceOf(DeviceState.Failed.class);
        assertThat(quiet.device(id, devices.get(1))).isEqualTo(new DeviceState.Waiting());
    }

    @Test
    void aDeviceThatClaimsADocumentNobodyMadeIsNotHeard() throws Exception {
        String id = rollout("future", 2, 1);
        FleetDevice started = devices.getFirst();
        FleetDevice waiting = devices.get(1);
        started.refresh();
        waiting.refresh();

        quiet.deliver(started, claim(started.generation() + 1_000, IMAGE, sha256));
        assertThat(quiet.rollout(id).waves().getFirst().tally())
                .as("a claim of a later document")
                .isEqualTo(new Tally(0, 1, 0, 0, 0, 0, 0, 0, 0));
        // It guesses the document that its start will make, and what is in it.
        quiet.deliver(waiting, claim(waiting.generation() + 1, IMAGE, sha256));
        commit(started);

        assertThat(quiet.rollout(id).waves().get(1).tally())
                .as("a claim from before the start")
                .isEqualTo(new Tally(0, 1, 0, 0, 0, 0, 0, 0, 0));
        commit(waiting);
        assertThat(quiet.rollout(id).state()).isEqualTo(new RolloutState.Completed());
    }

    @Test
    void aDeviceThatReportsWhatItWasNeverGivenMovesNothing() throws Exception {
        String id = rollout("uninvited", 2, 1);
        FleetDevice started = devices.getFirst();
        FleetDevice waiting = devices.get(1);
        started.refresh();
        waiting.refresh();

        quiet.deliver(waiting, claim(waiting.generation(), IMAGE, sha256));
        // Bytes that the server has, but of another kind: whoever reads them as a policy must not stop at them.
        quiet.deliver(
                started,
                new ReportedState(
                        started.generation(),
                        Map.of(),
                        List.of(
                                condition(new TargetName.App("com.example.never"), ConditionState.FAILED, sha256),
                                condition(new TargetName.Policy(), ConditionState.COMMITTED, sha256))));
        Rollout before = quiet.rollout(id);
        assertThat(before.waves().getFirst().tally()).isEqualTo(new Tally(0, 0, 1, 0, 0, 0, 0, 0, 0));
        assertThat(before.waves().get(1).tally()).isEqualTo(new Tally(1, 0, 0, 0, 0, 0, 0, 0, 0));

        commit(started);
        assertThat(quiet.rollout(id).waves().get(1).tally()).isEqualTo(new Tally(0, 1, 0, 0, 0, 0, 0, 0, 0));
        commit(waiting);
        assertThat(quiet.rollout(id).state()).isEqualTo(new RolloutState.Completed());
    }

    /** Devices {@code tag-1} and so on, of which the first {@code canaries} are started. */
    private String rollout(String tag, int count, int canaries) throws Exception {
        for (int i = 1; i <= count; i++) {
            devices.add(fleet.enrol(directory, tag, tag + "-" + i));
        }
        sha256 = FleetApi.uploadImage(("image " + tag).getBytes(StandardCharsets.UTF_8), "2.0.0", 2);
        String id = post(
                        "/rollouts",
                        Map.of(
                                "name",
                                tag,
                                "release",
                                FleetApi.release(tag, "2.0.0", sha256),
                                "selector",
                                "tag==" + tag,
                                "deadline",
                                "PT1H",
                                "waves",
                                List.of(Map.of("name", "canary", "count", canaries), Map.of("percent", 100))))
                .statusCode(200)
                .extract()
                .path("id");
        assertThat(quiet.rollout(id).waves().getFirst().tally().started()).isEqualTo(canaries);
        return id;
    }

    private void commit(FleetDevice device) {
        quiet.deliver(device, device.reportOf(ConditionState.COMMITTED, "", ""));
    }

    private static ReportedState claim(long generation, TargetName name, String sha256) {
        return new ReportedState(generation, Map.of(), List.of(condition(name, ConditionState.COMMITTED, sha256)));
    }

    private static TargetCondition condition(TargetName name, ConditionState state, String sha256) {
        return new TargetCondition(name, state, Clock.systemUTC().instant(), 100, "", "", "2.0.0", Optional.of(sha256));
    }
}
