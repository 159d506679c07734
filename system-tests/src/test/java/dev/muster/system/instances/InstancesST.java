package dev.muster.system.instances;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.device.DeviceIo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * One installation of many processes, whose parts die one after the other while devices send: each method kills something else and
 * waits until all is well again; the last one accounts for every sample. Ten minutes of two cores: on demand, by
 * {@code ./muster fault instances} or {@code -Dmuster.long=true}.
 */
@EnabledIfSystemProperty(named = "muster.long", matches = "true")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstancesST {
    private static final int SPREAD = 48;
    private static final int BOUND = 6;
    private static final int LATER = 4;
    private static final int FIRST_WAVE = 12;
    private static final int ALL = SPREAD + BOUND;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration LOOK = Duration.ofMillis(250);

    @TempDir
    static Path folder;

    private Installation installation;
    private Devices spread;
    private Devices bound;
    private final List<Devices> all = new ArrayList<>();

    @BeforeAll
    void start() throws Exception {
        installation = Installation.start(folder);
        spread = devices("spread", SPREAD, Optional.empty(), io -> io);
        // They know one gateway and no other.
        bound = devices("bound", BOUND, Optional.of(installation.only(0)), io -> io);
    }

    private Devices devices(String prefix, int count, Optional<String> gateway, UnaryOperator<DeviceIo> version)
            throws Exception {
        Devices devices = Devices.start(installation, folder.resolve(prefix), prefix, count, gateway, version);
        all.add(devices);
        return devices;
    }

    @AfterAll
    void stop() {
        try {
            all.forEach(Devices::close);
        } finally {
            if (installation != null) {
                installation.close();
            }
        }
    }

    @Test
    @Order(1)
    void devicesAreSpreadOverTheGateways() throws SQLException {
        awaitAllOnline();

        assertThat(gatewaysOf(spread)).containsOnlyKeys("gateway-1", "gateway-2");
        assertThat(gatewaysOf(bound)).containsOnlyKeys("gateway-1");
    }

    @Test
    @Order(2)
    void whenAGatewayDiesItsDevicesComeBackOnceAndOnlyThoseThatCannotAreTold() throws SQLException {
        long orphans = Objects.requireNonNull(gatewaysOf(spread).get("gateway-1"));
        long connects = spread.connects();

        installation.gateway(0).kill();

        soon("all that can are at the other gateway")
                .until(() -> gatewaysOf(spread).equals(Map.of("gateway-2", (long) SPREAD)));
        soon("the others' wills are told").until(() -> online(bound) == 0);
        assertThat(online(spread)).isEqualTo(SPREAD);
        assertThat(spread.connects() - connects)
                .as("sessions begun by %s devices of the dead gateway; refusals %s", orphans, spread.refusals())
                .isEqualTo(orphans);

        installation.gateway(0).launch();
        installation.gateway(0).awaitReady();
        awaitAllOnline();
        assertThat(gatewaysOf(bound)).containsOnlyKeys("gateway-1");
    }

    @Test
    @Order(3)
    void aRolloutGoesOnWhenTheInstanceThatServesItDiesInTheFirstWave() throws IOException, SQLException {
        String rollout = rollOut("2.0.0", 2);
        soon("the first wave is under way").pollInterval(Duration.ofMillis(50)).until(() -> inState("succeeded") > 0);
        assertThat(inState("succeeded")).isLessThan(FIRST_WAVE);

        installation.api(0).kill();

        awaitCompleted(rollout);
        assertThat(inState("succeeded")).isEqualTo(ALL);
        assertThat(installation.number("select count(*) from rollout_wave w where succeeded <> (select count(*) from"
                        + " rollout_device d where d.rollout = w.rollout and d.wave = w.index and d.state = 'succeeded')"
                        + " or waiting + started + accepted + failed + unreached <> 0"))
                .as("waves whose counters are not what the rows of devices say")
                .isZero();
        assertThat(installation.number("select count(*) from desired_target where source = 'rollout/" + rollout + "'"))
                .as("devices that are to have the image")
                .isEqualTo(ALL);
        installation.api(0).launch();
    }

    @Test
    @Order(4)
    void alertsFireOnceEachWhenStreamsDieWhileTheyArePending() throws IOException, SQLException {
        installation.api(0).awaitReady();
        long newest = installation.number(
                "select max(num)::bigint from telemetry.sample where metric = '" + Devices.METRIC + "'");
        installation.api().putYaml("/alert-rules/long-up", """
                apiVersion: muster.dev/v1
                kind: AlertRule
                metadata: {name: long-up, description: up for longer than when this rule was made}
                spec:
                  devices: "hardware==%s"
                  severity: warning
                  summary: "{device} is up for {value} s"
                  for: 6s
                  when:
                    threshold: {metric: %s, above: %d}
                """.formatted(Devices.HARDWARE, Devices.METRIC, newest + 8));
        soon("the first alerts are pending").pollInterval(Duration.ofMillis(50)).until(() -> alerts("pending") > 0);

        installation.streams(0).kill();

        assertThat(alerts("firing")).isLessThan(ALL);
        soon("every device's alert fires").until(() -> alerts("firing") == ALL);
        installation.streams(0).launch();
        assertThat(installation.number("select count(*) from alert where rule = 'long-up'"))
                .as("alerts, one for each device")
                .isEqualTo(ALL);
        assertThat(installation.number("select count(distinct device) from alert where rule = 'long-up'"))
                .isEqualTo(ALL);
        assertThat(installation.number("select count(*) from alert_step where what = 'firing'"))
                .as("times that an alert began to fire")
                .isEqualTo(ALL);
    }

    @Test
    @Order(5)
    void nobodyNoticesThatABrokerDies() throws Exception {
        installation.streams(0).awaitReady();
        awaitAllOnline();
        long connects = spread.connects() + bound.connects();

        installation.kafka().kill(0);
        awaitSamplesOfAll();
        installation.kafka().restart(0);
        awaitSamplesOfAll();

        assertThat(spread.connects() + bound.connects())
                .as("sessions; refusals %s %s", spread.refusals(), bound.refusals())
                .isEqualTo(connects);
    }

    @Test
    @Order(6)
    void sessionsOutliveARestartOfPostgresAndTheStoreCatchesUp() throws Exception {
        long connects = spread.connects() + bound.connects();

        installation.killAndRestartPostgres();

        soon("the API answers again")
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> ("" + ALL).equals(Api.text(installation.api().get("/fleet"), "devices")));
        awaitSamplesOfAll();
        assertThat(spread.connects() + bound.connects())
                .as("sessions; refusals %s %s", spread.refusals(), bound.refusals())
                .isEqualTo(connects);
        awaitCompleted(rollOut("3.0.0", 3));
    }

    @Test
    @Order(7)
    void anUpgradeGoesRoundWhileTablesAndAgentsAreOfTheNextVersionAlready() throws Exception {
        // What the first server of the next version does before it serves anybody.
        installation.execute("alter table device add column added_later text");
        installation.execute("alter table telemetry.latest add column added_later text");
        installation.execute("create table added_later (id int primary key)");
        installation.execute(migration("flyway_schema_history"));
        installation.execute(migration("telemetry.flyway_schema_history"));
        Devices later = devices("later", LATER, Optional.empty(), LaterAgent::new);

        for (int half = 0; half < 2; half++) {
            List<Instance> leaving =
                    List.of(installation.gateway(half), installation.api(half), installation.streams(half));
            leaving.forEach(Instance::stop);
            leaving.forEach(Instance::launch);
            leaving.forEach(Instance::awaitReady);
        }

        awaitAllOnline();
        soon("devices ahead of their servers are online").until(() -> online(later) == LATER);
        awaitSamplesOfAll();
        awaitCompleted(rollOut("4.0.0", 4));
        assertThat(inState("failed") + inState("unreached")).isZero();
    }

    /** In the random order of a seed; only where a number is asked for. */
    @Test
    @Order(8)
    @EnabledIfSystemProperty(named = "muster.instances.kills", matches = "[1-9][0-9]*")
    void whateverDiesNextAllComeBack() throws Exception {
        Random chance = new Random(Long.getLong("muster.instances.seed", 1));
        for (int kill = Integer.getInteger("muster.instances.kills", 0); kill > 0; kill--) {
            switch (chance.nextInt(5)) {
                case 0 -> killAndRestart(installation.gateway(chance.nextInt(2)));
                case 1 -> killAndRestart(installation.api(chance.nextInt(2)));
                case 2 -> killAndRestart(installation.streams(chance.nextInt(2)));
                case 3 -> {
                    int broker = chance.nextInt(3);
                    installation.kafka().kill(broker);
                    awaitSamplesOfAll();
                    installation.kafka().restart(broker);
                }
                default -> installation.killAndRestartPostgres();
            }
            awaitAllOnline();
            awaitSamplesOfAll();
        }
    }

    private void killAndRestart(Instance instance) {
        instance.kill();
        instance.launch();
        instance.awaitReady();
    }

    private static String migration(String history) {
        return "insert into " + history
                + " (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)"
                + " select max(installed_rank) + 1, '99999', 'added later', 'SQL', 'V99999__added_later.sql', 1, 'next', 1, true"
                + " from " + history;
    }

    @Test
    @Order(9)
    void everySampleThatWasAcknowledgedIsThereOnceAndCountedOnce() throws Exception {
        all.forEach(Devices::close);

        for (Devices devices : all) {
            assertThat(devices.dropped()).as("samples given up").isZero();
            Map<String, Long> acknowledged = devices.acknowledged();
            soon("all is stored").untilAsserted(() -> {
                Map<String, Long> newest = samples("max(num)::bigint / " + Devices.SECONDS, devices);
                assertThat(newest).hasSize(devices.count());
                acknowledged.forEach((device, last) -> assertThat(newest.get(device))
                        .as("newest sample of `%s`", device)
                        .isGreaterThanOrEqualTo(last));
                assertThat(samples("count(*)", devices)).as("rows").isEqualTo(newest);
                assertThat(samples("count(distinct num)", devices))
                        .as("samples that are different ones")
                        .isEqualTo(newest);
                assertThat(installation.rows("select device, sum(n)::bigint from telemetry.rollup_1m where metric = '"
                                + Devices.METRIC + "' and" + devices.like() + "group by device"))
                        .as("samples in windows of a minute")
                        .isEqualTo(newest);
            });
        }
        soon("all said goodbye")
                .until(() -> installation.number("select count(*) from device_presence where online") == 0);
    }

    private static ConditionFactory soon(String what) {
        return await(what).atMost(PATIENCE).pollInterval(LOOK);
    }

    private void awaitAllOnline() {
        soon("all are online")
                .until(() -> online(spread) + online(bound) == ALL && spread.connected() + bound.connected() == ALL);
    }

    /** Each has sent, and the store has, some that are newer than now. */
    private void awaitSamplesOfAll() throws SQLException {
        Map<String, Long> before = installation.rows("select device, seq from telemetry.device_mark");
        soon("newer samples of each are stored").until(() -> {
            Map<String, Long> now = installation.rows("select device, seq from telemetry.device_mark");
            return before.size() >= ALL
                    && before.entrySet().stream()
                            .allMatch(mark -> now.getOrDefault(mark.getKey(), 0L) >= mark.getValue() + 3);
        });
    }

    private Map<String, Long> gatewaysOf(Devices devices) throws SQLException {
        return installation.rows(
                "select gateway, count(*) from device_presence where online and" + devices.like() + "group by gateway");
    }

    private long online(Devices devices) throws SQLException {
        return installation.number("select count(*) from device_presence where online and" + devices.like());
    }

    private long alerts(String state) throws SQLException {
        return installation.number("select count(*) from alert where rule = 'long-up' and state = '" + state + "'");
    }

    private long inState(String state) throws SQLException {
        return installation.number("select count(*) from rollout_device where state = '" + state + "'");
    }

    private Map<String, Long> samples(String what, Devices devices) throws SQLException {
        return installation.rows("select device, " + what + " from telemetry.sample where metric = '" + Devices.METRIC
                + "' and" + devices.like() + "group by device");
    }

    private String rollOut(String version, int counter) throws IOException {
        String sha256 = Api.text(
                installation
                        .api()
                        .upload(
                                "/artifacts?kind=image&name=os&hardware=" + Devices.HARDWARE + "&version=" + version
                                        + "&releaseCounter=" + counter,
                                ("image " + version).getBytes(StandardCharsets.US_ASCII)),
                "sha256");
        String release = Api.text(
                installation
                        .api()
                        .post(
                                "/releases",
                                Map.of("name", "os", "version", version, "targets", List.of(Map.of("sha256", sha256)))),
                "id");
        return Api.text(
                installation
                        .api()
                        .post(
                                "/rollouts",
                                Map.of(
                                        "name",
                                        "os " + version,
                                        "release",
                                        release,
                                        "selector",
                                        "",
                                        "waves",
                                        List.of(Map.of("count", FIRST_WAVE), Map.of("percent", 100)))),
                "id");
    }

    private void awaitCompleted(String rollout) {
        soon("the rollout is completed")
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(installation.api().get("/rollouts/" + rollout))
                        .containsEntry("state", "completed"));
    }
}
