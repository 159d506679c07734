package dev.muster.control.webhooks;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.FleetApi.rollout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.HookProfile;
import dev.muster.control.testing.HookServer;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.reported.ConditionState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks to a real HTTPS server, of what really happens. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(HookProfile.class)
class WebhooksIT {
    /** Everything that comes must be as it says. */
    private static final EventsReference REFERENCE = new EventsReference();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    FilledTenant.Maker maker;

    @Inject
    TestFleet fleet;

    @Inject
    DeviceService devices;

    @Inject
    TenantTransactions transactions;

    @Inject
    KafkaClients kafka;

    @Inject
    KafkaTopics topics;

    @TempDir
    Path directory;

    @Test
    void aRolloutIsToldFromItsReleaseToTheLastDevice() throws Exception {
        try (HookServer hooks = HookProfile.server(() -> 200)) {
            postJson(
                            "/webhooks",
                            "{\"name\":\"wh-life\",\"url\":\"%s\",\"selector\":\"tag==wh-life\"}"
                                    .formatted(HookProfile.url(hooks)))
                    .statusCode(201);
            List<FleetDevice> enrolled = new ArrayList<>();
            for (String name : List.of("wh-life-1", "wh-life-2")) {
                enrolled.add(fleet.enrol(directory, "wh-life", name));
            }
            String hash = FleetApi.uploadImage("wh-life 2".getBytes(StandardCharsets.UTF_8), "2.0.0", 2);
            String release = FleetApi.release("wh-life", "2.0.0", hash);
            String id = FleetApi.rollout("wh-life", release, "wh-life");
            for (FleetDevice device : enrolled) {
                handed(device, hash);
                device.report(ConditionState.OFFERED, "", "");
                device.commit();
            }
            await().atMost(PATIENCE).untilAsserted(() -> rollout(id).body("state", equalTo("completed")));

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(types(hooks, "release/" + release)).containsExactly("release.published");
                assertThat(types(hooks, "rollout/" + id))
                        .containsExactly(
                                "rollout.started", "rollout.wave-passed", "rollout.wave-passed", "rollout.completed");
                assertThat(types(hooks, "device/wh-life-1")).containsExactly("device.enrolled", "device.converged");
                assertThat(types(hooks, "device/wh-life-2")).containsExactly("device.enrolled", "device.converged");
            });
            JsonObject wave = told(hooks, "rollout/" + id).get(1).object("data");
            assertThat(wave.string("rollout")).isEqualTo(id);
            assertThat(wave.string("waveName")).isEqualTo("canary");
            assertThat(wave.number("succeeded")).isEqualTo(1);
            JsonObject converged = told(hooks, "device/wh-life-1").get(1).object("data");
            assertThat(converged.number("generation"))
                    .isEqualTo(enrolled.getFirst().generation());

