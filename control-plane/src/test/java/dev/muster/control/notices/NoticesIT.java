package dev.muster.control.notices;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.HookProfile;
import dev.muster.control.testing.HookServer;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Notices to a real HTTPS server and a real SMTP server. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(HookProfile.class)
class NoticesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Inject
    DeviceService devices;

    @Inject
    TenantTransactions transactions;

    @Inject
    KafkaClients kafka;

    @Inject
    KafkaTopics topics;

    @Test
    void aWebhookIsTriedUntilItIsTakenAndItsSignatureHolds() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        try (HookServer hooks = HookProfile.server(() -> answers.incrementAndGet() < 3 ? 503 : 204)) {
            site("nt-hook-site");
            String secret = put("nt-hook", webhook(hooks, "nt-hook-site"))
                    .body("secret", startsWith("whsec_"))
                    .extract()
                    .path("secret");
            get("/alert-channels/nt-hook").body("secret", nullValue());
            fire("nt-hook", "nt-hook-site", "nt-hook-1");

            await().atMost(PATIENCE).untilAsserted(() -> get("/alert-channels/nt-hook/deliveries")
                    .body("items.state", contains("sent"))
                    .body("items[0].attempts", equalTo(3)));

            HookServer.Received first = hooks.received().getFirst();
            HookServer.Received last = hooks.received().getLast();
            assertThat(first.headers().getFirst("webhook-id"))
                    .isEqualTo(last.headers().getFirst("webhook-id"));
            assertThat(last.headers().getFirst("Content-Type")).startsWith("application/cloudevents+json");
            assertThat(last.headers().getFirst("webhook-signature"))
                    .isEqualTo("v1," + HookProfile.signature(secret, last));
            JsonObject event = JsonObject.parse(last.body().getBytes(StandardCharsets.UTF_8));
            assertThat(event.string("specversion")).isEqualTo("1.0");
            assertThat(event.string("type")).isEqualTo("dev.muster.alert.firing");
            assertThat(event.string("source")).isEqualTo("/muster/tenants/default/alerts");
            assertThat(event.object("data").number("count")).isEqualTo(1);

            resolve("nt-hook", "nt-hook-1");
            await().atMost(PATIENCE).untilAsserted(() -> get("/alert-channels/nt-hook/deliveries")
                    .body("items.what", contains("resolved", "firing")));
            get("/alerts/" + id("nt-hook", "nt-hook-1"))
                    .body("steps.what", contains("pending", "firing", "told", "resolved", "told"));
        }
    }

    @Test
    void whatNobodyTakesIsDeadAndIsTriedAnewOnRequest() throws Exception {
        AtomicInteger status = new AtomicInteger(500);
        try (HookServer hooks = HookProfile.server(status::get)) {
            site("nt-dead-site");
            put("nt-dead", webhook(hooks, "nt-dead-site"));
            fire("nt-dead", "nt-dead-site", "nt-dead-1");

            await().atMost(PATIENCE).untilAsserted(() -> get("/alert-channels/nt-dead/deliveries")
                    .body("items.state", contains("dead"))
                    .body("items[0].attempts", equalTo(3))
                    .body("items[0].said", equalTo("expected 2xx, found 500")));
            get("/alert-channels/nt-dead").body("dead", equalTo(1));

            status.set(200);
            post("/alert-channels/nt-dead/retry").body("notices", equalTo(1));
            await().atMost(PATIENCE).untilAsserted(() -> get("/alert-channels/nt-dead/deliveries")
                    .body("items.state", contains("sent")));
        }
    }

    @Test
    void mailReachesItsRecipientsAsText() throws Exception {
        GreenMail mail = new GreenMail(
                new ServerSetup(Integer.parseInt(setting("muster.mail.port")), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        try {
            site("nt-mail-site");
            put(
                    "nt-mail",
                    Map.of(
                            "kind",
                            "email",
                            "recipients",
                            List.of("oncall@mine.test", "boss@mine.test"),
                            "severity",
                            "warning",
                            "sites",
                            List.of("nt-mail-site")));
            fire("nt-mail", "nt-mail-site", "nt-mail-1");

            await().atMost(PATIENCE).until(() -> mail.getReceivedMessages().length == 2);
            MimeMessage message = mail.getReceivedMessages()[0];
            assertThat(message.getSubject()).isEqualTo("[CRITICAL] nt-mail: nt-mail-1 is hot");
            assertThat(message.getFrom()[0]).hasToString("muster@mine.test");
            assertThat(message.getAllRecipients()).hasSize(2);
            assertThat(String.valueOf(message.getContent())).contains("site: nt-mail-site", "- nt-mail-1 is hot");
            post("/alert-channels/nt-mail/test").body("delivered", equalTo(true));
        } finally {
            mail.stop();
        }
        post("/alert-channels/nt-mail/test").body("delivered", equalTo(false));
    }

    @Test
    void aChannelIsToldOnlyOfItsSitesAndFromItsSeverityOn() throws Exception {
        try (HookServer hooks = HookProfile.server(() -> 200)) {
            site("nt-here");
            site("nt-there");
            put("nt-here", webhook(hooks, "nt-here"));
            fire("nt-elsewhere", "nt-there", "nt-there-1");
            fire("nt-right", "nt-here", "nt-here-1");

            await().atMost(PATIENCE).untilAsserted(() -> get("/alert-channels/nt-here/deliveries")
                    .body("items.state", contains("sent")));
            get("/alert-channels/nt-here/deliveries").body("items.subject", contains(containsString("nt-right")));
        }
    }

    @Test
    void theTestButtonSaysWhatCameOfItAndTheSecretCanBeRenewed() throws Exception {
        try (HookServer hooks = HookProfile.server(() -> 301)) {
            String first =
                    put("nt-test", webhook(hooks, "nt-nowhere")).extract().path("secret");

            post("/alert-channels/nt-test/test")
                    .body("delivered", equalTo(false))
                    .body("said", containsString("redirects are not followed"));
            String second = post("/alert-channels/nt-test/secret").extract().path("secret");
            assertThat(second).isNotEqualTo(first);
            post("/alert-channels/nt-test/test");

            HookServer.Received last = hooks.received().getLast();
            assertThat(last.headers().getFirst("webhook-signature"))
                    .isEqualTo("v1," + HookProfile.signature(second, last))
                    .isNotEqualTo("v1," + HookProfile.signature(first, last));
            get("/audit?object=alert-channel/nt-test")
                    .body(
                            "items.verb",
                            contains(
                                    "alert-channel.test",
                                    "alert-channel.renew-secret",
                                    "alert-channel.test",
                                    "alert-channel.put"))
                    .body("items.detail.toString()", not(containsString("whsec_")));
        }
    }

    @Test
    void anAddressOfTheInsideIsNeverDialled() throws Exception {
        put("nt-inside", Map.of("kind", "webhook", "url", "https://10.0.0.1/x", "sites", List.of("nt-nowhere")));
        post("/alert-channels/nt-inside/test")
                .body("delivered", equalTo(false))
                .body("said", containsString("private address"));
        for (String url : List.of("http://localhost/", "https://a:b@example.org/", "file:///etc/passwd", "x")) {
            body(Map.of("kind", "webhook", "url", url))
                    .put("/api/v1/alert-channels/nt-bad")
                    .then()
                    .statusCode(400);
        }
        body(Map.of("kind", "email", "recipients", List.of("a@b.test\r\nBcc: c@d.test")))
                .put("/api/v1/alert-channels/nt-bad")
                .then()
                .statusCode(400);
        get("/alert-channels/nt-bad").statusCode(404);
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }

    private static Map<String, ?> webhook(HookServer hooks, String site) {
        return Map.of("kind", "webhook", "url", HookProfile.url(hooks), "severity", "warning", "sites", List.of(site));
    }

    private static ValidatableResponse put(String name, Map<String, ?> channel) {
        return body(channel).put("/api/v1/alert-channels/" + name).then().statusCode(200);
    }

    private static io.restassured.specification.RequestSpecification body(Map<String, ?> body) {
        return admin().contentType("application/json").body(body);
    }

    private static ValidatableResponse post(String path) {
        return admin().post("/api/v1" + path).then().statusCode(200);
    }

    private static void site(String name) {
        body(Map.of("name", name, "timeZone", "UTC"))
                .post("/api/v1/sites")
                .then()
                .statusCode(201);
    }

    private void fire(String rule, String site, String... ids) throws Exception {
        for (String id : ids) {
            transactions.run(
                    TenantId.DEFAULT,
                    handle -> devices.register(
                            handle,
                            TenantId.DEFAULT,
                            new NewDevice(new DeviceId(id), "board", null, site, List.of(rule), Map.of())));
        }
        policy("""
                        apiVersion: muster.dev/v1
                        kind: AlertRule
                        metadata: {name: %s}
                        spec:
                          devices: "tag==%s"
                          severity: critical
                          summary: "{device} is hot"
                          when: {threshold: {metric: temp, above: 90}}
                        """.formatted(rule, rule))
                .put("/api/v1/alert-rules/" + rule)
                .then()
                .statusCode(200);
        for (String id : ids) {
            send(rule, id, AlertNews.State.FIRING);
        }
    }

    private void resolve(String rule, String device) throws Exception {
        send(rule, device, AlertNews.State.RESOLVED);
    }

    private void send(String rule, String device, AlertNews.State state) throws Exception {
        AlertNews news =
                new AlertNews(id(rule, device), rule, 1, state, at, at.plusSeconds(60), OptionalDouble.of(95), "temp");
        kafka.producer()
                .send(new ProducerRecord<>(
                        topics.alerts(), DeviceRef.of("default", device).key(), news.toJson()))
                .get();
    }

    private String id(String rule, String device) {
        return AlertNews.id(DeviceRef.of("default", device), rule, at);
    }
}
