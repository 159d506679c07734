package dev.muster.control.ddi;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What hawkBit's clients rely on, over real HTTP: one test for each line of the checklist, its number first. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class DdiConformanceIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOKEN = "gateway-token-of-the-test";

    @Inject
    DdiServer server;

    @BeforeEach
    void open() {
        access(Map.of(
                        "enabled",
                        true,
                        "targetTokens",
                        true,
                        "authorities",
                        List.of("ab:cd"),
                        "hardware",
                        "test-board",
                        "confirmation",
                        false,
                        "unknown",
                        "create",
                        "tags",
                        List.of(),
                        "polling",
                        "00:05:00"))
                .body("enabled", equalTo(true));
        post("/ddi/gateway-token", Map.of("token", TOKEN)).statusCode(201).body("token", equalTo(TOKEN));
    }

    @Test
    void c01threeWaysInAndNothingElse() throws Exception {
        assertThat(client("ddi-auth").get("").statusCode()).as("gateway token").isEqualTo(200);
        String token = post("/devices/ddi-auth/ddi/token", Map.of())
                .statusCode(201)
                .extract()
                .path("token");
        assertThat(anonymous("ddi-auth")
                        .with("Authorization", "TargetToken " + token)
                        .get("")
                        .statusCode())
                .as("target token")
                .isEqualTo(200);
        assertThat(anonymous("ddi-auth")
                        .with("X-Controller-Id", "ddi-auth")
                        .with("X-Authority", "xx, AB:CD")
                        .get("")
                        .statusCode())
                .as("certificate behind a proxy")
                .isEqualTo(200);
        assertThat(anonymous("ddi-auth")
                        .with("X-Controller-Id", "ddi-auth")
                        .with("X-Authority-1", "ab:cd")
                        .get("")
                        .statusCode())
                .as("numbered headers")
                .isEqualTo(200);

        for (DdiClient wrong : List.of(
                anonymous("ddi-auth"),
                anonymous("ddi-auth").with("Authorization", "GatewayToken " + token),
                anonymous("ddi-auth").with("Authorization", "TargetToken " + TOKEN),
                anonymous("ddi-auth-other").with("Authorization", "TargetToken " + token),
                anonymous("ddi-auth").with("X-Controller-Id", "ddi-auth"),
                anonymous("ddi-auth").with("X-Controller-Id", "another").with("X-Authority", "ab:cd"),
                anonymous("ddi-auth").with("X-Controller-Id", "ddi-auth").with("X-Authority", "ef"))) {
            HttpResponse<byte[]> refused = wrong.get("");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).isEmpty();
        }
        admin().delete("/api/v1/devices/ddi-auth/ddi/token").then().statusCode(204);
        assertThat(anonymous("ddi-auth")
                        .with("Authorization", "TargetToken " + token)
                        .get("")
                        .statusCode())
                .isEqualTo(401);
        access(Map.of("enabled", false));
        assertThat(client("ddi-auth").get("").statusCode()).as("off").isEqualTo(401);
    }

    @Test
    void c02anUnknownIdWithTheGatewayTokenBecomesADevice() throws Exception {
        access(Map.of("tags", List.of("ddi-new")));

        assertThat(client("ddi-new-1").get("").statusCode()).isEqualTo(200);
        assertThat(client("ddi%20new%2F%C3%A4").get("").statusCode()).isEqualTo(200);

        get("/devices/ddi-new-1")
                .statusCode(200)
                .body("status", equalTo("active"))
                .body("hardware", equalTo("test-board"))
                .body("tags", contains("ddi-new"))
                .body("facts.'ddi.controller'", equalTo("ddi-new-1"));
        admin().queryParam("q", "fact.ddi.controller=='ddi new/ä'")
                .get("/api/v1/devices")
                .then()
                .body("items", org.hamcrest.Matchers.hasSize(1));
        get("/devices/ddi-new-1/timeline").body("items.what", hasItem("ddi.join"));
        assertThat(client("ddi-nobody").get("/deploymentBase/1").statusCode()).isEqualTo(404);
        assertThat(client("ddi-nobody")
                        .call("PUT", "/configData", "{\"data\":{\"a\":\"b\"}}")
                        .statusCode())
                .isEqualTo(404);

        access(Map.of("unknown", "refuse"));
        assertThat(client("ddi-refused").get("").statusCode()).isEqualTo(404);
        admin().contentType(ContentType.JSON)
                .body(Map.of("controller", "ddi-refused"))
                .post("/api/v1/ddi/clients")
                .then()
                .statusCode(201)
                .body("device", equalTo("ddi-refused"));
        assertThat(client("ddi-refused").get("").statusCode()).isEqualTo(200);
    }

    @Test
    void c03sleepIsATimeOfDayWithJitterAndOverrides() throws Exception {
        assertThat(sleep("ddi-sleep")).isEqualTo("00:05:00");
        access(Map.of("polling", "01:00:00~10%, fact.ddi.controller==ddi-sleep -> 00:00:45"));

        assertThat(sleep("ddi-sleep")).isEqualTo("00:00:45");
        assertThat(sleep("ddi-sleep-2")).matches("(00:5[4-9]|01:0[0-6]):\\d\\d");
        admin().contentType(ContentType.JSON)
                .body(Map.of("polling", "00:00:01"))
                .put("/api/v1/ddi")
                .then()
                .statusCode(400)
                .body("detail", containsString("00:00:30"));
    }

    @Test
    void c04theLinkOfAttributesComesAndGoes() throws Exception {
        DdiClient client = client("ddi-attributes");
        String link = client.link("configData").orElseThrow();
        assertThat(link).endsWith("/DEFAULT/controller/v1/ddi-attributes/configData");

        assertThat(client.call("PUT", "/configData", "{\"data\":{}}").statusCode())
                .isEqualTo(400);
        assertThat(client.link("configData")).isPresent();
        HttpResponse<byte[]> put = client.call(
                "PUT",
                "/configData",
                "{\"id\":\"\",\"time\":\"x\",\"status\":{},\"data\":{\"hw\":\"7\",\"os\":\"a\"}}");
        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(put.body()).isEmpty();
        assertThat(client.link("configData")).isEmpty();
        get("/devices/ddi-attributes").body("facts.hw", equalTo("7")).body("facts.os", equalTo("a"));

        client.call("PUT", "/configData", "{\"mode\":\"replace\",\"data\":{\"hw\":\"8\"}}");
        get("/devices/ddi-attributes").body("facts.hw", equalTo("8")).body("facts.os", equalTo(null));
        client.call("PUT", "/configData", "{\"mode\":\"remove\",\"data\":{\"hw\":\"\"}}");
        get("/devices/ddi-attributes")
                .body("facts.hw", equalTo(null))
                .body("facts.'ddi.controller'", equalTo("ddi-attributes"));
        assertThat(client.call("PUT", "/configData", "{\"data\":{\"a\":\"" + "x".repeat(129) + "\"}}")
                        .statusCode())
                .isEqualTo(400);
        post("/devices/ddi-attributes/ddi/attributes", Map.of()).statusCode(204);
        assertThat(client.link("configData")).isPresent();
    }

    @Test
    void c05everyGoodAnswerIs200AndFeedbackHasNoBody() throws Exception {
        DdiClient client = client("ddi-200");
        String id = offered(client, "ddi-200", Map.of());

        HttpResponse<byte[]> feedback = client.call(
                "POST",
                "/deploymentBase/" + id + "/feedback",
                "{\"status\":{\"execution\":\"proceeding\",\"result\":{\"finished\":\"none\"}}}");

        assertThat(feedback.statusCode()).isEqualTo(200);
        assertThat(feedback.body()).isEmpty();
    }

    @Test
    void c06pathsThatClientsBuildThemselvesAreTheContract() throws Exception {
        DdiClient client = client("ddi-paths");
        String id = offered(client, "ddi-paths", Map.of());

        JsonObject deployment = client.json("/deploymentBase/" + id);
        assertThat(deployment.string("id")).isEqualTo(id);
        assertThat(client.feedback("deploymentBase", id, "closed", "success")).isEqualTo(200);
        assertThat(client.link("deploymentBase")).isEmpty();
        assertThat(client.link("installedBase").orElseThrow()).endsWith("/installedBase/" + id);
        assertThat(client.json("/installedBase/" + id).string("id")).isEqualTo(id);
    }

    @Test
    void c07idsOfActionsAreSmallNumbersInStrings() throws Exception {
        DdiClient client = client("ddi-ids");
        String id = offered(client, "ddi-ids", Map.of());

        HttpResponse<byte[]> answer = client.get("/deploymentBase/" + id);

        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"id\":\"" + id + "\"");
        assertThat(Long.parseLong(id)).isPositive().isLessThan(1L << 31);
    }

    @Test
    void c08threeDigestsInLowerCaseHex() throws Exception {
        DdiClient client = client("ddi-hashes");
        String id = offered(client, "ddi-hashes", Map.of());
        byte[] bytes = image("ddi-hashes");

        JsonObject hashes = artifact(client, id).object("hashes");

        assertThat(hashes.string("sha1"))
                .isEqualTo(Hashes.hex(Hashes.digest("SHA-1").digest(bytes)));
        assertThat(hashes.string("md5"))
                .isEqualTo(Hashes.hex(Hashes.digest("MD5").digest(bytes)));
        assertThat(hashes.string("sha256"))
                .isEqualTo(Hashes.hex(Hashes.digest("SHA-256").digest(bytes)));
        assertThat(artifact(client, id).string("filename")).isEqualTo("os-2.0.0.bin");
    }

    @Test
    void c09bothRelationsOfADownloadAreThere() throws Exception {
        DdiClient client = client("ddi-rels");
        String id = offered(client, "ddi-rels", Map.of());
        JsonObject artifact = artifact(client, id);

        for (String relation : List.of("download", "download-http")) {
            HttpResponse<byte[]> bytes =
                    client.follow(DdiClient.link(artifact, relation).orElseThrow());
            assertThat(bytes.statusCode()).isEqualTo(200);
            assertThat(bytes.body()).isEqualTo(image("ddi-rels"));
        }
        for (String relation : List.of("md5sum", "md5sum-http")) {
            HttpResponse<byte[]> sum =
                    client.follow(DdiClient.link(artifact, relation).orElseThrow());
            assertThat(new String(sum.body(), StandardCharsets.UTF_8))
                    .isEqualTo(Hashes.hex(Hashes.digest("MD5").digest(image("ddi-rels"))) + "  os-2.0.0.bin");
        }
    }

    @Test
    void c10downloadsInRangesAndTheirHead() throws Exception {
        DdiClient client = client("ddi-range");
        String id = offered(client, "ddi-range", Map.of());
        byte[] all = image("ddi-range");
        String url = DdiClient.link(artifact(client, id), "download").orElseThrow();

        HttpResponse<byte[]> head = client.send("HEAD", url, new byte[0]);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).hasValue(Integer.toString(all.length));
        assertThat(head.body()).isEmpty();
        HttpResponse<byte[]> part = client.follow(url, "Range", "bytes=3-6");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 3-6/" + all.length);
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(all, 3, 7));
        HttpResponse<byte[]> beyond = client.follow(url, "Range", "bytes=" + all.length + "-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("Content-Range")).hasValue("bytes */" + all.length);
        assertThat(client.follow(url, "Range", "bytes=3-6", "If-Range", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
        String etag = head.headers().firstValue("ETag").orElseThrow();
        assertThat(client.follow(url, "Range", "bytes=3-6", "If-Range", etag).statusCode())
                .isEqualTo(206);
        assertThat(client.follow(url, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
    }

    @Test
    void c11feedbackAfterTheEndIsGone() throws Exception {
        DdiClient client = client("ddi-gone");
        String id = offered(client, "ddi-gone", Map.of());

        assertThat(client.feedback("deploymentBase", id, "proceeding", "none", "half"))
                .isEqualTo(200);
        // hawkBit counts `none` as success, and clients rely on it.
        assertThat(client.feedback("deploymentBase", id, "closed", "none")).isEqualTo(200);
        assertThat(client.feedback("deploymentBase", id, "closed", "success")).isEqualTo(410);
        assertThat(client.feedback("cancelAction", id, "closed", "success")).isEqualTo(410);
        get("/devices/ddi-gone/ddi")
                .body("actions[0].state", equalTo("finished"))
                .body("actions[0].history.status", contains("FINISHED", "RUNNING", "RETRIEVED"));
    }

    @Test
    void c12aRejectedCancelOffersTheDeploymentAgainWithANewMarker() throws Exception {
        DdiClient client = client("ddi-cancel");
        String id = offered(client, "ddi-cancel", Map.of());
        String before = client.link("deploymentBase").orElseThrow();
        assertThat(client.get("/cancelAction/" + id).statusCode()).isEqualTo(404);
        assertThat(client.feedback("cancelAction", id, "closed", "success")).isEqualTo(405);

        cancel("ddi-cancel", id).body("state", equalTo("canceling"));
        String link = client.link("cancelAction").orElseThrow();
        assertThat(link).endsWith("/cancelAction/" + id);
        assertThat(client.link("deploymentBase")).isEmpty();
        assertThat(client.get("/deploymentBase/" + id).statusCode()).isEqualTo(404);
        assertThat(client.json("/cancelAction/" + id).object("cancelAction").string("stopId"))
                .isEqualTo(id);
        assertThat(client.feedback("cancelAction", id, "rejected", "success", "started already"))
                .isEqualTo(200);

        String again = client.link("deploymentBase").orElseThrow();
        assertThat(again).contains("/deploymentBase/" + id + "?c=").isNotEqualTo(before);
        cancel("ddi-cancel", id);
        assertThat(client.feedback("cancelAction", id, "closed", "success")).isEqualTo(200);
        assertThat(client.link("deploymentBase")).isEmpty();
        assertThat(client.link("cancelAction")).isEmpty();
        get("/devices/ddi-cancel/ddi").body("actions[0].state", equalTo("canceled"));
    }

    @Test
    void c13unknownMembersAreIgnoredAndUnknownWordsAreNot() throws Exception {
        DdiClient client = client("ddi-unknown");
        String id = offered(client, "ddi-unknown", Map.of());
        String path = "/deploymentBase/" + id + "/feedback";

        assertThat(client.call(
                                "POST",
                                path,
                                "{\"x\":[1],\"status\":{\"y\":{},\"execution\":\"resumed\",\"result\":{\"finished\":\"none\",\"z\":0}}}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> refused = client.call(
                "POST", path, "{\"status\":{\"execution\":\"dancing\",\"result\":{\"finished\":\"none\"}}}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JsonObject.parse(refused.body()).string("errorCode")).startsWith("hawkbit.server.error.");
        assertThat(client.call("POST", path, "{").statusCode()).isEqualTo(400);
        assertThat(client.call("POST", path, "{\"status\":{\"execution\":\"closed\"}}")
                        .statusCode())
                .isEqualTo(400);
        get("/devices/ddi-unknown/ddi").body("actions[0].state", equalTo("running"));
    }

    @Test
    void c14downloadOnlyClosesWhenAllIsDownloaded() throws Exception {
        DdiClient client = client("ddi-ahead");
        String id = offered(client, "ddi-ahead", Map.of("install", Map.of("mode", "download-only")));
        JsonObject deployment = client.json("/deploymentBase/" + id).object("deployment");
        assertThat(deployment.string("download")).isEqualTo("forced");
        assertThat(deployment.string("update")).isEqualTo("skip");
        client.follow(DdiClient.link(artifact(client, id), "download").orElseThrow());

        assertThat(client.feedback("deploymentBase", id, "downloaded", "success"))
                .isEqualTo(200);

        get("/devices/ddi-ahead/ddi").body("actions[0].state", equalTo("downloaded"));
        await().atMost(SOON).untilAsserted(() -> get("/rollouts")
                .body("items.find { it.name == 'ddi-ahead' }.state", equalTo("completed")));
        assertThat(client.feedback("deploymentBase", id, "closed", "success")).isEqualTo(410);
    }

    @Test
    void c15softBecomesForcedUnderANewMarker() throws Exception {
        DdiClient client = client("ddi-soft");
        String id = offered(client, "ddi-soft", Map.of("install", Map.of("mode", "soft")));
        String before = client.link("deploymentBase").orElseThrow();
        assertThat(client.json("/deploymentBase/" + id).object("deployment").string("update"))
                .isEqualTo("attempt");

        String release = get("/rollouts").extract().path("items.find { it.name == 'ddi-soft' }.release");
        startRollout("ddi-soft", release, Map.of());

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(client.link("deploymentBase").orElseThrow())
                        .contains("/deploymentBase/" + id + "?c=")
                        .isNotEqualTo(before));
        JsonObject forced = client.json("/deploymentBase/" + id).object("deployment");
        assertThat(forced.string("download")).isEqualTo("forced");
        assertThat(forced.string("update")).isEqualTo("forced");
    }

    @Test
    void c16whatAnotherDeviceHasIsNotThere() throws Exception {
        DdiClient mine = client("ddi-mine");
        DdiClient other = client("ddi-thine");
        other.get("");
        String id = offered(mine, "ddi-mine", Map.of());
        String url = DdiClient.link(artifact(mine, id), "download").orElseThrow();

        assertThat(other.get("/deploymentBase/" + id).statusCode()).isEqualTo(404);
        assertThat(other.get("/installedBase/" + id).statusCode()).isEqualTo(404);
        assertThat(other.feedback("deploymentBase", id, "closed", "success")).isEqualTo(404);
        assertThat(other.follow(url.replace("ddi-mine", "ddi-thine")).statusCode())
                .isEqualTo(404);
        assertThat(other.get("/deploymentBase/99999999999").statusCode()).isEqualTo(404);
    }

    @Test
    void c17cborIsSpokenWhereItIsAskedFor() throws Exception {
        DdiClient client = client("ddi-cbor");
        String id = offered(client, "ddi-cbor", Map.of());

        HttpResponse<byte[]> poll = client.get("", "Accept", "application/cbor");
        assertThat(poll.headers().firstValue("Content-Type")).hasValue("application/cbor");
        Map<String, Object> read = Cbor.read(poll.body());
        assertThat(read).containsKeys("config", "links");
        assertThat(read.get("links")).asString().contains("rel=deploymentBase");
        byte[] body = Cbor.write(Map.of(
                "status",
                Map.of("execution", "closed", "result", Map.of("finished", "success"), "details", List.of("ok"))));
        HttpResponse<byte[]> sent = client.send(
                "POST",
                "http://127.0.0.1:" + server.port() + "/DEFAULT/controller/v1/ddi-cbor/deploymentBase/" + id
                        + "/feedback",
                body,
                "Content-Type",
                "application/cbor");

        assertThat(sent.statusCode()).isEqualTo(200);
        get("/devices/ddi-cbor/ddi").body("actions[0].state", equalTo("finished"));
    }

    private DdiClient client(String controller) {
        return anonymous(controller).gateway(TOKEN);
    }

    private DdiClient anonymous(String controller) {
        return new DdiClient(server.port(), "DEFAULT", controller);
    }

    private String sleep(String controller) throws Exception {
        return client(controller).json("").object("config").object("polling").string("sleep");
    }

    static JsonObject artifact(DdiClient client, String id) throws Exception {
        List<JsonObject> chunks =
                client.json("/deploymentBase/" + id).object("deployment").objects("chunks", chunk -> chunk);
        return chunks.getFirst().objects("artifacts", artifact -> artifact).getFirst();
    }

    static byte[] image(String tag) {
        return ("image of " + tag).getBytes(StandardCharsets.UTF_8);
    }

    /** The client joined, a rollout reached its device, and the client fetched what it is offered: the action's id. */
    static String offered(DdiClient client, String tag, Map<String, ?> more) throws Exception {
        rolledOut(client, tag, more);
        await().atMost(SOON).until(() -> client.link("deploymentBase").isPresent());
        String url = client.link("deploymentBase").orElseThrow();
        HttpResponse<byte[]> deployment = client.follow(url);
        assertThat(deployment.statusCode()).isEqualTo(200);
        return JsonObject.parse(deployment.body()).string("id");
    }

    static String rolledOut(DdiClient client, String tag, Map<String, ?> more) throws Exception {
        access(Map.of("tags", List.of(tag)));
        assertThat(client.get("").statusCode()).isEqualTo(200);
        String release = FleetApi.release(tag, "2.0.0", FleetApi.uploadImage(image(tag), "2.0.0", 2));
        return startRollout(tag, release, more);
    }

    static String startRollout(String tag, String release, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("name", tag);
        body.put("release", release);
        body.put("selector", "tag==" + tag);
        return post("/rollouts", body).statusCode(200).extract().path("id");
    }

    private static io.restassured.response.ValidatableResponse cancel(String device, String id) {
        return post("/devices/" + device + "/ddi/actions/" + id + "/cancel", Map.of())
                .statusCode(200);
    }

    static io.restassured.response.ValidatableResponse access(Map<String, ?> changes) {
        return admin().contentType(ContentType.JSON)
                .body(changes)
                .put("/api/v1/ddi")
                .then()
                .statusCode(200);
    }
}
