package dev.muster.control.telemetry;

import static io.restassured.RestAssured.given;
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
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
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
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules tried out over samples that came through Kafka and the sink. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class AlertPreviewIT {
    private static final TenantId TENANT = new TenantId("alert-preview");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String METRIC = "motor.temp";

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    @Inject
    KafkaClients kafka;

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
        preview("whole", rule("all", "5m", "threshold: {metric: motor.temp, above: 90}"))
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
        preview("whole", rule("all", "0", "offline: {}"))
                .statusCode(400)
                .body("detail", containsString("threshold, change or absence"));
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
