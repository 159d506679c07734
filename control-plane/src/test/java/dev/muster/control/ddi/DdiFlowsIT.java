package dev.muster.control.ddi;

import static dev.muster.control.ddi.DdiConformanceIT.access;
import static dev.muster.control.ddi.DdiConformanceIT.artifact;
import static dev.muster.control.ddi.DdiConformanceIT.image;
import static dev.muster.control.ddi.DdiConformanceIT.offered;
import static dev.muster.control.ddi.DdiConformanceIT.rolledOut;
import static dev.muster.control.ddi.DdiConformanceIT.startRollout;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.rollout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How clients of DDI meet rollouts: gates, windows, confirmations, newer rollouts. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class DdiFlowsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOKEN = "gateway-token-of-flows";

    @Inject
    DdiServer server;

    @BeforeEach
    void open() {
        access(Map.of(
                "enabled",
                true,
                "hardware",
                "test-board",
                "confirmation",
                false,
                "unknown",
                "create",
                "polling",
                "00:05:00"));
        post("/ddi/gateway-token", Map.of("token", TOKEN)).statusCode(201);
    }

    @AfterEach
    void noConfirmation() {
        access(Map.of("confirmation", false));
    }

    @Test
    void successGoesThroughTheGatesAndIsWhatTheDeviceRuns() throws Exception {
        DdiClient client = client("flow-good");
        String id = offered(client, "flow-good", Map.of());
        await().atMost(SOON).untilAsserted(() -> get("/rollouts")
                .body("items.find { it.name == 'flow-good' }.state", equalTo("running")));

        assertThat(client.feedback("deploymentBase", id, "closed", "success", "all is well"))
                .isEqualTo(200);

        await().atMost(SOON).untilAsserted(() -> get("/rollouts")
                .body("items.find { it.name == 'flow-good' }.state", equalTo("completed")));
        get("/devices/flow-good").body("image.version", equalTo("2.0.0")).body("inSync", equalTo(true));
        assertThat(client.link("configData"))
                .as("attributes are asked for once more")
                .isPresent();
        await().atMost(SOON).untilAsserted(() -> get("/devices/flow-good/ddi").body("lastPoll", notNullValue()));
        get("/devices/flow-good").body("lastSeen", notNullValue());
    }

    @Test
    void failureShutsTheErrorGate() throws Exception {
        DdiClient client = client("flow-bad");
        String id = offered(client, "flow-bad", Map.of());

        assertThat(client.feedback("deploymentBase", id, "closed", "failure", "no room"))
                .isEqualTo(200);

        await().atMost(SOON).untilAsserted(() -> get("/rollouts")
                .body("items.find { it.name == 'flow-bad' }.state", equalTo("paused")));
        String rollout = get("/rollouts").extract().path("items.find { it.name == 'flow-bad' }.id");
        get("/rollouts/" + rollout + "/devices")
                .body("items[0].reason", equalTo("ClientFailed"))
                .body("items[0].message", equalTo("no room"));
    }

    @Test
    void aNewerRolloutStopsTheActionAndIsOfferedThen() throws Exception {
        DdiClient client = client("flow-newer");
        String first = offered(client, "flow-newer", Map.of());
        String newer = FleetApi.uploadImage("newer".getBytes(StandardCharsets.UTF_8), "3.0.0", 3);
        startRollout("flow-newer", FleetApi.release("flow-newer-3", "3.0.0", newer), Map.of());

        await().atMost(SOON).until(() -> client.link("cancelAction").isPresent());
        assertThat(client.link("deploymentBase")).isEmpty();
        assertThat(client.feedback("cancelAction", first, "closed", "success")).isEqualTo(200);

        String url = client.link("deploymentBase").orElseThrow();
        String second = JsonObject.parse(client.follow(url).body()).string("id");
        assertThat(second).isNotEqualTo(first);
        assertThat(artifact(client, second).object("hashes").string("sha256")).isEqualTo(newer);
    }

    @Test
    void confirmationsAreGivenDeniedAndTurnedIntoARule() throws Exception {
        access(Map.of("confirmation", true));
        DdiClient client = client("flow-confirm");
        rolledOut(client, "flow-confirm", Map.of());
        await().atMost(SOON).until(() -> client.link("confirmationBase").isPresent());
        assertThat(client.link("deploymentBase")).isEmpty();
        JsonObject asked = JsonObject.parse(
                client.follow(client.link("confirmationBase").orElseThrow()).body());
        String id = asked.string("id");
        assertThat(asked.object("confirmation").string("update")).isEqualTo("forced");
        assertThat(client.get("/deploymentBase/" + id).statusCode()).isEqualTo(404);
        assertThat(client.feedback("deploymentBase", id, "closed", "success")).isEqualTo(404);

        assertThat(confirm(client, id, "denied")).isEqualTo(200);
        assertThat(client.link("confirmationBase")).isPresent();
        assertThat(confirm(client, id, "confirmed")).isEqualTo(200);
        assertThat(client.link("deploymentBase")).isPresent();
        assertThat(confirm(client, id, "confirmed")).isEqualTo(404);
        assertThat(client.feedback("deploymentBase", id, "closed", "success")).isEqualTo(200);
        assertThat(confirm(client, id, "confirmed")).isEqualTo(410);

        String path = "/confirmationBase/activateAutoConfirm";
        assertThat(client.call("POST", path, "{\"initiator\":\"night shift\"}").statusCode())
                .isEqualTo(200);
        assertThat(client.call("POST", path, "").statusCode()).isEqualTo(409);
        JsonObject auto = client.json("/confirmationBase");
        assertThat(auto.object("autoConfirm").string("initiator")).isEqualTo("night shift");
        assertThat(DdiClient.link(auto, "deactivateAutoConfirm")).isPresent();
        String newer = FleetApi.uploadImage("confirmed by itself".getBytes(StandardCharsets.UTF_8), "3.0.0", 3);
        startRollout("flow-confirm", FleetApi.release("flow-confirm-3", "3.0.0", newer), Map.of());
        await().atMost(SOON).until(() -> client.link("deploymentBase").isPresent());
        assertThat(client.call("POST", "/confirmationBase/deactivateAutoConfirm", "")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aShutWindowHidesTheUpdateFromWhoWouldMisreadSkip() throws Exception {
        // Opens in about two hours, whatever the time is now.
        var later = Clock.systemUTC().instant().atOffset(ZoneOffset.UTC).plusHours(2);
        DateTimeFormatter hours = DateTimeFormatter.ofPattern("HH:mm");
        Map<String, Object> window = Map.of(
                "days", List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
                "from", hours.format(later),
                "to", hours.format(later.plusHours(1)));
        access(Map.of("polling", "10:00:00"));
        DdiClient client = client("flow-window");
        String rollout = rolledOut(client, "flow-window", Map.of("install", Map.of("window", window)));

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(client.link("deploymentBase")).isEmpty();
            get("/rollouts/" + rollout + "/devices").body("items[0].reason", containsString("maintenance window"));
        });
        String id =
                get("/devices/flow-window/ddi").extract().path("actions[0].id").toString();
        assertThat(client.get("/deploymentBase/" + id).statusCode()).isEqualTo(404);
        assertThat(client.json("").object("config").object("polling").string("sleep"))
                .as("three polls fit before it opens")
                .matches("00:(39:\\d\\d|40:00)");

        DdiClient rauc = client("flow-window").with("User-Agent", "rauc-hawkbit-c-agent/1.0");
        assertThat(rauc.link("deploymentBase")).isPresent();
        JsonObject ahead = rauc.json("/deploymentBase/" + id).object("deployment");
        assertThat(ahead.string("download")).isEqualTo("forced");
        assertThat(ahead.string("update")).isEqualTo("skip");
        assertThat(ahead.string("maintenanceWindow")).isEqualTo("unavailable");
    }

    @Test
    void aDownloadIsWholeWhenItsLastByteWentOut() throws Exception {
        byte[] large = new byte[24 << 20];
        new java.util.Random(7).nextBytes(large);
        DdiClient client = client("flow-broken");
        access(Map.of("tags", List.of("flow-broken")));
        client.get("");
        String hash = FleetApi.uploadImage(large, "2.0.0", 2);
        startRollout(
                "flow-broken",
                FleetApi.release("flow-broken", "2.0.0", hash),
                Map.of("install", Map.of("mode", "download-only")));
        await().atMost(SOON).until(() -> client.link("deploymentBase").isPresent());
        String id = JsonObject.parse(client.follow(client.link("deploymentBase").orElseThrow())
                        .body())
                .string("id");
        String url = DdiClient.link(artifact(client, id), "download").orElseThrow();

        breakOff(URI.create(url));
        assertThat(client.feedback("deploymentBase", id, "proceeding", "none")).isEqualTo(200);
        get("/devices/flow-broken/ddi").body("actions[0].history.status.contains('DOWNLOAD')", equalTo(false));
        assertThat(client.follow(url).body()).isEqualTo(large);

        await().atMost(SOON).untilAsserted(() -> get("/devices/flow-broken/ddi")
                .body("actions[0].history.status", hasItem("DOWNLOAD")));
        assertThat(client.feedback("deploymentBase", id, "closed", "success")).isEqualTo(200);
        get("/devices/flow-broken/ddi").body("actions[0].state", equalTo("downloaded"));
    }

    /** Asks for the whole, reads its begin, and goes away. */
    private static void breakOff(URI url) throws Exception {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                                    + "\r\nAuthorization: GatewayToken " + TOKEN + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(4_096)).hasSize(4_096);
        }
    }

    @Test
    void moreThanAServerKeepsIsRefusedWith429AndChangesNothing() throws Exception {
        DdiClient client = client("flow-quota");
        String id = offered(client, "flow-quota", Map.of());
        String attributes =
                IntStream.range(0, 101).mapToObj(i -> "\"k" + i + "\":\"v\"").collect(Collectors.joining(","));
        HttpResponse<byte[]> refused = client.call("PUT", "/configData", "{\"data\":{" + attributes + "}}");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(JsonObject.parse(refused.body()).string("errorCode"))
                .isEqualTo("hawkbit.server.error.quota.tooManyEntries");
        get("/devices/flow-quota").body("facts.k1", nullValue());

        String[] details = IntStream.range(0, 51).mapToObj(i -> "line " + i).toArray(String[]::new);
        assertThat(client.feedback("deploymentBase", id, "proceeding", "none", details))
                .isEqualTo(429);
        get("/devices/flow-quota/ddi").body("actions[0].history.status", contains("RETRIEVED"));
    }

    @Test
    void policiesAndSettingsLeaveClientsOutAndSaySo() throws Exception {
        DdiClient client = client("flow-foreign");
        String id = offered(client, "flow-foreign", Map.of());
        assertThat(client.feedback("deploymentBase", id, "closed", "success")).isEqualTo(200);

        post("/settings/preview", Map.of("selector", "tag==flow-foreign"))
                .statusCode(200)
                .body("devices", equalTo(0))
                .body("leftOut", equalTo(1));
        post("/settings/rollout", Map.of("selector", "tag==flow-foreign"))
                .statusCode(409)
                .body("detail", containsString("tag==flow-foreign"));
        post("/policy/impact", Map.of("selector", "tag==flow-foreign"))
                .statusCode(200)
                .body("devices", equalTo(0))
                .body("unknownInventory", equalTo(0))
                .body("leftOut", equalTo(1));
        // No policy will ever be handed to it: it is not one that waits for one.
        get("/policy/compliance?q=tag==flow-foreign").statusCode(200).body("items.size()", equalTo(0));
        get("/devices/flow-foreign/ddi").body("actions.size()", equalTo(1));
    }

    @Test
    void aPollIsNotSentAgainToWhoHasIt() throws Exception {
        DdiClient client = client("flow-etag");
        HttpResponse<byte[]> first = client.get("");
        String etag = first.headers().firstValue("ETag").orElseThrow();

        HttpResponse<byte[]> again = client.get("", "If-None-Match", etag);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        client.call("PUT", "/configData", "{\"data\":{\"a\":\"b\"}}");
        assertThat(client.get("", "If-None-Match", etag).statusCode())
                .as("it says something else now")
                .isEqualTo(200);
        assertThat(client.get("", "Accept", "text/plain").statusCode()).isEqualTo(406);
        assertThat(client.get("", "Accept", "application/json;charset=UTF-8").statusCode())
                .isEqualTo(200);
    }

    @Test
    void theHistoryComesAsFarAsItIsAskedFor() throws Exception {
        DdiClient client = client("flow-history");
        String id = offered(client, "flow-history", Map.of());
        client.feedback("deploymentBase", id, "proceeding", "none", "first");
        client.feedback("deploymentBase", id, "download", "none", "second", "third");
        String path = "/deploymentBase/" + id;

        assertThat(client.json(path).optionalObject("actionHistory")).isEmpty();
        JsonObject newest = client.json(path + "?actionHistory=1").object("actionHistory");
        assertThat(newest.string("status")).isEqualTo("DOWNLOAD");
        assertThat(newest.strings("messages")).containsExactly("second", "third");
        assertThat(client.json(path + "?actionHistory=-1")
                        .object("actionHistory")
                        .strings("messages"))
                .containsExactly("second", "third", "first", "the client fetched the update");
        assertThat(client.get(path + "?actionHistory=all").statusCode()).isEqualTo(400);
        JsonObject artifact = artifact(client, id);
        String url = DdiClient.link(artifact, "download").orElseThrow();
        HttpResponse<byte[]> list = client.follow(url.substring(0, url.lastIndexOf('/')));
        assertThat(new String(list.body(), StandardCharsets.UTF_8))
                .startsWith("[{\"filename\":\"" + artifact.string("filename") + "\"");
        assertThat(client.get("/softwaremodules/2147483647/artifacts").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aRangeCountsForTheSameFileOnlyAndSeveralAreAnsweredWithTheWhole() throws Exception {
        DdiClient client = client("flow-range");
        String id = offered(client, "flow-range", Map.of());
        byte[] all = image("flow-range");
        String url = DdiClient.link(artifact(client, id), "download").orElseThrow();
        HttpResponse<byte[]> head = client.send("HEAD", url, new byte[0]);
        assertThat(head.headers().map().keySet())
                .contains("accept-ranges", "content-disposition", "content-type", "etag", "x-content-type-options");
        HttpResponse<byte[]> sum = client.send("HEAD", url + ".MD5SUM", new byte[0]);
        assertThat(sum.statusCode()).isEqualTo(200);
        assertThat(sum.headers().firstValue("Content-Length")).isPresent();
        assertThat(client.send("HEAD", url + "x", new byte[0]).statusCode()).isEqualTo(404);
        assertThat(client.call("HEAD", "", "").statusCode()).isEqualTo(200);
        get("/devices/flow-range/ddi").body("actions[0].history.status", contains("RETRIEVED"));
        String modified = head.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(modified)
                .matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z][a-z] \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
        assertThat(client.follow(url, "Range", "bytes=3-6", "If-Range", modified)
                        .statusCode())
                .isEqualTo(206);
        assertThat(client.follow(url, "Range", "bytes=3-6", "If-Range", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.follow(url, "Range", "bytes=-4").body())
                .isEqualTo(java.util.Arrays.copyOfRange(all, all.length - 4, all.length));
        HttpResponse<byte[]> several = client.follow(url, "Range", "bytes=0-1,4-5");
        assertThat(several.statusCode())
                .as("several ranges: the whole, as RFC 9110 allows")
                .isEqualTo(200);
        assertThat(several.body()).isEqualTo(all);
        assertThat(several.headers().firstValue("Content-Range")).isEmpty();
        assertThat(client.follow(url + "x").statusCode()).isEqualTo(404);
    }

    @Test
    void whatRunsWithoutAnActionIsSaidOnce() throws Exception {
        FleetApi.uploadImage(image("flow-installed"), "7.0.0", 7);
        DdiClient client = client("flow-installed");
        client.get("");

        String body = "{\"name\":\"os\",\"version\":\"7.0.0\"}";
        assertThat(client.call("PUT", "/installedBase", body).statusCode()).isEqualTo(201);
        assertThat(client.call("PUT", "/installedBase", body).statusCode()).isEqualTo(200);
        assertThat(client.call("PUT", "/installedBase", "{\"name\":\"os\",\"version\":\"none\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.link("installedBase")).isPresent();
        get("/devices/flow-installed").body("image.version", equalTo("7.0.0"));
    }

    @Test
    void aSuspendedDeviceIsRefusedAndTheTrailSaysWhoJoined() throws Exception {
        DdiClient client = client("flow-suspended");
        client.get("");
        post("/devices/flow-suspended/suspend", Map.of()).statusCode(200);
        assertThat(client.get("").statusCode()).isEqualTo(403);
        post("/devices/flow-suspended/resume", Map.of()).statusCode(200);
        assertThat(client.get("").statusCode()).isEqualTo(200);
        get("/audit?object=device/flow-suspended").body("items.verb", hasItem("ddi.join"));
        get("/audit?object=ddi").body("items.verb", hasItem("ddi.gateway-token.create"));
    }

    @Test
    void aClientThatTakesSkipForDoneNeverCountsAsUpdated() throws Exception {
        DdiClient suricatta = client("ddi-skips").with("User-Agent", "libcurl-agent/1.0");
        String rollout = rolledOut(suricatta, "ddi-skips", Map.of("install", Map.of("mode", "download-only")));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(suricatta.link("deploymentBase")).isEmpty();
            rollout(rollout).body("total.failed", equalTo(1));
        });
        get("/rollouts/" + rollout + "/devices").body("items[0].reason", equalTo("NotDownloaded"));

        DdiClient other = client("ddi-claims");
        String id = offered(other, "ddi-claims", Map.of("install", Map.of("mode", "download-only")));
        assertThat(other.feedback("deploymentBase", id, "closed", "success", "Skipped Update."))
                .isEqualTo(200);
        get("/devices/ddi-claims/ddi").body("actions[0].state", equalTo("failed"));
    }

    private static int confirm(DdiClient client, String id, String word) throws Exception {
        return client.call(
                        "POST",
                        "/confirmationBase/" + id + "/feedback",
                        "{\"confirmation\":\"" + word + "\",\"details\":[\"said at the panel\"]}")
                .statusCode();
    }

    private DdiClient client(String controller) {
        return new DdiClient(server.port(), "DEFAULT", controller).gateway(TOKEN);
    }
}
