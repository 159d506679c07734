package dev.muster.control.rollouts;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.rollout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.reported.ReportedState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three days in a mine: 3 of 10 devices are switched off for hours, links break while windows are open, and no device is at
 * fault. The server's clock is turned hour by hour; after each turn it has done all that is to do before devices go on.
 */
@QuarkusTest
@TestProfile(TurnedClock.Profile.class)
@QuarkusTestResource(Servers.class)
class SimulatedMineIT {
    private static final int DEVICES = 40;
    private static final int LONGEST_HOURS = 80;
    private static final long SEED = 20_261_126;

    @Inject
    TestFleet fleet;

    @Inject
    TurnedClock clock;

    @Inject
    QuietServer quiet;

    @TempDir
    Path directory;

    private final List<MineDevice> mine = new ArrayList<>();

    @AfterEach
    void close() {
        mine.forEach(device -> device.device().close());
    }

    @Test
    void aRolloutCompletesWithoutAFalseAlarmThoughDevicesSleepAndLinksBreak() throws Exception {
        enrol();
        String id = create();
        TreeSet<String> unreached = new TreeSet<>();

        for (int hour = 0; !mine.stream().allMatch(MineDevice::isDone); hour++) {
            assertThat(hour).as("hours").isLessThan(LONGEST_HOURS);
            quiet.rollout(id);
            Map<MineDevice, ReportedState> told = new HashMap<>();
            for (MineDevice device : mine) {
                device.live(hour).ifPresent(report -> told.put(device, report));
            }
            told.forEach((device, report) -> quiet.takenIn(device.device(), report));

            Rollout now = quiet.rollout(id);
            assertThat(now.state())
                    .as("hour %d", hour)
                    .isInstanceOfAny(RolloutState.Running.class, RolloutState.Completed.class);
            assertThat(now.waves())
                    .as("hour %d", hour)
                    .allSatisfy(wave -> assertThat(wave.tally().failed()).isZero());
            unreached.addAll(in(id, DeviceState.Kind.UNREACHED));
            clock.turn(Duration.ofHours(1));
        }

        rollout(id)
                .body("state", equalTo("completed"))
                .body("waves.state", contains("passed", "passed"))
                .body("waves.succeeded", contains(4, DEVICES - 4));
        assertThat(unreached)
                .as("devices that were unreached for a while")
                .containsExactlyElementsOf(names(MineDevice.Sleep.FROM_THE_START))
                .hasSizeGreaterThan(3);
        assertThat(mine.stream().filter(MineDevice::droppedInWindow).count())
                .as("links that broke inside windows")
                .isGreaterThan(DEVICES / 4);
        get("/audit?object=rollout/" + id).body("items.verb", not(hasItem("rollout.resume")));
    }

    private void enrol() throws Exception {
        Random random = new Random(SEED);
        for (int i = 1; i <= DEVICES; i++) {
            MineDevice.Sleep sleep =
                    switch (i % 10) {
                        case 1 -> MineDevice.Sleep.FROM_THE_START;
                        case 2 -> MineDevice.Sleep.WHILE_LOADING;
                        case 3 -> MineDevice.Sleep.WHILE_HELD;
                        default -> MineDevice.Sleep.NEVER;
                    };
            mine.add(new MineDevice(fleet.enrol(directory, "mine", "mine-%02d".formatted(i)), sleep, random));
        }
    }

    private String create() {
        String hash = FleetApi.uploadImage("image mine".getBytes(StandardCharsets.UTF_8), "2.0.0", 2);
        LocalTime now = clock.instant().atZone(ZoneOffset.UTC).toLocalTime().withNano(0);
        return post(
                        "/rollouts",
                        Map.of(
                                "name",
                                "mine",
                                "release",
                                FleetApi.release("mine", "2.0.0", hash),
                                "selector",
                                "tag==mine",
                                "deadline",
                                "PT6H",
                                "waves",
                                List.of(
                                        Map.of("count", 4, "minReached", 2, "successPercent", 60),
                                        Map.of("percent", 100)),
                                "install",
                                Map.of(
                                        "window",
                                        Map.of(
                                                "from",
                                                now.plusHours(10).toString(),
                                                "to",
                                                now.plusHours(14).toString()))))
                .statusCode(200)
                .extract()
                .path("id");
    }

    private List<String> in(String id, DeviceState.Kind state) {
        return get("/rollouts/" + id + "/devices?state=" + state.text() + "&limit=200")
                .statusCode(200)
                .extract()
                .path("items.device");
    }

    private List<String> names(MineDevice.Sleep sleep) {
        return mine.stream()
                .filter(device -> device.sleep() == sleep)
                .map(device -> device.device().ref().device().value())
                .toList();
    }
}
