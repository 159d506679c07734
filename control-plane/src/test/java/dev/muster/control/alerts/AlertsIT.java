package dev.muster.control.alerts;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.policy;
import static dev.muster.control.testing.FleetApi.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules over REST, streams on a real broker, and the book in a real database. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class AlertsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private final Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Inject
    DeviceService devices;

    @Inject
    TenantTransactions transactions;

    @Inject
    AlertBook book;

    @Inject
    KafkaClients kafka;

    @Inject
    KafkaTopics topics;

    @Test
    void aDeviceThatGoesAwayRaisesAnAlertOfItsRuleAndComingBackEndsIt() throws Exception {
        register("al-1", "al-first");
        put(offline("al-first-away", "tag==al-first", "0")).body("devices", equalTo(1));

        send(topics.presence(), "al-1", new Presence(false, 3, at, "g1", "keep-alive").toJson());

        await().atMost(PATIENCE).untilAsserted(() -> alerts("rule=al-first-away&state=firing")
                .body("items.device", contains("al-1"))
                .body("items[0].summary", equalTo("al-1 is offline"))
                .body("items[0].since", equalTo(at.toString())));
        String id = alerts("rule=al-first-away").extract().path("items[0].id");
        assertThat(id).isEqualTo(AlertNews.id(DeviceRef.of("default", "al-1"), "al-first-away", at));

        send(topics.presence(), "al-1", new Presence(true, 4, at.plusSeconds(5), "g1", "").toJson());

        await().atMost(PATIENCE).untilAsserted(() -> get("/alerts/" + id)
                .body("alert.state", equalTo("resolved"))
                .body("steps.what", contains("pending", "firing", "resolved")));
    }

    @Test
    void everyKindOfRuleFiresThroughARealBroker() throws Exception {
        register("al-kinds", "al-kinds");
        put(rule(
                "al-k-use",
                "tag==al-kinds",
                "permissionUse: {permission: ohos.permission.CAM*, answers: denied, above: 100, within: 1h}",
                "0"));
        put(rule("al-k-threshold", "tag==al-kinds", "threshold: {metric: temp, above: 90}", "0"));
        put(rule("al-k-change", "tag==al-kinds", "change: {metric: fuel, below: -10, within: 5m}", "0"));
        put(rule("al-k-absence", "tag==al-kinds", "absence: {metric: pulse, longerThan: 2s}", "0"));
        put(offline("al-k-offline", "tag==al-kinds", "0"));
        put(rule("al-k-drift", "tag==al-kinds", "drift: {}", "0"));

        send(topics.presence(), "al-kinds", new Presence(false, 1, at, "g1", "").toJson());
        PermissionEvent.App camera = PermissionEvent.App.of("com.example.camera");
        send(
                topics.events(),
                "al-kinds",
                new PermissionEvent.Drift(
                                camera,
                                "ohos.permission.CAMERA",
                                false,
                                true,
                                "enforced-by-os",
                                3,
                                PermissionEvent.Drift.BACKING_OFF)
                        .at(at)
                        .toJson());
        // What passes is judged from when streams know that the rule watches the device; a device goes on telling.
        long[] seq = {0};
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            send(topics.events(), "al-kinds", usage(camera));
            send(topics.telemetry(), "al-kinds", batch("al-kinds", ++seq[0], "temp", 95));
            send(topics.telemetry(), "al-kinds", batch("al-kinds", ++seq[0], "fuel", (double) (10_000 - 20 * seq[0])));
            alerts("devices=name==al-kinds&state=firing")
                    .body(
                            "items.rule",
                            containsInAnyOrder(
                                    "al-k-threshold",
                                    "al-k-change",
                                    "al-k-absence",
                                    "al-k-offline",
                                    "al-k-drift",
                                    "al-k-use"));
        });
        for (String kind : List.of("threshold", "change", "absence", "offline", "drift", "use")) {
            admin().delete("/api/v1/alert-rules/al-k-" + kind).then().statusCode(204);
        }
    }

    private byte[] usage(PermissionEvent.App app) {
        return new PermissionEvent.Usage(
                        app, "ohos.permission.CAMERA", new PermissionEvent.Interval(at.minusSeconds(900), at), 0, 200)
                .at(at)
                .toJson();
    }

    private byte[] batch(String device, long seq, String metric, double value) {
        return TelemetryBatch.newBuilder()
                .setTenant("default")
                .setDevice(device)
                .setBoot(1)
                .setSeq(seq)
                .setReceivedAtMs(at.toEpochMilli())
                .addMetrics(Metric.newBuilder()
                        .setName(metric)
                        .setAtMs(at.plusSeconds(seq).toEpochMilli())
                        .setNumber(value))
                .build()
                .toByteArray();
    }

    @Test
    void aRuleFollowsTheDataOfDevicesAndEndsItsAlertsWhereItNoLongerWatches() throws Exception {
        register("al-2", "al-none");
        put(offline("al-follows", "tag==al-follows", "0")).body("devices", equalTo(0));
        send(topics.presence(), "al-2", new Presence(false, 1, at, "g1", "").toJson());

        tag("al-2", "al-follows");

        await().atMost(PATIENCE)
                .untilAsserted(() -> alerts("rule=al-follows&state=firing").body("items.device", contains("al-2")));
        tag("al-2", "al-none");
        await().atMost(PATIENCE)
                .untilAsserted(() -> alerts("rule=al-follows").body("items.state", contains("resolved")));
    }

    @Test
    void whatIsWrongWithARuleIsSaidWithItsPlaceAndNothingIsStored() {
        policy("""
                        apiVersion: muster.dev/v1
                        kind: AlertRule
                        metadata: {name: al-wrong}
                        spec:
                          devices: "online==false"
                          severity: fatal
                          for: 5 minutes
                          when:
                            treshold: {metric: temp, above: 90}
                        """)
                .put("/api/v1/alert-rules/al-wrong")
                .then()
                .statusCode(400)
                .body("code", equalTo("alert-rule-invalid"))
                .body("errors.line", contains(6, 7, 9))
                .body("errors[2].message", containsString("did you mean `threshold`?"));
        policy(offline("al-wrong", "online==false", "0"))
                .put("/api/v1/alert-rules/al-wrong")
                .then()
                .statusCode(400)
                .body("errors[0].line", equalTo(5))
                .body("errors[0].message", containsString("changes as time goes by"));
        policy(offline("al-other", "all", "0"))
                .put("/api/v1/alert-rules/al-wrong")
                .then()
                .statusCode(400);
        get("/alert-rules/al-wrong").statusCode(404);
    }

    @Test
    void aRuleIsChangedOnlyByWhoReadItAndAShowOfDevicesChangesNothing() {
        register("al-3", "al-etag");
        policy(offline("al-etag", "tag==al-etag", "5m"))
                .post("/api/v1/alert-rules/validate")
                .then()
                .statusCode(200)
                .body("devices", equalTo(1))
                .body("kind", equalTo("offline"));
        get("/alert-rules/al-etag").statusCode(404);
        put(offline("al-etag", "tag==al-etag", "5m")).header("ETag", "\"1\"");

        policy(offline("al-etag", "tag==al-etag", "6m"))
                .header("If-Match", "\"7\"")
                .put("/api/v1/alert-rules/al-etag")
                .then()
                .statusCode(412);

        get("/alert-rules/al-etag").body("revision", equalTo(1)).body("yaml", containsString("for: 5m"));
        admin().header("If-Match", "\"1\"")
                .delete("/api/v1/alert-rules/al-etag")
                .then()
                .statusCode(204);
        get("/audit?object=alert-rule/al-etag").body("items.verb", contains("alert-rule.delete", "alert-rule.put"));
    }

    @Test
    void aLostLinkIsOneAlert() {
        register("al-gate", "al-link");
        for (int n = 1; n <= 3; n++) {
            register("al-behind-" + n, "al-link");
        }
        post("/sites", Map.of("name", "al-site", "timeZone", "UTC", "gateway", "al-gate"))
                .statusCode(201);
        for (int n = 1; n <= 3; n++) {
            place("al-behind-" + n, "al-site");
        }
        put(rule("al-gone", "tag==al-link", "offline: {}", "1d"));
        put(rule("al-quiet", "tag==al-link", "threshold: {metric: temp, above: 1}", "1d"));

        // The devices behind it are missed first; then the gateway.
        told("al-behind-1", "al-gone", AlertNews.State.FIRING);
        told("al-behind-2", "al-gone", AlertNews.State.FIRING);
        told("al-gate", "al-gone", AlertNews.State.FIRING);
        told("al-behind-3", "al-quiet", AlertNews.State.FIRING);

        alerts("rule=al-gone&loud=true").body("items.device", contains("al-gate"));
        alerts("rule=al-quiet&loud=true").body("items", empty());
        get("/alerts/groups")
                .body("items.find { it.rule == 'al-gone' }.alerts", equalTo(1))
                .body("items.find { it.rule == 'al-gone' }.inhibited", equalTo(3));

        told("al-gate", "al-gone", AlertNews.State.RESOLVED);

        alerts("rule=al-gone&loud=true&state=open").body("items.size()", equalTo(2));
        String behind = id("al-behind-1", "al-gone");
        get("/alerts/" + behind)
                .body("alert.inhibitedBy", nullValue())
                .body("steps.what", contains("pending", "firing", "inhibited", "uninhibited"));
    }

    @Test
    void somebodyTakesCareOnceAndTheTrailSaysWho() {
        register("al-ack", "al-ack");
        put(rule("al-ack", "tag==al-ack", "drift: {}", "1d"));
        told("al-ack", "al-ack", AlertNews.State.PENDING);
        String id = id("al-ack", "al-ack");

        post("/alerts/" + id + "/acknowledge", Map.of()).statusCode(409);
        told("al-ack", "al-ack", AlertNews.State.FIRING);
        post("/alerts/" + id + "/acknowledge", Map.of("note", "on my way"))
                .statusCode(200)
                .body("alert.state", equalTo("acknowledged"))
                .body("alert.acknowledgedBy", notNullValue());
        post("/alerts/" + id + "/acknowledge", Map.of()).statusCode(409);
        // What comes again changes nothing.
        told("al-ack", "al-ack", AlertNews.State.FIRING);

        get("/alerts/" + id)
                .body("alert.state", equalTo("acknowledged"))
                .body("steps.what", contains("pending", "firing", "acknowledged"))
                .body("steps[2].note", equalTo("on my way"));
        get("/audit?object=device/al-ack").body("items.verb", hasItem("alert.acknowledge"));
        given().auth()
                .oauth2(Tokens.of("al-nobody"))
                .get("/api/v1/alerts/" + id)
                .then()
                .statusCode(403);
    }

    @Test
    void aSilenceCoversWhatFiresAndWhatWillUntilItEnds() {
        register("al-silent-1", "al-silent");
        register("al-silent-2", "al-silent");
        put(rule("al-silent", "tag==al-silent", "drift: {}", "1d"));
        told("al-silent-1", "al-silent", AlertNews.State.FIRING);
        post(
                        "/alert-silences",
                        Map.of(
                                "reason",
                                "no",
                                "until",
                                Instant.now().plusSeconds(60).toString()))
                .statusCode(400);
        post(
                        "/alert-silences",
                        Map.of(
                                "reason",
                                "no",
                                "rule",
                                "al-silent",
                                "until",
                                at.minusSeconds(1).toString()))
                .statusCode(400);

        String silence = post(
                        "/alert-silences",
                        Map.of(
                                "selector", "tag==al-silent",
                                "rule", "al-silent",
                                "reason", "overhaul",
                                "until", Instant.now().plusSeconds(3_600).toString()))
                .statusCode(200)
                .extract()
                .path("id");
        told("al-silent-2", "al-silent", AlertNews.State.FIRING);

        alerts("rule=al-silent&loud=true").body("items", empty());
        alerts("rule=al-silent").body("items.silencedBy", contains(silence, silence));
        admin().delete("/api/v1/alert-silences/" + silence).then().statusCode(204);
        alerts("rule=al-silent&loud=true").body("items.size()", equalTo(2));
        admin().delete("/api/v1/alert-silences/" + silence).then().statusCode(404);
    }

    @Test
    void whatWasOnlyPendingLeavesNothingAndAnUnknownRuleOrDeviceMakesNothing() {
        register("al-gone-again", "al-pending");
        put(rule("al-pending", "tag==al-pending", "drift: {}", "1d"));

        told("al-gone-again", "al-pending", AlertNews.State.PENDING);
        get("/alerts/" + id("al-gone-again", "al-pending")).statusCode(200);
        told("al-gone-again", "al-pending", AlertNews.State.RESOLVED);
        told("al-gone-again", "al-no-rule", AlertNews.State.FIRING);
        told("al-no-device", "al-pending", AlertNews.State.FIRING);

        alerts("rule=al-pending").body("items", empty());
        alerts("rule=al-no-rule").body("items", empty());
    }

    @Test
    void pagesGoOnWhereTheLastEnded() {
        put(rule("al-pages", "tag==al-pages", "drift: {}", "1d"));
        for (int n = 0; n < 5; n++) {
            register("al-page-" + n, "al-pages");
            told("al-page-" + n, "al-pages", AlertNews.State.FIRING);
        }

        Set<String> seen = new java.util.TreeSet<>();
        String cursor = "";
        for (int page = 0; page < 3; page++) {
            var answer = alerts("rule=al-pages&limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .extract();
            seen.addAll(answer.<List<String>>path("items.device"));
            @Nullable String next = answer.path("next");
            cursor = next == null ? "" : next;
        }

        assertThat(seen).hasSize(5);
        assertThat(cursor).isEmpty();
        get("/alerts?cursor=AAAA").statusCode(400);
        get("/alerts?state=loud").statusCode(400);
    }

    private static String offline(String name, String devices, String holds) {
        return rule(name, devices, "offline: {}", holds);
    }

    private static String rule(String name, String devices, String when, String holds) {
        return """
                apiVersion: muster.dev/v1
                kind: AlertRule
                metadata: {name: %s}
                spec:
                  devices: "%s"
                  severity: warning
                %s  when:
                    %s
                """.formatted(name, devices, holds.equals("0") ? "" : "  for: " + holds + "\n", when);
    }

    private static ValidatableResponse put(String yaml) {
        String name = yaml.replaceAll("(?s).*name: ([a-z0-9-]+)}.*", "$1");
        return policy(yaml).put("/api/v1/alert-rules/" + name).then().statusCode(200);
    }

    private static ValidatableResponse alerts(String query) {
        return get("/alerts?" + query).statusCode(200);
    }

    private void told(String device, String rule, AlertNews.State state) {
        DeviceRef ref = DeviceRef.of("default", device);
        book.told(
                ref,
                new AlertNews(
                        AlertNews.id(ref, rule, at),
                        rule,
                        1,
                        state,
                        at,
                        at.plusSeconds(60),
                        OptionalDouble.empty(),
                        ""));
    }

    private String id(String device, String rule) {
        return AlertNews.id(DeviceRef.of("default", device), rule, at);
    }

    private static void tag(String device, String tag) {
        admin().contentType("application/json")
                .body(Map.of("tags", List.of(tag)))
                .patch("/api/v1/devices/" + device)
                .then()
                .statusCode(200);
    }

    private static void place(String device, String site) {
        admin().contentType("application/json")
                .body(Map.of("site", site))
                .patch("/api/v1/devices/" + device)
                .then()
                .statusCode(200);
    }

    private void register(String id, String tag) {
        transactions.run(
                TenantId.DEFAULT,
                handle -> devices.register(
                        handle,
                        TenantId.DEFAULT,
                        new NewDevice(new DeviceId(id), "board", null, null, List.of(tag), Map.of())));
    }

    private void send(String topic, String device, byte[] value) throws Exception {
        kafka.producer()
                .send(new ProducerRecord<>(
                        topic, DeviceRef.of("default", device).key(), value))
                .get();
    }
}
