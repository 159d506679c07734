package dev.muster.control.tenancy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.access.Guard;
import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.Servers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The administrator of one tenant tries to reach what another has, through the REST API: by every id, in every body, list,
 * filter, cursor and export. Operations come from the OpenAPI document; one with a parameter that this test does not know
 * fails it.
 */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class CrossingIT {
    /** What the server goes on writing in a tenant to which nobody does anything. */
    private static final Set<String> RESTLESS = Set.of(
            "audit_seal",
            "bridge_run",
            "audit_unsealed",
            "device_compliance",
            "compliance_count",
            "device_presence",
            "presence_history",
            "drift_history",
            "webhook_event",
            "settings_due");

    @Inject
    FilledTenant.Maker maker;

    @TempDir
    static Path directory;

    private FilledTenant theirs;
    private FilledTenant ours;
    /** A third that never asks for what the others have: their words stand nowhere in its own trail. */
    private FilledTenant onlooker;

    @BeforeEach
    void tenants() throws Exception {
        if (theirs == null) {
            theirs = maker.filled("crossing-a", "wombat", directory);
            onlooker = maker.empty("crossing-c", "emu");
            ours = maker.empty("crossing-b", "yak");
            ours.send("PUT", "/channels", "{\"channels\":[\"dev\"]}").statusCode(200);
            ours.send("POST", "/sites", "{\"name\":\"yak-site\"}").statusCode(201);
            ours.send("POST", "/groups", "{\"name\":\"yak-group\"}").statusCode(201);
            ours.enrol(directory, "yak-device").close();
            ours.policy("""
                    apiVersion: muster.dev/v1
                    kind: Role
                    metadata: {name: yak-role}
                    spec:
                      permissions: [ohos.permission.CAMERA]
                    """).put("/api/v1/policy/documents").then().statusCode(200);
            ours.send("POST", "/policy/publish", "{}").statusCode(200);
        }
    }

    @AfterAll
    void close() {
        if (theirs != null) {
            theirs.close();
        }
    }

    @Test
    void whatAnotherTenantHasAnswersAsWhatNobodyHas() throws Exception {
        Map<String, Set<String>> before = theirs.rows(RESTLESS);
        SoftAssertions softly = new SoftAssertions();
        for (CrossingPaths.Operation operation : CrossingPaths.operations()) {
            if (!operation.path().contains("{")) {
                continue;
            }
            CrossingPaths.Part part = CrossingPaths.part(operation.path());
            String theirId = theirs.id(part.kind());

            Response known = CrossingPaths.call(ours, theirs, operation, theirId);
            Response unknown = CrossingPaths.call(ours, theirs, operation, part.nobody());

            if (!CrossingPaths.OWN_NAMES.contains(operation.key())) {
                softly.assertThat(known.statusCode())
                        .as("%s: %s", operation.key(), known.asString())
                        .isEqualTo(404);
            }
            softly.assertThat(known.statusCode()).as("%s", operation.key()).isEqualTo(unknown.statusCode());
            // Whose token it is stands in the path too.
            String told = known.asString().replace(theirId, "ID").replace(theirs.id("service-account"), "ID");
            if (!CrossingPaths.OWN_NAMES.contains(operation.key())) {
                softly.assertThat(told)
                        .as("%s", operation.key())
                        .isEqualTo(unknown.asString()
                                .replace(part.nobody(), "ID")
                                .replace(theirs.id("service-account"), "ID"));
            }
            softly.assertThat(told).as("%s", operation.key()).doesNotContain(theirs.word());
        }
        softly.assertAll();
        assertUntouched(before);
    }

    @Test
    void listsExportsAndSummariesShowNothingOfAnotherTenant() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        int found = 0;
        for (CrossingPaths.Operation operation : CrossingPaths.operations()) {
            if (!operation.method().equals("GET")
                    || operation.path().contains("{")
                    || operation.path().endsWith("/stream")) {
                continue;
            }
            for (String query : List.of("", "?limit=500&q=", "?format=cef", "?days=60")) {
                Response response = onlooker.admin().get("/api/v1" + operation.path() + query);
                noTrace(softly, operation.key() + query, response);
                softly.assertThat(response.asString())
                        .as(operation.key())
                        .doesNotContain(theirs.id().value());
                softly.assertThat(response.statusCode())
                        .as("%s%s", operation.key(), query)
                        .isNotEqualTo(500);
                found += response.statusCode() == 200 ? 1 : 0;
            }
        }
        softly.assertAll();
        assertThat(found).as("lists that answered").isGreaterThan(40);
    }

    @Test
    void ofTheSameListsTheirOwnAdministratorSeesSomething() throws Exception {
        // Without this the test above would pass for lists that are always empty.
        List<String> silent = new ArrayList<>();
        for (String path : List.of(
                "/sites",
                "/groups",
                "/devices",
                "/inventory",
                "/enrolment-tokens",
                "/policy/documents",
                "/policy/versions",
                "/policy/urgent",
                "/policy/capabilities",
                "/artifacts",
                "/artifacts/uploads",
                "/artifacts/gc",
                "/releases",
                "/channels",
                "/channels/history",
                "/rollouts",
                "/freezes",
                "/alerts",
                "/alert-rules",
                "/alert-silences",
                "/alert-channels",
                "/webhooks",
                "/role-bindings",
                "/service-accounts",
                "/audit",
                "/audit/export",
                "/settings",
                "/vendor-roots",
                "/commands",
                "/fleet")) {
            String body = theirs.get(path).statusCode(200).extract().asString();
            if (!body.contains(theirs.word())
                    && theirs.ids().entrySet().stream()
                            .noneMatch(id -> !id.getKey().equals("tenant") && body.contains(id.getValue()))) {
                silent.add(path);
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void filtersFindNothingOfAnotherTenant() {
        SoftAssertions softly = new SoftAssertions();
        for (String query : List.of(
                "id==wombat*",
                "name=='wombat name'",
                "site==wombat-site",
                "site=under=wombat-site",
                "group==wombat-group",
                "tag==wombat",
                "meta.k==wombat",
                "fact.os.api==12;id!=yak*",
                "id=in=(wombat-device,yak-device)",
                "(id==wombat-device,id==yak-device)",
                "serial==wombat-serial",
                "site!=''",
                "status==pending")) {
            for (String path : List.of("/devices", "/inventory", "/policy/compliance")) {
                Response response = ours.admin().queryParam("q", query).get("/api/v1" + path);
                String body = response.asString().replace(query, "");
                softly.assertThat(body).as("%s?q=%s", path, query).doesNotContain("wombat-", "wombat name");
            }
            Response preview = ours.admin()
                    .contentType(ContentType.JSON)
                    .body(Map.of("selector", query))
                    .post("/api/v1/settings/preview");
            if (preview.statusCode() == 200) {
                softly.assertThat(preview.jsonPath().getInt("devices"))
                        .as("preview of %s", query)
                        .isLessThanOrEqualTo(1);
            }
        }
        for (String typed : List.of("id==", "name==", "site==", "group==", "tag==", "meta.", "fact.", "serial==")) {
            Response response = ours.admin().queryParam("q", typed).get("/api/v1/devices/query/completions");
            softly.assertThat(response.statusCode()).as(typed).isEqualTo(200);
            noTrace(softly, "completions of " + typed, response);
        }
        for (String query :
                List.of("object=device/wombat-device", "object=device/*", "verb=device.*", "actor=crossing-a-admin")) {
            noTrace(softly, "audit " + query, ours.admin().get("/api/v1/audit/export?" + query), query);
            noTrace(softly, "audit " + query, ours.admin().get("/api/v1/audit?" + query), query);
        }
        for (String query : List.of("device=wombat-device", "bundle=com.wombat", "from=1&to=2", "from=live&to=2")) {
            for (String path : List.of("/policy/usage", "/policy/explain", "/policy/diff")) {
                Response response = ours.admin().get("/api/v1" + path + "?permission=ohos.permission.CAMERA&" + query);
                noTrace(softly, path + query, response, "wombat-device", "com.wombat");
            }
        }
        softly.assertAll();
    }

    @Test
    void aCursorOfAnotherTenantLeadsNowhere() {
        // Their lists have to have a second page.
        for (int i = 0; i < 2; i++) {
            theirs.upload(("another of wombat " + i).getBytes(StandardCharsets.UTF_8), "9" + i, 90 + i);
        }
        SoftAssertions softly = new SoftAssertions();
        int followed = 0;
        for (String path : List.of(
                "/devices",
                "/artifacts",
                "/releases",
                "/rollouts",
                "/rollouts/" + theirs.id("rollout") + "/devices",
                "/commands",
                "/audit",
                "/policy/versions",
                "/policy/compliance",
                "/channels/history",
                "/devices/wombat-device/events",
                "/devices/wombat-device/timeline",
                "/enrolment-tokens")) {
            JsonPath page =
                    theirs.get(path + "?limit=1").statusCode(200).extract().jsonPath();
            String cursor = page.getString("next");
            if (cursor != null) {
                followed++;
                Response response = onlooker.admin().get("/api/v1" + path + "?limit=500&cursor=" + cursor);
                noTrace(softly, path, response, "wombat-device");
                softly.assertThat(response.statusCode()).as(path).isIn(200, 400, 404);
            }
        }
        softly.assertAll();
        assertThat(followed).isGreaterThan(3);
    }

    @Test
    void bodiesThatNameWhatAnotherTenantHasAreRefusedAsThoseThatNameNothing() {
        Map<String, Set<String>> before = theirs.rows(RESTLESS);
        SoftAssertions softly = new SoftAssertions();
        Map<String, List<String>> bodies = new LinkedHashMap<>();
        bodies.put("POST /sites", List.of("{\"name\":\"yak-x\",\"parent\":\"%site\"}", "site"));
        bodies.put("PATCH /sites/yak-site", List.of("{\"gateway\":\"%device\"}", "device"));
        bodies.put("PATCH /devices/yak-device", List.of("{\"site\":\"%site\"}", "site"));
        bodies.put("POST /groups/yak-group/members", List.of("{\"add\":[\"%device\"]}", "device"));
        bodies.put("POST /groups", List.of("{\"name\":\"yak-y\",\"members\":[\"%device\"]}", "device"));
        bodies.put("POST /enrolment-tokens", List.of("{\"site\":\"%site\"}", "site"));
        bodies.put(
                "POST /releases",
                List.of("{\"name\":\"yak\",\"version\":\"1\",\"targets\":[{\"sha256\":\"%artifact\"}]}", "artifact"));
        bodies.put(
                "POST /rollouts",
                List.of(
                        "{\"name\":\"yak\",\"release\":\"%release\",\"selector\":\"\",\"waves\":[{\"percent\":100}]}",
                        "release"));
        bodies.put(
                "POST /rollouts/preview",
                List.of(
                        "{\"name\":\"yak\",\"release\":\"%release\",\"selector\":\"\",\"waves\":[{\"percent\":100}]}",
                        "release"));
        bodies.put("POST /policy/rollback", List.of("{\"version\":%policy-version}", "policy-version"));
        bodies.put("POST /commands", List.of("{\"kind\":\"refresh\",\"devices\":[\"%device\"]}", "device"));
        bodies.put(
                "POST /role-bindings",
                List.of(
                        "{\"kind\":\"service\",\"issuer\":\"muster\",\"subject\":\"%service-account\",\"role\":\"viewer\"}",
                        "service-account"));
        bodies.put(
                "POST /policy/evidence",
                List.of(
                        "{\"device\":\"%device\",\"bundle\":\"com.wombat\",\"permission\":\"ohos.permission.CAMERA\"}",
                        "device"));
        bodies.forEach((operation, body) -> {
            String[] words = operation.split(" ", 2);
            String kind = body.get(1);
            String nobody = CrossingPaths.PARTS.stream()
                    .filter(part -> part.kind().equals(kind))
                    .findFirst()
                    .orElseThrow()
                    .nobody();
            Response known = ours.send(words[0], words[1], body.get(0).replace("%" + kind, theirs.id(kind)))
                    .extract()
                    .response();
            Response unknown = ours.send(words[0], words[1], body.get(0).replace("%" + kind, nobody))
                    .extract()
                    .response();
            softly.assertThat(known.statusCode())
                    .as("%s: %s", operation, known.asString())
                    .isBetween(400, 409)
                    .isNotEqualTo(403);
            softly.assertThat(known.asString().replace(theirs.id(kind), "ID"))
                    .as(operation)
                    .isEqualTo(unknown.asString().replace(nobody, "ID"));
        });
        csv(softly);
        softly.assertAll();
        assertUntouched(before);
    }

    @Test
    void announcingAnUploadOfBytesThatAnotherTenantHasTellsNothingOfThem() throws Exception {
        Response known = ours.send(
                        "POST",
                        "/artifacts/uploads",
                        ("{\"kind\":\"image\",\"name\":\"yak\",\"version\":\"1\",\"hardware\":\"test-board\","
                                        + "\"releaseCounter\":1,\"length\":%d,\"sha256\":\"%s\"}")
                                .formatted(theirs.image().length, theirs.id("artifact")))
                .statusCode(201)
                .extract()
                .response();

        assertThat(known.jsonPath().getLong("received")).isZero();
        assertThat(known.jsonPath().getString("artifact")).isNullOrEmpty();
        ours.send("POST", "/artifacts/uploads/" + known.path("id") + "/finish", "{}")
                .statusCode(409);
        ours.get("/artifacts/" + theirs.id("artifact")).statusCode(404);
        ours.admin().delete("/api/v1/artifacts/uploads/" + known.path("id"));
    }

    @Test
    void theTrailOfATenantIsVerifiedAgainstItsOwnCheckpointOnly() {
        String checkpoint =
                theirs.get("/audit/checkpoint").statusCode(200).extract().asString();
        Response verified = ours.send("POST", "/audit/verify", "{\"checkpoint\":" + checkpoint + "}")
                .extract()
                .response();

        assertThat(verified.statusCode()).as(verified.asString()).isIn(200, 400, 409);
        assertThat(verified.asString()).doesNotContain("\"sound\":true").doesNotContain(theirs.word());
    }

    @Test
    void anApiTokenMeansItsOwnTenantWhateverTheHeaderSays() {
        String token = theirs.id("api-token-text");

        given().auth().oauth2(token).get("/api/v1/devices").then().statusCode(200);
        given().auth()
                .oauth2(token)
                .header(Guard.TENANT_HEADER, ours.id().value())
                .get("/api/v1/devices")
                .then()
                .statusCode(401);
        given().auth()
                .oauth2(token.replace("mst." + theirs.id(), "mst." + ours.id()))
                .get("/api/v1/devices")
                .then()
                .statusCode(401);
    }

    @Test
    void aTenantThatIsNotThereAnswersAsOneWithoutRights() {
        Response none = given().auth()
                .oauth2(ours.token())
                .header(Guard.TENANT_HEADER, "crossing-none")
                .get("/api/v1/devices");
        Response foreign = given().auth()
                .oauth2(ours.token())
                .header(Guard.TENANT_HEADER, theirs.id().value())
                .get("/api/v1/devices");

        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(foreign.asString().replace(theirs.id().value(), "ID"))
                .isEqualTo(none.asString().replace("crossing-none", "ID"));
    }

    private void csv(SoftAssertions softly) {
        RequestSpecification request = ours.admin()
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig().encodeContentTypeAs("text/csv", ContentType.TEXT)))
                .contentType("text/csv");
        Response imported = request.body("id,serial,site\nyak-csv,yak-csv-serial,wombat-site\n")
                .post("/api/v1/inventory");
        softly.assertThat(imported.statusCode()).as(imported.asString()).isEqualTo(400);
        softly.assertThat(imported.jsonPath().getString("code")).isEqualTo("import-invalid");
        // The hardware that waits there does not wait here.
        Response same = ours.admin()
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig().encodeContentTypeAs("text/csv", ContentType.TEXT)))
                .contentType("text/csv")
                .body("id,serial\nyak-csv,wombat-serial\n")
                .post("/api/v1/inventory");
        softly.assertThat(same.statusCode()).as(same.asString()).isEqualTo(200);
    }

    private void assertUntouched(Map<String, Set<String>> before) {
        Map<String, Set<String>> after = theirs.rows(RESTLESS);
        before.forEach((table, rows) -> assertThat(after.get(table)).as(table).isEqualTo(rows));
    }

    /** No word and no id of theirs stands in an answer, but for what was asked with. */
    private void noTrace(SoftAssertions softly, String what, Response response, String... asked) {
        String body = response.asString();
        for (String own : asked) {
            body = body.replace(own, "");
        }
        softly.assertThat(body).as(what).doesNotContain(theirs.word());
        for (Map.Entry<String, String> id : theirs.ids().entrySet()) {
            // A tenant's name stands in what was asked with, as part of a person's.
            if (id.getValue().length() > 3 && !id.getKey().equals("tenant")) {
                softly.assertThat(body).as("%s: their %s", what, id.getKey()).doesNotContain(id.getValue());
            }
        }
    }
}
