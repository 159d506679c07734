package dev.muster.control.registry;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class RegistryIT {
    @Inject
    TestFleet fleet;

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @TempDir
    Path directory;

    @Test
    void anImportedRowIsClaimedByItsSerialNumberAtEnrolment() throws Exception {
        post("/sites", Map.of("name", "reg-hall")).statusCode(201);
        load("text/csv", """
                id,name,serial,site,tags,meta.owner,type
                reg-press,Press 7,sn-reg-wish,reg-hall,press;heavy,Jane,press
                """, false)
                .statusCode(200)
                .body("imported", equalTo(1))
                .body("refused", equalTo(0));
        get("/devices/reg-press").body("status", equalTo("pending")).body("enrolledAt", nullValue());

        try (TestDevice device = device()) {
            // Whatever name the hardware wishes, it is the device that waited for it.
            assertThat(device.enrol(FleetApi.enrolmentToken("reg-token"), "reg-wish")
                            .statusCode())
                    .isEqualTo(200);

            assertThat(device.identity().device()).isEqualTo(DeviceRef.of("default", "reg-press"));
        }
        get("/devices/reg-press")
                .body("status", equalTo("active"))
                .body("name", equalTo("Press 7"))
                .body("site", equalTo("reg-hall"))
                .body("tags", contains("heavy", "press", "reg-token"))
                .body("metadata.owner", equalTo("Jane"))
                .body("type", equalTo("press"))
                .body("hardware", equalTo("test-board"))
                .body("facts.'os.api'", equalTo("12"));
        found("meta.owner==Jane;type==press").body("items.id", contains("reg-press"));
    }

    @Test
    void anImportedRowThatWaitsForOtherHardwareIsNotClaimed() throws Exception {
        load("text/csv", "id,serial,hardware\nreg-other,sn-reg-other,another-board\n", false)
                .statusCode(200);

        try (TestDevice device = device()) {
            assertThat(device.enrol(FleetApi.enrolmentToken("reg"), "reg-other").statusCode())
                    .isEqualTo(409);
        }

        get("/devices/reg-other").body("status", equalTo("pending"));
        admin().post("/api/v1/devices/reg-other/resume").then().statusCode(409);
        admin().post("/api/v1/devices/reg-other/suspend").then().statusCode(409);
        admin().post("/api/v1/devices/reg-other/retire").then().statusCode(200);
    }

    @Test
    void oneWrongRowRefusesAllUnlessPartIsAskedFor() {
        String rows = """
                {"id":"reg-good","serial":"reg-sn-1"}
                {"id":"reg-bad-site","serial":"reg-sn-2","site":"reg-nowhere"}
                {"id":"reg-no-serial"}
                {"id":"reg-twice","serial":"reg-sn-1"}
                """;

        load("application/x-ndjson", rows, false)
                .statusCode(400)
                .body("code", equalTo("import-invalid"))
                .body("errors.line", contains(2, 3, 4))
                .body("errors.column", contains("site", "serial", "serial"))
                .body("errors[0].message", equalTo("no site `reg-nowhere`"));
        get("/devices/reg-good").statusCode(404);

        load("application/x-ndjson", rows, true)
                .statusCode(200)
                .body("imported", equalTo(1))
                .body("refused", equalTo(3));
        get("/devices/reg-good").body("status", equalTo("pending"));
        get("/devices/reg-no-serial").statusCode(404);
        load("text/plain", rows, false).statusCode(415);
    }

    @Test
    void whatIsExportedCanBeImportedAgain() {
        load("text/csv", "id,name,serial,tags,meta.note\nreg-x-1,\"One, two\",reg-x-sn,a;b,\"say \"\"hi\"\"\"\n", false)
                .statusCode(200);

        String csv = save("id==reg-x-1", "csv");
        String json = save("id==reg-x-1", "ndjson");

        assertThat(csv)
                .startsWith("id,name,status,type,hardware,serial,udid,site,tags,")
                .contains("reg-x-1,\"One, two\",pending,,,reg-x-sn,,,a;b,");
        assertThat(json).contains("\"serial\":\"reg-x-sn\"").endsWith("\n");
        load("text/csv", csv, false).statusCode(200).body("imported", equalTo(1));
        load("application/x-ndjson", json, false).statusCode(200).body("imported", equalTo(1));
        get("/devices/reg-x-1").body("metadata.note", equalTo("say \"hi\"")).body("tags", contains("a", "b"));
    }

    @Test
    void otherHardwareTakesOverAndTheOldCertificateEndsAtOnce() throws Exception {
        post("/sites", Map.of("name", "reg-pit")).statusCode(201);
        try (FleetDevice old = fleet.enrol(directory, "reg-swap", "reg-swap")) {
            post("/groups", Map.of("name", "reg-listed", "members", List.of("reg-swap")))
                    .statusCode(201);
            post("/groups", Map.of("name", "reg-queried", "query", "site==reg-pit"))
                    .statusCode(201);
            admin().contentType("application/json")
                    .body("{\"name\":\"Swap\",\"site\":\"reg-pit\",\"metadata\":{\"owner\":\"pit\"}}")
                    .patch("/api/v1/devices/reg-swap")
                    .then()
                    .statusCode(200);
            String image = FleetApi.uploadImage("registry-image".getBytes(StandardCharsets.UTF_8), "9.0.0", 9);
            FleetApi.rollout("reg-swap", FleetApi.release("reg-swap", "9", image), "reg-swap");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> get("/devices/reg-swap/desired").body("targets.name", hasItem("image")));

            post("/devices/reg-swap/replace", Map.of("serial", "sn-reg-new"))
                    .statusCode(200)
                    .body("old.status", equalTo("retired"))
                    .body("replacement.id", equalTo("reg-swap-r2"))
                    .body("replacement.status", equalTo("pending"))
                    .body("takenOver", hasItem("image"));

            assertThat(old.fetch(image).statusCode()).isEqualTo(403);
        }
        try (TestDevice next = device()) {
            assertThat(next.enrol(FleetApi.enrolmentToken("reg-swap"), "reg-new")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(next.identity().device()).isEqualTo(DeviceRef.of("default", "reg-swap-r2"));
        }
        get("/devices/reg-swap-r2")
                .body("name", equalTo("Swap"))
                .body("site", equalTo("reg-pit"))
                .body("tags", contains("reg-swap"))
                .body("metadata.owner", equalTo("pit"))
                .body("groups", containsInAnyOrder("reg-listed", "reg-queried"));
        get("/devices/reg-swap-r2/desired").body("targets.name", hasItem("image"));
        get("/devices/reg-swap").body("groups", equalTo(List.of()));
        post("/devices/reg-swap/replace", Map.of("serial", "sn-again")).statusCode(409);
        get("/audit?object=device/reg-swap").body("items.verb", hasItems("device.replace", "device.retire"));
    }

    @Test
    void theDifferenceNamesWhatIsStillToCome() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "reg-diff", "reg-diff")) {
            String image = FleetApi.uploadImage("difference-image".getBytes(StandardCharsets.UTF_8), "9.1.0", 10);
            FleetApi.rollout("reg-diff", FleetApi.release("reg-diff", "9.1", image), "reg-diff");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> get("/devices/reg-diff/difference").body("differs", equalTo(1)));
            get("/devices/reg-diff/difference")
                    .body("targets[0].wanted", equalTo("9.1.0"))
                    .body("targets[0].reason", equalTo("the device has never reported"));

            device.commit();

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> get("/devices/reg-diff/difference").body("differs", equalTo(0)));
        }
    }

    @Test
    void theTimelineIsOneListNewestFirst() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "reg-time", "reg-time")) {
            for (int i = 0; i < 5; i++) {
                device.event(new DeviceEvent("test.happened", Clock.systemUTC().instant(), Map.of("n", "" + i)));
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> get("/devices/reg-time/events").body("items.size()", equalTo(5)));
            admin().post("/api/v1/devices/reg-time/suspend").then().statusCode(200);
        }

        List<String> whole = new ArrayList<>();
        String cursor = "";
        do {
            ValidatableResponse page =
                    get("/devices/reg-time/timeline?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            List<Map<String, Object>> items = page.extract().path("items");
            items.forEach(item -> whole.add(
                    item.get("at") + " " + item.get("source") + " " + item.get("what") + " " + item.get("detail")));
            cursor = page.extract().path("next");
        } while (cursor != null);

        assertThat(whole).hasSize(8);
        assertThat(new HashSet<>(whole)).hasSameSizeAs(whole);
        assertThat(whole.getFirst()).contains("audit device.suspend");
        assertThat(whole)
                .anyMatch(line -> line.contains("certificate issued"))
                .anyMatch(line -> line.contains("audit device.enrol"));
        assertThat(whole.stream()
                        .map(line -> java.time.Instant.parse(line.substring(0, line.indexOf(' '))))
                        .toList())
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
        get("/devices/reg-time/timeline?cursor=abc").statusCode(400);
    }

    @Test
    void metadataIsBoundedAndAudited() {
        load("text/csv", "id,serial\nreg-meta,reg-meta-sn\n", false).statusCode(200);

        patch("reg-meta", "{\"metadata\":{\"no blanks\":\"x\"}}").statusCode(400);
        patch("reg-meta", "{\"metadata\":{\"k\":\"" + "x".repeat(600) + "\"}}").statusCode(400);
        patch("reg-meta", "{\"metadata\":{\"rank\":\"12\",\"note\":\"a\"}}").statusCode(200);
        patch("reg-meta", "{\"metadata\":{\"note\":null}}").statusCode(200).body("metadata.note", nullValue());

        found("meta.rank>9;id==reg-meta").body("items.id", contains("reg-meta"));
        found("meta.rank>12;id==reg-meta").body("items", equalTo(List.of()));
        get("/audit?object=device/reg-meta")
                .body("items.verb", contains("device.edit", "device.edit", "device.import"));
    }

    @Test
    void aQueryIsCompletedWithWhatIsInScope() throws Exception {
        post("/sites", Map.of("name", "reg-complete")).statusCode(201);
        load(
                        "text/csv",
                        "id,serial,tags,meta.colour\nreg-c-1,reg-c-1,reg-seen,blue\nreg-c-2,reg-c-2,reg-hidden,red\n",
                        false)
                .statusCode(200);
        post(
                        "/role-bindings",
                        Map.of("kind", "person", "subject", "reg-viewer", "role", "viewer", "selector", "id==reg-c-1"))
                .statusCode(201);

        complete(Tokens.admin(), "site==reg-com")
                .body("items.text", contains("reg-complete"))
                .body("from", equalTo(6));
        complete(Tokens.admin(), "tag==reg-").body("items.text", hasItems("reg-seen", "reg-hidden"));
        complete(Tokens.of("reg-viewer"), "tag==reg-").body("items.text", contains("reg-seen"));
        complete(Tokens.of("reg-viewer"), "meta.colour==").body("items.text", contains("blue"));
        complete(Tokens.of("reg-viewer"), "meta.c").body("items.text", contains("meta.colour"));
        complete(Tokens.admin(), "stat").body("items.text", contains("status")).body("items.kind", contains("field"));
        complete(Tokens.admin(), "status==").body("items.text", hasItem("active"));
        complete(Tokens.admin(), "").body("items.text", hasItem("site")).body("items.text", not(hasItem("==")));
        complete(Tokens.admin(), "id==reg-c-").body("items.text", contains("reg-c-1", "reg-c-2"));
        found("image<9999;id==reg-c-1").body("items", equalTo(List.of()));
        admin().queryParam("q", "sit==a")
                .get("/api/v1/devices")
                .then()
                .statusCode(400)
                .body("detail", containsString("did you mean `site`?"));
    }

    private static ValidatableResponse complete(String token, String q) {
        return given().auth()
                .oauth2(token)
                .queryParam("q", q)
                .get("/api/v1/devices/query/completions")
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse load(String type, String body, boolean partial) {
        EncoderConfig text = EncoderConfig.encoderConfig()
                .encodeContentTypeAs(type, ContentType.TEXT)
                .appendDefaultContentCharsetToContentTypeIfUndefined(false);
        return admin().config(RestAssured.config().encoderConfig(text))
                .contentType(type)
                .body(body)
                .post("/api/v1/inventory" + (partial ? "?partial=true" : ""))
                .then();
    }

    private static String save(String q, String format) {
        return admin().queryParam("q", q)
                .queryParam("format", format)
                .get("/api/v1/inventory")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static ValidatableResponse patch(String device, String body) {
        return admin().contentType("application/json")
                .body(body)
                .patch("/api/v1/devices/" + device)
                .then();
    }

    private static ValidatableResponse found(String q) {
        return admin().queryParam("q", q).get("/api/v1/devices").then().statusCode(200);
    }

    private TestDevice device() throws Exception {
        return new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
    }
}