            // The same report again is no news; another image that fails is.
            enrolled.getFirst().commit();
            String bad = FleetApi.uploadImage("wh-life 3".getBytes(StandardCharsets.UTF_8), "3.0.0", 3);
            String second = FleetApi.rollout("wh-life-3", FleetApi.release("wh-life", "3.0.0", bad), "wh-life");
            for (String verb : List.of("pause", "resume")) {
                admin().contentType("application/json")
                        .body("{}")
                        .post("/api/v1/rollouts/" + second + "/" + verb)
                        .then()
                        .statusCode(200);
            }
            handed(enrolled.getFirst(), bad);
            enrolled.getFirst().report(ConditionState.ROLLED_BACK, "HealthCheckFailed", "probe `camera` failed");
            await().atMost(PATIENCE).untilAsserted(() -> rollout(second).body("state", equalTo("paused")));
            admin().post("/api/v1/rollouts/" + second + "/abort").then().statusCode(200);

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(types(hooks, "rollout/" + second))
                        .containsExactly(
                                "rollout.started",
                                "rollout.paused",
                                "rollout.resumed",
                                "rollout.paused",
                                "rollout.aborted");
                assertThat(types(hooks, "device/wh-life-1"))
                        .containsExactly("device.enrolled", "device.converged", "device.failed");
            });
            JsonObject failed = told(hooks, "device/wh-life-1").get(2).object("data");
            assertThat(failed.string("target")).isEqualTo("image");
            assertThat(failed.string("state")).isEqualTo("rolled-back");
            assertThat(failed.string("reason")).isEqualTo("HealthCheckFailed");
            assertThat(failed.string("version")).isEqualTo("3.0.0");
            assertThat(told(hooks, "rollout/" + second).get(1).object("data").optionalFlag("gate"))
                    .hasValue(false);
            assertThat(told(hooks, "rollout/" + second).get(3).object("data").optionalFlag("gate"))
                    .hasValue(true);
            fire("wh-life-1");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(typesOfKind(hooks, "alert/"))
                    .containsExactly("alert.fired", "alert.ended"));
            enrolled.forEach(FleetDevice::close);
        } finally {
            admin().delete("/api/v1/webhooks/wh-life").then().statusCode(204);
        }
    }

    @Test
    void whatFailsIsTriedAgainInOrderAndSignedAsTheReceiverWorksItOut() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        FilledTenant tenant = maker.empty("wh-order", "wh-order");
        try (HookServer hooks = HookProfile.server(() -> answers.incrementAndGet() < 4 ? 500 : 204)) {
            String secret = make(tenant, "erp", hooks, "");
            freeze(tenant, "one");
            freeze(tenant, "one");
            tenant.admin().delete("/api/v1/freezes/one").then().statusCode(204);
            freeze(tenant, "two");

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(firstTimes(hooks, "freeze/one"))
                        .containsExactly("freeze.set", "freeze.set", "freeze.lifted");
                assertThat(types(hooks, "freeze/two")).contains("freeze.set");
                tenant.get("/webhooks/erp/deliveries")
                        .body("items.state", everyItem(equalTo("delivered")))
                        .body("items.size()", equalTo(4));
            });

            assertThat(hooks.received()).hasSizeGreaterThanOrEqualTo(7);
            for (HookServer.Received received : hooks.received()) {
                JsonObject event = event(received);
                assertThat(received.headers().getFirst("Content-Type")).startsWith("application/cloudevents+json");
                assertThat(received.headers().getFirst("webhook-id")).isEqualTo(event.string("id"));
                assertThat(received.headers().getFirst("webhook-signature"))
                        .isEqualTo("v1," + HookProfile.signature(secret, received));
                assertThat(event.string("specversion")).isEqualTo("1.0");
                assertThat(event.string("source")).isEqualTo("/muster/tenants/wh-order");
            }
            List<String> sequences = told(hooks, "freeze/one").stream()
                    .map(event -> event.string("sequence"))
                    .toList();
            assertThat(sequences).isSorted();
            tenant.get("/webhooks/erp").body("state", equalTo("active")).body("waiting", equalTo(0));
        }
    }

    @Test
    void aReplayTellsTheSameEventsAgainAndNoOthers() throws Exception {
        FilledTenant tenant = maker.empty("wh-replay", "wh-replay");
        FilledTenant other = maker.empty("wh-replay-other", "wh-replay-other");
        try (HookServer hooks = HookProfile.server(() -> 200);
                HookServer theirs = HookProfile.server(() -> 200)) {
            String from = Instant.now().minusSeconds(60).toString();
            make(tenant, "erp", hooks, "");
            make(other, "erp", theirs, "");
            freeze(tenant, "one");
            freeze(tenant, "two");
            freeze(other, "theirs");
            await().atMost(PATIENCE)
                    .until(() ->
                            hooks.received().size() == 2 && theirs.received().size() == 1);
            Set<String> ids = ids(hooks);

            tenant.send("POST", "/webhooks/erp/replay", "{\"from\":\"" + from + "\"}")
                    .statusCode(200)
                    .body("events", equalTo(2));
            await().atMost(PATIENCE).until(() -> hooks.received().size() == 4);
            tenant.send(
                            "POST",
                            "/webhooks/erp/replay",
                            "{\"event\":\"" + ids.iterator().next() + "\"}")
                    .statusCode(200)
                    .body("events", equalTo(1));
            await().atMost(PATIENCE).until(() -> hooks.received().size() == 5);

            assertThat(ids(hooks)).isEqualTo(ids).hasSize(2);
            tenant.get("/webhooks/erp/deliveries?limit=2")
                    .body("items.replay", everyItem(equalTo(true)))
                    .body("next", not(nullValue()));
            tenant.get("/audit?verb=webhook.replay").body("items.detail.events", contains(1, 2));
            String foreign = ids(theirs).iterator().next();
            for (String wrong : List.of(
                    "{\"event\":\"" + foreign + "\"}",
                    "{\"event\":\"" + UUID.randomUUID() + "\"}",
                    "{\"event\":\"one\"}",
                    "{\"from\":\"yesterday\"}",
                    "{\"from\":\"+99999-01-01T00:00:00Z\"}",
                    "{\"from\":\"" + from + "\",\"parked\":true}",
                    "{}")) {
                tenant.send("POST", "/webhooks/erp/replay", wrong).statusCode(400);
            }
            assertThat(hooks.received()).hasSize(5);
            assertThat(theirs.received()).hasSize(1);
        }
    }

    @Test
    void typesAndDevicesAreThoseThatWereAskedFor() throws Exception {
        FilledTenant tenant = maker.empty("wh-filter", "wh-filter");
        try (HookServer all = HookProfile.server(() -> 200);
                HookServer some = HookProfile.server(() -> 200)) {
            make(tenant, "all", all, "");
            make(
                    tenant,
                    "some",
                    some,
                    ",\"types\":[\"device.*\",\"dev.muster.freeze.lifted\"],\"selector\":\"tag==pump\"");
            tenant.policy("""
                            apiVersion: muster.dev/v1
                            kind: Role
                            metadata: {name: wh-role}
                            spec:
                              permissions: [ohos.permission.CAMERA]
                            """).put("/api/v1/policy/documents").then().statusCode(200);
            tenant.send("POST", "/policy/publish", "{\"comment\":\"first\"}").statusCode(200);
            device(tenant, "wh-pump", "pump");
            device(tenant, "wh-fan", "fan");
            for (String comment : List.of("second", "third")) {
                tenant.send("POST", "/policy/publish", "{\"comment\":\"" + comment + "\"}")
                        .statusCode(200);
            }
            for (String id : List.of("wh-pump", "wh-fan")) {
                tenant.send("POST", "/devices/" + id + "/suspend", "{}").statusCode(200);
            }
            tenant.send("POST", "/devices/wh-pump/replace", "{\"serial\":\"wh-new\"}")
                    .statusCode(200);
            freeze(tenant, "one");
            tenant.admin().delete("/api/v1/freezes/one").then().statusCode(204);

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(types(all, "device/wh-fan")).containsExactly("device.enrolled", "device.state-changed");
                assertThat(types(all, "policy"))
                        .containsExactly("policy.published", "policy.published", "policy.published");
                assertThat(typesOfKind(all, "rollout/"))
                        .containsExactlyInAnyOrder("rollout.started", "rollout.superseded", "rollout.started");
                assertThat(types(all, "freeze/one")).containsExactly("freeze.set", "freeze.lifted");
                assertThat(types(some, "device/wh-pump"))
                        .containsExactly(
                                "device.enrolled", "device.state-changed", "device.replaced", "device.state-changed");
                assertThat(types(some, "freeze/one")).containsExactly("freeze.lifted");
            });
            assertThat(types(some, "device/wh-fan")).isEmpty();
            assertThat(types(some, "policy")).isEmpty();
            JsonObject changed = told(some, "device/wh-pump").get(1).object("data");
            assertThat(changed.string("from")).isEqualTo("active");
            assertThat(changed.string("to")).isEqualTo("suspended");
            assertThat(told(some, "device/wh-pump").get(2).object("data").string("serial"))
                    .isEqualTo("wh-new");
        }
    }

    @Test
    void whatCannotBeAskedForChangesNothing() {
        FilledTenant tenant = maker.empty("wh-wrong", "wh-wrong");
        for (String wrong : List.of(
                "{}",
                "{\"name\":\"x\"}",
                "{\"name\":\"X!\",\"url\":\"https://example.org/\"}",
                "{\"name\":\"x\",\"url\":\"http://example.org/\"}",
                "{\"name\":\"x\",\"url\":\"https://a:b@example.org/\"}",
                "{\"name\":\"x\",\"url\":\"https://example.org/\",\"types\":[\"device.gone\"]}",
                "{\"name\":\"x\",\"url\":\"https://example.org/\",\"selector\":\"colour=\"}")) {
            tenant.send("POST", "/webhooks", wrong).statusCode(400);
        }
        tenant.get("/webhooks").body("items", empty());
        tenant.send("POST", "/webhooks", "{\"name\":\"x\",\"url\":\"https://example.org/\"}")
                .statusCode(201);
        tenant.send("POST", "/webhooks", "{\"name\":\"x\",\"url\":\"https://example.org/\"}")
                .statusCode(409);
        tenant.send("PATCH", "/webhooks/x", "{\"types\":[\"nothing\"]}").statusCode(400);
        tenant.admin()
                .contentType("application/json")
                .header("If-Match", "\"7\"")
                .body("{\"enabled\":false}")
                .patch("/api/v1/webhooks/x")
                .then()
                .statusCode(412);
        tenant.get("/webhooks/x").body("revision", equalTo(1)).body("state", equalTo("active"));
    }

    @Test
    void anAddressOfTheInsideIsNeverDialled() {
        FilledTenant tenant = maker.empty("wh-inside", "wh-inside");
        tenant.send("POST", "/webhooks", "{\"name\":\"inside\",\"url\":\"https://10.0.0.1/x\"}")
                .statusCode(201);
        tenant.send("POST", "/webhooks/inside/test", "{}")
                .statusCode(200)
                .body("delivered", equalTo(false))
                .body("said", containsString("private address"));
        freeze(tenant, "one");

        await().atMost(PATIENCE).untilAsserted(() -> tenant.get("/webhooks/inside/deliveries?state=parked")
                .body("items.said", contains(containsString("private address")))
                .body("items.attempts", contains(1)));
        tenant.get("/webhooks/inside").body("state", equalTo("failing")).body("parked", equalTo(1));
    }

    @Test
    void aSecretIsShownOnceAndTwoAreGoodWhileTheyChange() throws Exception {
        FilledTenant tenant = maker.empty("wh-secret", "wh-secret");
        try (HookServer hooks = HookProfile.server(() -> 200)) {
            String first = make(tenant, "erp", hooks, "");
            String second = rotated(tenant, "{}");
            assertThat(second).startsWith("whsec_").isNotEqualTo(first);
            tenant.get("/webhooks/erp").body("previousSecretUntil", not(nullValue()));

            tenant.send("POST", "/webhooks/erp/test", "{}").body("delivered", equalTo(true));
            HookServer.Received both = hooks.received().getLast();
            assertThat(both.headers().getFirst("webhook-signature"))
                    .isEqualTo(
                            "v1," + HookProfile.signature(second, both) + " v1," + HookProfile.signature(first, both));
            assertThat(event(both).string("type")).isEqualTo("dev.muster.webhook.test");

            String third = rotated(tenant, "{\"keepOldFor\":\"PT0S\"}");
            tenant.send("POST", "/webhooks/erp/test", "{}").body("delivered", equalTo(true));
            HookServer.Received alone = hooks.received().getLast();
            assertThat(alone.headers().getFirst("webhook-signature"))
                    .isEqualTo("v1," + HookProfile.signature(third, alone));

            tenant.send("PATCH", "/webhooks/erp", "{\"types\":[\"device.*\"]}").body("secret", nullValue());
            tenant.send("PATCH", "/webhooks/erp", "{\"url\":\"" + HookProfile.url(hooks) + "/elsewhere\"}")
                    .body("secret", startsWith("whsec_"))
                    .body("secret", not(equalTo(third)));
            for (String wrong : List.of("P31D", "-PT1S", "a while")) {
                tenant.send("POST", "/webhooks/erp/secret", "{\"keepOldFor\":\"" + wrong + "\"}")
                        .statusCode(400);
            }
            for (String path : List.of("/webhooks", "/webhooks/erp", "/webhooks/erp/deliveries", "/audit")) {
                assertThat(tenant.get(path).statusCode(200).extract().asString())
                        .doesNotContain("whsec_");
            }
            tenant.get("/audit?object=webhook/erp")
                    .body(
                            "items.verb",
                            contains(
                                    "webhook.edit",
                                    "webhook.edit",
                                    "webhook.test",
                                    "webhook.rotate-secret",
                                    "webhook.test",
                                    "webhook.rotate-secret",
                                    "webhook.create"));
        }
    }

    @Test
    void whoIsGoneIsTurnedOffAndGetsWhatItMissedWhenItIsBack() throws Exception {
        AtomicInteger status = new AtomicInteger(410);
        FilledTenant tenant = maker.empty("wh-gone", "wh-gone");
        try (HookServer hooks = HookProfile.server(status::get)) {
            make(tenant, "erp", hooks, "");
            freeze(tenant, "one");
            await().atMost(PATIENCE).untilAsserted(() -> tenant.get("/webhooks/erp")
                    .body("state", equalTo("disabled"))
                    .body("enabled", equalTo(false))
                    .body("parked", equalTo(1))
                    .body("said", equalTo("answered 410: gone")));
            tenant.get("/audit?verb=webhook.disable")
                    .body("items.object", contains("webhook/erp"))
                    .body("items.actorName", contains("webhooks"))
                    .body("items.detail.reason", contains("answered 410: gone"));
            freeze(tenant, "two");
            handedOut(tenant);
            tenant.send("POST", "/webhooks/erp/replay", "{\"parked\":true}").statusCode(409);

            status.set(200);
            tenant.send("PATCH", "/webhooks/erp", "{\"enabled\":true}").body("webhook.state", equalTo("active"));
            tenant.send("POST", "/webhooks/erp/replay", "{\"parked\":true}").body("events", equalTo(1));
            await().atMost(PATIENCE).untilAsserted(() -> tenant.get("/webhooks/erp/deliveries")
                    .body("items.state", contains("delivered")));
            // What happened while it was off is kept all the same.
            tenant.send(
                            "POST",
                            "/webhooks/erp/replay",
                            "{\"from\":\"" + Instant.now().minusSeconds(60) + "\"}")
                    .body("events", equalTo(2));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(types(hooks, "freeze/two")).containsExactly("freeze.set"));

            tenant.send("PATCH", "/webhooks/erp", "{\"enabled\":false}").body("webhook.state", equalTo("off"));
            freeze(tenant, "three");
            handedOut(tenant);
            tenant.get("/webhooks/erp/deliveries").body("items.subject", not(hasItem("freeze/three")));
            tenant.admin().delete("/api/v1/webhooks/erp").then().statusCode(204);
            tenant.get("/webhooks/erp").statusCode(404).body("code", equalTo("webhook-not-found"));
        }
    }

    private static String rotated(FilledTenant tenant, String body) {
        return tenant.send("POST", "/webhooks/erp/secret", body)
                .statusCode(200)
                .extract()
                .path("secret");
    }

    /** Makes a webhook; its secret. */
    private static String make(FilledTenant tenant, String name, HookServer hooks, String more) {
        String secret = tenant.send(
                        "POST",
                        "/webhooks",
                        "{\"name\":\"%s\",\"url\":\"%s\"%s}".formatted(name, HookProfile.url(hooks), more))
                .statusCode(201)
                .body("webhook.state", equalTo("active"))
                .extract()
                .path("secret");
        assertThat(secret).startsWith("whsec_");
        return secret;
    }

    private static void freeze(FilledTenant tenant, String name) {
        tenant.send("PUT", "/freezes/" + name, "{\"from\":\"2030-01-01T00:00:00Z\",\"to\":\"2030-01-02T00:00:00Z\"}")
                .statusCode(200);
    }

    private void device(FilledTenant tenant, String id, String tag) {
        transactions.run(
                tenant.id(),
                handle -> devices.register(
                        handle,
                        tenant.id(),
                        new NewDevice(new DeviceId(id), "board", null, null, List.of(tag), Map.of())));
    }

    private static void handed(FleetDevice device, String image) {
        await().atMost(PATIENCE).until(() -> {
            device.refresh();
            return device.target(new TargetName.Image())
                    .filter(target -> target.file().sha256().equals(image))
                    .isPresent();
        });
    }

    /** Waits until webhooks were looked through for all that happened. */
    private void handedOut(FilledTenant tenant) {
        await().atMost(PATIENCE)
                .until(() -> transactions.in(tenant.id(), handle -> handle.createQuery(
                                "select not exists (select 1 from webhook_event where not handed_out)")
                        .mapTo(Boolean.class)
                        .one()));
    }

    private void fire(String device) throws Exception {
        FleetApi.policy("""
                        apiVersion: muster.dev/v1
                        kind: AlertRule
                        metadata: {name: wh-hot}
                        spec:
                          devices: "tag==wh-life"
                          severity: warning
                          summary: "{device} is hot"
                          when: {threshold: {metric: temp, above: 90}}
                        """).put("/api/v1/alert-rules/wh-hot").then().statusCode(200);
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        DeviceRef ref = DeviceRef.of("default", device);
        for (AlertNews.State state : List.of(AlertNews.State.FIRING, AlertNews.State.RESOLVED)) {
            AlertNews news = new AlertNews(
                    AlertNews.id(ref, "wh-hot", at),
                    "wh-hot",
                    1,
                    state,
                    at,
                    at.plusSeconds(60),
                    OptionalDouble.of(95),
                    "temp");
            kafka.producer()
                    .send(new ProducerRecord<>(topics.alerts(), ref.key(), news.toJson()))
                    .get();
        }
    }

    private static JsonObject event(HookServer.Received received) {
        JsonObject event = JsonObject.parse(received.body().getBytes(StandardCharsets.UTF_8));
        REFERENCE.assertDescribed(event);
        return event;
    }

    private static Set<String> ids(HookServer hooks) {
        Set<String> ids = new HashSet<>();
        hooks.received().forEach(received -> ids.add(event(received).string("id")));
        return ids;
    }

    /** What was told of a subject, in the order in which it came. */
    private static List<JsonObject> told(HookServer hooks, String subject) {
        return hooks.received().stream()
                .map(WebhooksIT::event)
                .filter(event -> event.string("subject").equals(subject))
                .toList();
    }

    private static List<String> types(HookServer hooks, String subject) {
        return told(hooks, subject).stream().map(WebhooksIT::word).toList();
    }

    private static List<String> typesOfKind(HookServer hooks, String kind) {
        return hooks.received().stream()
                .map(WebhooksIT::event)
                .filter(event -> event.string("subject").startsWith(kind))
                .map(WebhooksIT::word)
                .toList();
    }

    private static String word(JsonObject event) {
        assertThat(event.string("type")).startsWith("dev.muster.");
        return event.string("type").substring("dev.muster.".length());
    }

    /** Without what came again under the same id, which has to come right behind the first time. */
    private static List<String> firstTimes(HookServer hooks, String subject) {
        List<String> first = new ArrayList<>();
        String last = "";
        for (JsonObject event : told(hooks, subject)) {
            if (!event.string("id").equals(last)) {
                first.add(word(event));
            }
            last = event.string("id");
        }
        return first;
    }
}
