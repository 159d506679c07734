package dev.muster.control.telemetry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules tried out over samples that came through Kafka and the sink. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class AlertPreviewIT {
    private static final TenantId TENANT = new TenantId("alert-preview");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String METRIC = "motor.temp";

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    @Inject
    KafkaClients kafka;

    @Inject
    HistoryKeeper keeper;

    /** The same for every test: values sent again are the same values. */
    private final Instant at =
            Clock.systemUTC().instant().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(2));

    @BeforeEach
    void twoKilns() throws Exception {
        boolean first = transactions.in(TENANT, handle -> {
            int made = handle.execute("insert into tenant (tenant) values ('alert-preview') on conflict do nothing");
            if (made == 1) {
                for (String device : List.of("kiln-a", "kiln-b")) {
                    handle.execute(
                            "insert into device (id, name, status, hardware) values (?, ?, 'active', 'board')",
                            device,
                            device);
                }
                bind("whole", "");
                bind("part", "name==kiln-b");
            }
            return made == 1;
        });
        if (first) {
            // Hot for ten minutes; then for one; then to the end.
            for (double[] one : new double[][] {{0, 50}, {10, 95}, {15, 99}, {20, 60}, {30, 95}, {31, 60}, {50, 97}}) {
                send("kiln-a", (long) one[0], one[1]);
            }
            send("kiln-b", 5, 95);
            send("kiln-b", 25, 20);
            await().atMost(SOON).untilAsserted(() -> given().auth()
                    .oauth2(Tokens.of("whole"))
                    .header(Guard.TENANT_HEADER, TENANT.value())
                    .get("/api/v1/telemetry/latest?metric=" + METRIC)
                    .then()
                    .body("items", hasSize(2))
                    .body("items[0].value", equalTo(97.0f))
                    .body("items[1].value", equalTo(20.0f)));
        }
    }

    @Test
    void tellsWhichAlertsThereWouldHaveBeenOnWhichDevice() {
        preview("whole", rule("name=in=(kiln-a,kiln-b)", "5m", "threshold: {metric: motor.temp, above: 90}"))
                .statusCode(200)
                .body("rule", equalTo("hot"))
                .body("devices", equalTo(2))
                .body("looked", equalTo(2))
                .body("count", equalTo(3))
                .body("neverFired", equalTo(1))
                .body("alerts.device", equalTo(List.of("kiln-b", "kiln-a", "kiln-a")))
                .body("alerts[0].since", equalTo(minute(5)))
                .body("alerts[0].firedAt", equalTo(minute(10)))
                .body("alerts[0].resolvedAt", equalTo(minute(25)))
                .body("alerts[1].firedAt", equalTo(minute(15)))
                .body("alerts[1].resolvedAt", equalTo(minute(20)))
                .body("alerts[2].firedAt", equalTo(minute(55)))
                .body("alerts[2].resolvedAt", nullValue())
                .body("alerts[2].value", equalTo(97.0f));
    }

    @Test
    void anAlertThatBeganBeforeTheSpanIsKnownAndOneThatWasOverIsLeftOut() {
        preview(
                        "whole",
                        minute(18),
                        minute(60),
                        rule("name==kiln-a", "5m", "threshold: {metric: motor.temp, above: 90}"))
                .statusCode(200)
                .body("alerts.since", equalTo(List.of(minute(10), minute(50))));
        preview(
                        "whole",
                        minute(21),
                        minute(40),
                        rule("name==kiln-a", "5m", "threshold: {metric: motor.temp, above: 90}"))
                .statusCode(200)
                .body("count", equalTo(0));
    }

    @Test
    void looksAtDevicesInScopeOnly() {
        preview("part", rule("all", "5m", "threshold: {metric: motor.temp, above: 90}"))
                .statusCode(200)
                .body("devices", equalTo(1))
                .body("alerts.device", equalTo(List.of("kiln-b")));
    }

    @Test
    void missesWhatDidNotCome() {
        preview("whole", rule("name==kiln-b", "0", "absence: {metric: motor.temp, longerThan: 15m}"))
                .statusCode(200)
                // Nothing came before, either.
                .body("alerts[0].resolvedAt", equalTo(minute(5)))
                .body("alerts[1].since", equalTo(minute(5)))
                .body("alerts[1].firedAt", equalTo(minute(20)))
                .body("alerts[1].resolvedAt", equalTo(minute(25)))
                .body("alerts[2].since", equalTo(minute(25)))
                .body("alerts[2].resolvedAt", nullValue());
    }

    @Test
    void whatCannotBeAnsweredSaysWhatWasExpected() {
        preview("whole", rule("all", "0", "permissionUse: {permission: ohos.permission.CAMERA, above: 5, within: 1h}"))
                .statusCode(400)
                .body("detail", containsString("offline or drift, found `permissionUse`"))
                .body("detail", containsString("what is missing is when services asked"));
        preview("whole", rule("all", "0", "treshold: {metric: motor.temp, above: 90}"))
                .statusCode(400)
                .body("code", equalTo("alert-rule-invalid"))
                .body("errors[0].line", equalTo(8));
        preview(
                        "whole",
                        "2020-01-01T00:00:00Z",
                        "2020-01-02T00:00:00Z",
                        rule("all", "0", "threshold: {metric: motor.temp, above: 90}"))
                .statusCode(400)
                .body("detail", containsString("older samples are not kept"));
    }

    @Test
    void findsWhoWasAwayForLongEnoughAndWhy() throws Exception {
        historyBegan(Duration.ofDays(2));
        came("kiln-b", -600, 1, true, "");
        came("kiln-b", 10, 1, false, "keep-alive expired");
        came("kiln-b", 12, 2, true, "");
        came("kiln-b", 20, 2, false, "connection lost");
        came("kiln-b", 20, 2, false, "connection lost"); // a batch comes again
        came("kiln-b", 40, 3, true, "");
        came("kiln-b", 39, 2, false, "gateway lost"); // of an older session
        came("kiln-a", -600, 1, false, "disconnected");

        await().atMost(SOON).untilAsserted(() -> preview("whole", rule("name=in=(kiln-a,kiln-b)", "5m", "offline: {}"))
                .statusCode(200)
                .body("kind", equalTo("offline"))
                .body("metric", nullValue())
                .body("count", equalTo(2))
                .body("neverFired", equalTo(1))
                .body("missing", hasSize(0))
                .body("alerts[0].device", equalTo("kiln-a"))
                .body("alerts[0].since", equalTo(minute(-600)))
                .body("alerts[0].resolvedAt", nullValue())
                .body("alerts[0].detail", equalTo("disconnected"))
                .body("alerts[1].device", equalTo("kiln-b"))
                .body("alerts[1].since", equalTo(minute(20)))
                .body("alerts[1].firedAt", equalTo(minute(25)))
                .body("alerts[1].resolvedAt", equalTo(minute(40)))
                .body("alerts[1].detail", equalTo("connection lost")));
        preview("part", rule("all", "5m", "offline: {}"))
                .statusCode(200)
                .body("alerts.device", equalTo(List.of("kiln-b")));
    }

    @Test
    void findsDriftOfTargetsAndOfPermissionsAsStreamsCombineIt() throws Exception {
        historyBegan(Duration.ofDays(2));
        // Two topics: each waits for what came before it.
        reported("kiln-a", 5, ConditionState.DRIFTED);
        await().atMost(SOON).until(() -> rows("drift_history", "kiln-a") == 1);
        reported("kiln-a", 6, ConditionState.DRIFTED);
        drifted("kiln-a", 8, PermissionEvent.Drift.BACKING_OFF);
        await().atMost(SOON).until(() -> rows("drift_history", "kiln-a") == 2);
        reported("kiln-a", 10, ConditionState.COMMITTED);
        await().atMost(SOON).until(() -> rows("drift_history", "kiln-a") == 3);
        drifted("kiln-a", 30, PermissionEvent.Drift.RESTORED);

        await().atMost(SOON).untilAsserted(() -> preview("whole", rule("name==kiln-a", "10m", "drift: {}"))
                .statusCode(200)
                .body("kind", equalTo("drift"))
                .body("count", equalTo(1))
                .body("alerts[0].device", equalTo("kiln-a"))
                .body("alerts[0].since", equalTo(minute(5)))
                .body("alerts[0].firedAt", equalTo(minute(15)))
                .body("alerts[0].resolvedAt", equalTo(minute(30)))
                .body("alerts[0].detail", equalTo("com.example.cam ohos.permission.CAMERA")));
    }

    @Test
    void saysSinceWhenThereIsAHistoryWhereTheSpanIsOlder() {
        historyBegan(Duration.ZERO);

        preview("whole", rule("all", "0", "offline: {}"))
                .statusCode(200)
                .body("missing[0]", containsString("sessions of devices before "));
        preview("whole", rule("all", "0", "drift: {}"))
                .statusCode(200)
                .body("missing[0]", containsString("drift before "));
        preview("whole", rule("all", "0", "threshold: {metric: motor.temp, above: 90}"))
                .statusCode(200)
                .body("missing", hasSize(0));
    }

    @Test
    void forgetsWhatIsOldButNotTheLastWordOnADevice() throws Exception {
        historyBegan(Duration.ofDays(2));
        String device = "kiln-old";
        transactions.run(
                TENANT,
                handle -> handle.execute(
                        "insert into device (id, name, status, hardware) values ('kiln-old', 'kiln-old', 'active', 'board')"
                                + " on conflict do nothing"));
        long day = Duration.ofDays(1).toMinutes();
        came(device, -20 * day, 1, true, "");
        came(device, -15 * day, 1, false, "connection lost");
        await().atMost(SOON).until(() -> rows("presence_history", device) == 2);

        keeper.forget(TENANT);

        assertThat(rows("presence_history", device)).isEqualTo(1);
        preview("whole", rule("name==kiln-old", "5m", "offline: {}"))
                .statusCode(200)
                .body("alerts[0].since", equalTo(minute(-15 * day)));
        transactions.run(TENANT, handle -> handle.execute("delete from device where id = 'kiln-old'"));
    }

    private int rows(String table, String device) {
        return transactions.in(
                TENANT, handle -> handle.createQuery("select count(*) from " + table + " where device = :device")
                        .bind("device", device)
                        .mapTo(Integer.class)
                        .one());
    }

    /** The tenant is of this hour, and so is what is kept of its devices. */
    private void historyBegan(Duration ago) {
        transactions.run(TENANT, handle -> handle.createUpdate(
                        "update tenant set history_since = now() - :ago * interval '1 second' where tenant = current_tenant()")
                .bind("ago", ago.toSeconds())
                .execute());
    }

    private void came(String device, long minute, long epoch, boolean online, String reason) throws Exception {
        tell(
                kafka.topics().presence(),
                device,
                minute,
                new Presence(online, epoch, Instant.parse(minute(minute)), "gateway-a", reason).toJson());
    }

    private void reported(String device, long minute, ConditionState state) throws Exception {
        TargetCondition camera = new TargetCondition(
                new TargetName.App("com.example.cam"),
                state,
                Instant.parse(minute(minute)),
                0,
                "",
                "",
                "1.0",
                Optional.empty());
        tell(kafka.topics().reported(), device, minute, new ReportedState(1, Map.of(), List.of(camera)).toJson());
    }

    private void drifted(String device, long minute, String action) throws Exception {
        PermissionEvent.Drift drift = new PermissionEvent.Drift(
                PermissionEvent.App.of("com.example.cam"),
                "ohos.permission.CAMERA",
                false,
                true,
                "enforced",
                3,
                action);
        tell(
                kafka.topics().events(),
                device,
                minute,
                drift.at(Instant.parse(minute(minute))).toJson());
    }

    /** As a gateway would have at that time: its records carry it. */
    private void tell(String topic, String device, long minute, byte[] value) throws Exception {
        kafka.producer()
                .send(new ProducerRecord<>(
                        topic,
                        null,
                        Instant.parse(minute(minute)).toEpochMilli(),
                        DeviceRef.of(TENANT.value(), device).key(),
                        value))
                .get();
    }

    private ValidatableResponse preview(String subject, String yaml) {
        return preview(subject, minute(0), minute(60), yaml);
    }

    private ValidatableResponse preview(String subject, String from, String to, String yaml) {
        return given().auth()
                .oauth2(Tokens.of(subject))
                .header(Guard.TENANT_HEADER, TENANT.value())
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .encodeContentTypeAs("application/yaml", ContentType.TEXT)))
                .contentType("application/yaml")
                .body(yaml)
                .post("/api/v1/alert-rules/preview?from=" + from + "&to=" + to)
                .then();
    }

    private static String rule(String devices, String holds, String when) {
        return """
                apiVersion: muster.dev/v1
                kind: AlertRule
                metadata: {name: hot}
                spec:
                  devices: "%s"
                  severity: warning
                %s  when:
                    %s
                """.formatted(devices, holds.equals("0") ? "" : "  for: " + holds + "\n", when);
    }

    private String minute(long minute) {
        return at.plus(Duration.ofMinutes(minute)).toString();
    }

    private void send(String device, long minute, double value) throws Exception {
        long millis = at.plus(Duration.ofMinutes(minute)).toEpochMilli();
        TelemetryBatch batch = TelemetryBatch.newBuilder()
                .setTenant(TENANT.value())
                .setDevice(device)
                .setBoot(1)
                .setSeq(minute + 1)
                .setReceivedAtMs(millis)
                .addMetrics(Metric.newBuilder().setName(METRIC).setAtMs(millis).setNumber(value))
                .build();
        kafka.producer()
                .send(new ProducerRecord<>(
                        kafka.topics().telemetry(),
                        DeviceRef.of(TENANT.value(), device).key(),
                        batch.toByteArray()))
                .get();
    }

    private void bind(String subject, String selector) {
        transactions.run(
                TENANT,
                handle -> bindings.insert(
                        handle,
                        new RoleBinding(
                                UUID.randomUUID(),
                                RoleBinding.Kind.PERSON,
                                Tokens.ISSUER,
                                subject,
                                Role.VIEWER,
                                Selector.parse(selector),
                                false),
                        "test"));
    }
}
