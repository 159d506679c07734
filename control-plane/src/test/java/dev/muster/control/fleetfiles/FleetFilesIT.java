package dev.muster.control.fleetfiles;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A folder against the real server; every test has a tenant of its own, with three devices. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class FleetFilesIT {
    private static final String API = "/api/v1";
    private static final String HEAD = "apiVersion: muster.dev/v1\n";

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    private String tenant = "";

    @Test
    void aPlanSaysWhatWouldChangeOnHowManyDevicesAndChangesNothing() {
        tenant("ff-plan");

        post("ann", "plan", Folders.ALL)
                .statusCode(200)
                .body("applied", equalTo(false))
                .body("changes.action", not(hasItem(not(equalTo("create")))))
                .body("changes.size()", equalTo(9))
                .body("changes.find { it.name == 'cameras' }.devices", equalTo(2))
                .body("changes.find { it.name == 'cameras' }.file", equalTo("groups.yaml"))
                .body("changes.find { it.name == 'cameras' }.line", equalTo(3))
                .body("changes.find { it.name == 'hot-motor' }.devices", equalTo(2))
                .body("deliveries.kind", containsInAnyOrder("Settings", "Policy"))
                .body("deliveries.find { it.kind == 'Settings' }.changed", equalTo(3))
                .body("deliveries.find { it.kind == 'Policy' }.devices", equalTo(3));

        as("ann").get(API + "/sites").then().body("items", empty());
        as("ann").get(API + "/groups").then().body("items", empty());
        as("ann").get(API + "/policy/documents").then().body("items", empty());
        as("ann").get(API + "/policy/versions").then().body("items", empty());
        as("ann").get(API + "/settings").then().body("items", empty());
        as("ann").get(API + "/alert-rules").then().body("items", empty());
        as("ann").get(API + "/rollouts").then().body("items", empty());
    }

    @Test
    void theFleetBecomesWhatFilesSayAndTheSecondTimeNothingChanges() {
        tenant("ff-apply");
        String plan = post("ann", "plan", Folders.ALL).statusCode(200).extract().path("digest");

        Map<String, Object> body = body(Folders.ALL);
        body.put("expected", plan);
        body.put("comment", "from the test");
        post("ann", "apply", body)
                .statusCode(200)
                .body("applied", equalTo(true))
                .body("digest", equalTo(plan))
                .body("deliveries.find { it.kind == 'Settings' }.devices", equalTo(3));

        as("ann")
                .get(API + "/sites/pit")
                .then()
                .body("parent", equalTo("hill"))
                .body("timeZone", equalTo("Europe/Stockholm"))
                .body("own.window.days", contains("mon", "tue"));
        as("ann").get(API + "/groups/spares").then().body("members", equalTo(1));
        as("ann").get(API + "/policy/versions").then().body("items.comment", contains("from the test"));
        as("ann").get(API + "/settings").then().body("items.level", containsInAnyOrder("group", "tenant"));
        as("ann").get(API + "/alert-rules/hot-motor").then().body("yaml", equalTo(Folders.ALERTS));
        as("ann").get(API + "/rollouts").then().body("items.kind", containsInAnyOrder("policy", "settings"));
        as("ann")
                .get(API + "/audit?limit=200")
                .then()
                .body("items.verb", hasItems("site.create", "group.create", "policy.publish", "fleet-files.apply"));

        nothingToDo(Folders.ALL);
        post("ann", "apply", Folders.ALL)
                .statusCode(200)
                .body("changes", empty())
                .body("deliveries", empty());
        as("ann").get(API + "/policy/versions").then().body("items.size()", equalTo(1));
        as("ann").get(API + "/rollouts").then().body("items.size()", equalTo(2));
    }

    @Test
    void onlyWhatDiffersChangesAndIsShownBeforeAndAfter() {
        tenant("ff-change");
        post("ann", "apply", Folders.ALL).statusCode(200);
        // Else how many change depends on how far the worker has come.
        await("settings handed out").atMost(Duration.ofMinutes(1)).until(this::settingsOfAllAreHandedOut);
        Map<String, String> other = new HashMap<>(Folders.ALL);
        other.put("sites.yaml", Folders.SITES.replace(", uplinkKbps: 20000", ""));
        other.put("groups.yaml", Folders.GROUPS.replace("[ff-3]", "[ff-2, ff-1]"));
        other.put("settings.yaml", Folders.SETTINGS.replace("sampleSeconds: 30", "sampleSeconds: 60"));

        post("ann", "diff", other)
                .statusCode(200)
                .body("changes.name", contains("hill", "spares", "tenant"))
                .body("changes[0].fields[0].name", equalTo("uplinkKbps"))
                .body("changes[0].fields[0].before", equalTo("20000"))
                .body("changes[0].fields[0].after", nullValue())
                .body("changes[1].fields[0].after", equalTo("ff-1,ff-2"))
                .body("changes[2].fields[0].name", equalTo("agent.sampleSeconds"))
                .body("unchanged", equalTo(6));
        post("ann", "apply", other)
                .statusCode(200)
                .body("changes[1].devices", equalTo(2))
                .body("deliveries.kind", contains("Settings"))
                .body("deliveries[0].changed", equalTo(1)); // cameras have a value of their own

        as("ann").get(API + "/sites/hill").then().body("uplinkKbps", nullValue());
        nothingToDo(other);
    }

    @Test
    void aWrongFileIsNamedWithItsLineAndNothingChanges() {
        tenant("ff-wrong");

        refused(Map.of(
                        "good.yaml",
                        Folders.SITES,
                        "bad.yaml",
                        HEAD + "kind: Site\nmetadata: {name: shed}\nspec:\n  uplinkKbps: fast\n"))
                .body("errors[0].source", equalTo("bad.yaml"))
                .body("errors[0].line", equalTo(5))
                .body("errors[0].message", containsString("a number above 0 expected, found `fast`"));
        refused(Map.of(
                        "good.yaml",
                        Folders.SITES,
                        "bad.yaml",
                        HEAD + "kind: Site\nmetadata: {name: shed}\nspec: {parent: nowhere}\n"))
                .body("errors[0].source", equalTo("bad.yaml"))
                .body("errors[0].line", equalTo(3))
                .body("errors[0].message", equalTo("Site `shed`: no site `nowhere`"));
        refused(Map.of(
                        "good.yaml",
                        Folders.SITES,
                        "bad.yaml",
                        HEAD + "kind: Group\nmetadata: {name: odd}\nspec: {devices: tga==x}\n"))
                .body("errors[0].source", equalTo("bad.yaml"))
                .body("errors[0].message", containsString("tga"));
        refused(Map.of("mixed.yaml", Folders.SITES + "---\n" + Folders.POLICY.replace("[seeing]", "[sewing]")))
                .body("errors[0].source", equalTo("mixed.yaml"))
                .body("errors[0].line", equalTo(19))
                .body("errors[0].message", containsString("sewing"));
        refused(Map.of("mixed.yaml", Folders.SITES + "---\n" + Folders.ALERTS.replace("critical", "crucial")))
                .body("errors[0].source", equalTo("mixed.yaml"))
                .body("errors[0].line", equalTo(15))
                .body("errors[0].message", containsString("crucial"));
        refused(Map.of(
                        "s.yaml",
                        Folders.SITES + "---\n" + Folders.SETTINGS.replace("sampleSeconds: 5", "sampleSeconds: often")))
                .body("errors[0].source", equalTo("s.yaml"))
                .body("errors[0].message", containsString("agent.sampleSeconds"));
        refused(Map.of("twice.yaml", Folders.SITES + "---\n" + Folders.SITES)).body("errors.size()", equalTo(2));

        as("ann").get(API + "/sites").then().body("items", empty());
        as("ann").get(API + "/groups").then().body("items", empty());
    }

    @Test
    void whatChangedSinceThePlanIsNotAppliedOver() {
        tenant("ff-stale");
        post("ann", "apply", Folders.ALL).statusCode(200);
        Map<String, String> other = new HashMap<>(Folders.ALL);
        other.put("groups.yaml", Folders.GROUPS.replace("what sees", "what looks"));
        String plan = post("ann", "plan", other).statusCode(200).extract().path("digest");
        as("bob")
                .body(Map.of("description", "by hand"))
                .patch(API + "/groups/cameras")
                .then()
                .statusCode(200);

        Map<String, Object> body = body(other);
        body.put("expected", plan);
        post("ann", "apply", body).statusCode(412).body("code", equalTo("stale"));

        as("ann").get(API + "/groups/cameras").then().body("description", equalTo("by hand"));
    }

    @Test
    void whatIsInNoFileAnyMoreGoesByItsLabelAndNothingElseDoes() {
        tenant("ff-prune");
        as("ann").body(Map.of("name", "by-hand")).post(API + "/sites").then().statusCode(201);
        post("ann", "apply", labelled(Folders.ALL, "mine")).statusCode(200);
        Map<String, String> fewer = new HashMap<>(Folders.ALL);
        fewer.put("sites.yaml", Folders.SITES.substring(Folders.SITES.indexOf("---\n") + 4));
        fewer.remove("groups.yaml");
        fewer.put("settings.yaml", Folders.SETTINGS.substring(0, Folders.SETTINGS.indexOf("---")));
        fewer.put("policy.yaml", Folders.POLICY.substring(0, Folders.POLICY.indexOf("---")));

        post("ann", "apply", fewer).statusCode(200).body("changes", empty());
        post("ann", "diff", labelled(fewer, "mine"))
                .body(
                        "changes.findAll { it.action == 'delete' }.name",
                        containsInAnyOrder("cameras-see", "cameras", "group/cameras", "pit", "spares"));
        post("ann", "apply", labelled(fewer, "mine")).statusCode(200).body("deliveries.size()", equalTo(2));

        as("ann").get(API + "/sites").then().body("items.name", containsInAnyOrder("by-hand", "hill"));
        as("ann").get(API + "/groups").then().body("items", empty());
        as("ann").get(API + "/policy/documents").then().body("items.name", contains("seeing"));
        post("ann", "plan", labelled(fewer, "mine")).body("changes", empty()).body("deliveries", empty());
        as("ann")
                .get(API + "/fleet-files/managed?label=mine")
                .then()
                .body("items.name", containsInAnyOrder("hill", "seeing", "tenant", "hot-motor"));
    }

    @Test
    void twoLabelsDoNotShareAThingUnlessItIsTakenOver() {
        tenant("ff-labels");
        post("ann", "apply", labelled(Map.of("sites.yaml", Folders.SITES), "one"))
                .statusCode(200);

        post("ann", "apply", labelled(Map.of("sites.yaml", Folders.SITES), "two"))
                .statusCode(400)
                .body("errors[0].line", equalTo(3))
                .body("errors[0].message", containsString("`two` or none expected, found `one`"));
        Map<String, Object> over = labelled(Map.of("sites.yaml", Folders.SITES), "two");
        over.put("takeOver", true);
        post("ann", "apply", over).statusCode(200).body("labelled", equalTo(2));

        post("ann", "apply", labelled(Map.of("groups.yaml", Folders.GROUPS), "one"))
                .statusCode(200);
        as("ann").get(API + "/sites").then().body("items.size()", equalTo(2));
        post("ann", "apply", Map.of("files", List.of(), "prune", true))
                .statusCode(400)
                .body("detail", containsString("expected a `label` beside `prune`"));
    }

    @Test
    void eachKindAsksForItsOwnRoleAndWhoeverLacksOneChangesNothing() {
        tenant("ff-roles");

        post("vera", "diff", Folders.ALL).statusCode(200).body("changes.size()", equalTo(9));
        post("vera", "plan", Folders.ALL).statusCode(403);
        post("olga", "apply", Folders.ALL)
                .statusCode(403)
                .body("detail", containsString("expected the role `security-officer` for the whole fleet"));
        as("ann").get(API + "/sites").then().body("items", empty());

        post("olga", "apply", Map.of("sites.yaml", Folders.SITES)).statusCode(200);
        // Writing settings is an operator's, bringing them to devices a release manager's.
        post("olga", "apply", Map.of("settings.yaml", Folders.SETTINGS.substring(0, Folders.SETTINGS.indexOf("---"))))
                .statusCode(403)
                .body("detail", containsString("release-manager"));
        as("ann").get(API + "/settings").then().body("items", empty());
    }

    @Test
    void whatNeedsASecondPersonIsLeftAsARequestAndSaidSo() {
        tenant("ff-eyes");
        String freeze = HEAD + "kind: Freeze\nmetadata: {name: winter}\n"
                + "spec: {from: 2020-01-01T00:00:00Z, to: 2990-01-06T00:00:00Z, reason: nobody is there}\n";
        post("ann", "apply", Map.of("freeze.yaml", freeze)).statusCode(200).body("changes[0].devices", equalTo(3));
        as("ann")
                .body(Map.of("rollouts", true, "policies", true, "trust", false, "freezeOverrides", true))
                .put(API + "/four-eyes")
                .then()
                .statusCode(200);
        Map<String, String> files = Map.of(
                "freeze.yaml",
                freeze.replace("2990", "2980"),
                "policy.yaml",
                Folders.POLICY,
                "site.yaml",
                Folders.SITES);

        post("ann", "apply", files)
                .statusCode(200)
                .body("changes.find { it.name == 'winter' }.note", containsString("waits for a second person: request"))
                .body("deliveries[0].kind", equalTo("Policy"))
                .body("deliveries[0].waits", equalTo(true));

        as("ann").get(API + "/freezes").then().body("items[0].to", equalTo("2990-01-06T00:00:00Z"));
        as("ann").get(API + "/sites/pit").then().statusCode(200);
        // The same files again ask for nothing twice.
        post("ann", "apply", files)
                .statusCode(200)
                .body("changes.name", contains("winter"))
                .body("deliveries", empty());
        String request = as("ann")
                .get(API + "/four-eyes/requests")
                .then()
                .body("items.size()", equalTo(1))
                .extract()
                .path("items[0].id");
        as("carl")
                .post(API + "/four-eyes/requests/" + request + "/approve")
                .then()
                .statusCode(200);
        nothingToDo(files);
    }

    @Test
    void draftsOfOthersAreNotBroughtToDevicesAlong() {
        tenant("ff-draft");
        post(
                        "ann",
                        "apply",
                        Map.of("policy.yaml", Folders.POLICY, "s.yaml", Folders.SETTINGS, "g.yaml", Folders.GROUPS))
                .statusCode(200);
        as("bob")
                .body("{\"agent\":{\"sampleSeconds\":7}}")
                .put(API + "/settings/group/spares")
                .then()
                .statusCode(200);

        post("ann", "apply", Map.of("s.yaml", Folders.SETTINGS.replace("30", "31"), "g.yaml", Folders.GROUPS))
                .statusCode(409)
                .body("detail", containsString("group/spares"));

        as("ann").get(API + "/settings/tenant/ff-draft").then().body("document.agent.sampleSeconds", equalTo(30));
    }

    @Test
    void aRolloutIsMadeOnceUnderItsName() {
        tenant("ff-rollout");
        release("gone", "1.0");
        String rollout = HEAD + """
                kind: Rollout
                metadata: {name: gone-1.0}
                spec:
                  release: {name: gone, version: "1.0"}
                  devices: tag==camera
                  waves:
                    - {name: canary, count: 1, soak: PT1H}
                    - {percent: 100, successPercent: 90}
                  maxFailurePercent: 10
                  install: {mode: soft, window: {days: [sat], from: 22:00, to: 04:00}}
                """;
        refused(Map.of("r.yaml", rollout.replace("\"1.0\"", "9.9")))
                .body("errors[0].message", containsString("found none of name `gone` and version `9.9`"));
        refused(Map.of("r.yaml", rollout.replace("count: 1", "count: many")))
                .body("errors[0].message", containsString("count"));

        post("ann", "apply", Map.of("r.yaml", rollout))
                .statusCode(200)
                .body("changes[0].action", equalTo("create"))
                .body("changes[0].devices", equalTo(2));
        as("ann")
                .get(API + "/rollouts")
                .then()
                .body("items.name", contains("gone-1.0"))
                .body("items[0].waves.name", contains("canary", "wave 2"))
                .body("items[0].waves[0].soak", equalTo("PT1H"))
                .body("items[0].install.mode", equalTo("soft"));

        nothingToDo(Map.of("r.yaml", rollout));
        refused(Map.of("r.yaml", rollout.replace("tag==camera", "tag==crusher")))
                .body("errors[0].message", containsString("give the new one another name"));
    }

    @Test
    void receiversAreMadeWithoutTheirSecretsInFilesOrInPlans() {
        tenant("ff-hooks");
        String files = HEAD + """
                kind: AlertChannel
                metadata: {name: on-call}
                spec: {recipients: [a@example.org], severity: critical, resolved: false}
                ---
                apiVersion: muster.dev/v1
                kind: AlertChannel
                metadata: {name: chat}
                spec: {urlFrom: {env: CHAT}, sites: [pit]}
                ---
                apiVersion: muster.dev/v1
                kind: Webhook
                metadata: {name: erp}
                spec: {urlFrom: {env: ERP}, types: [rollout.started, device.*], devices: tag==camera}
                """;
        refused(Map.of("hooks.yaml", files))
                .body("errors.size()", equalTo(2))
                .body("errors[0].source", equalTo("hooks.yaml"))
                .body("errors[0].line", equalTo(8))
                .body("errors[0].message", containsString("a value of `CHAT` expected beside the files, found none"));
        Map<String, Object> body = labelled(Map.of("hooks.yaml", files), "hooks");
        body.put("values", Map.of("CHAT", "gopher://chat.example.org/s3cr3t", "ERP", "https://erp.example.org/"));
        post("ann", "apply", body)
                .statusCode(400)
                .body("errors[0].message", containsString("begins with `https://`"))
                .body(not(containsString("s3cr3t")));
        body.put(
                "values",
                Map.of("CHAT", "https://chat.example.org/s3cr3t", "ERP", "https://erp.example.org/?k=s3cr3t"));
        post("olga", "apply", body).statusCode(403).body("detail", containsString("role `admin`"));

        post("ann", "apply", body)
                .statusCode(200)
                .body("changes.name", containsInAnyOrder("on-call", "chat", "erp"))
                .body("changes.find { it.name == 'erp' }.devices", equalTo(2))
                .body(
                        "changes.find { it.name == 'erp' }.fields.find { it.name == 'url' }.after",
                        containsString("https://erp.example.org/... (sha256 "))
                .body(not(containsString("s3cr3t")));

        as("ann").get(API + "/alert-channels/chat").then().body("url", equalTo("https://chat.example.org/s3cr3t"));
        as("ann")
                .get(API + "/alert-channels/on-call")
                .then()
                .body("kind", equalTo("email"))
                .body("severity", equalTo("critical"))
                .body("resolved", equalTo(false));
        as("ann").get(API + "/webhooks/erp").then().body("types", contains("device.*", "rollout.started"));
        as("ann").get(API + "/audit?limit=200").then().body(not(containsString("s3cr3t")));
        // Whoever only looks needs no secret, but has to be one who may look at receivers.
        post("vera", "diff", Map.of("hooks.yaml", files))
                .statusCode(403)
                .body(
                        "detail",
                        containsString("role `operator` for the whole fleet to look at AlertChannel `on-call`"));
        post("olga", "diff", Map.of("hooks.yaml", files)).statusCode(200).body("changes", empty());
        post("ann", "plan", body).statusCode(200).body("changes", empty());

        as("ann")
                .body(Map.of("url", "https://erp.example.org/?k=oth3r"))
                .patch(API + "/webhooks/erp")
                .then()
                .statusCode(200);
        body.put(
                "files",
                body(Map.of("hooks.yaml", files.replace("critical", "warning"))).get("files"));
        post("olga", "diff", body)
                .body("changes.name", containsInAnyOrder("on-call", "erp"))
                .body("changes.find { it.name == 'erp' }.fields.name", contains("url", "secret"))
                .body(not(containsString("oth3r")));
        post("ann", "apply", body).statusCode(200);
        as("ann").get(API + "/webhooks/erp").then().body("url", equalTo("https://erp.example.org/?k=s3cr3t"));
        as("ann").get(API + "/alert-channels/on-call").then().body("severity", equalTo("warning"));

        body.put("files", List.of());
        post("ann", "apply", body).statusCode(200).body("changes.action", contains("delete", "delete", "delete"));
        as("ann").get(API + "/webhooks").then().body("items", empty());
        as("ann").get(API + "/alert-channels").then().body("items", empty());
    }

    @Test
    void theExampleOfTheDocumentationAppliesAndAppliesAgain() throws IOException {
        tenant("ff-example");
        release("gateway-os", "2.1.0");
        Map<String, String> files = example();
        assertThat(files).isNotEmpty();

        Map<String, Object> body = labelled(files, "fleet");
        body.put("values", Map.of("FLEET_CHAT_URL", "https://chat.example.org/hook/4711"));

        post("ann", "apply", body).statusCode(200).body("applied", equalTo(true));

        post("ann", "plan", body).statusCode(200).body("changes", empty()).body("deliveries", empty());
        whatIsExportedIsWhatIsThere();
    }

    private void whatIsExportedIsWhatIsThere() {
        ValidatableResponse exported =
                as("olga").get(API + "/fleet-files/export").then();
        exported.statusCode(200)
                .body(
                        "items.name",
                        hasItems(
                                "sites.yaml",
                                "groups.yaml",
                                "settings.yaml",
                                "freezes.yaml",
                                "alert-rules.yaml",
                                "alert-channels.yaml",
                                "webhooks.yaml",
                                "roles.yaml"))
                .body(not(containsString("4711")));
        post("olga", "diff", Map.of("files", exported.extract().path("items")))
                .statusCode(200)
                .body("changes", empty())
                .body("unchanged", greaterThan(10));
        // Whoever may not look at receivers gets the rest.
        as("vera")
                .get(API + "/fleet-files/export")
                .then()
                .statusCode(200)
                .body("items.name", hasItem("sites.yaml"))
                .body("items.name", not(hasItem("webhooks.yaml")));
    }

    private static Map<String, String> example() throws IOException {
        Path folder = Path.of("../docs/examples/fleet");
        Map<String, String> files = new HashMap<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(one -> one.toString().endsWith(".yaml"))
                    .filter(one -> !folder.relativize(one).toString().startsWith("."))
                    .toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }

    private void release(String name, String version) {
        as("ann")
                .body(Map.of("name", name, "version", version, "absent", List.of("app/com.example.gone")))
                .post(API + "/releases")
                .then()
                .statusCode(200);
    }

    private void nothingToDo(Map<String, String> files) {
        post("ann", "plan", files).statusCode(200).body("changes", empty()).body("deliveries", empty());
        post("ann", "diff", files).statusCode(200).body("changes", empty()).body("undelivered", empty());
    }

    private ValidatableResponse refused(Map<String, String> files) {
        return post("ann", "apply", files).statusCode(400).body("code", equalTo("fleet-files-invalid"));
    }

    private ValidatableResponse post(String who, String verb, Map<String, ?> filesOrBody) {
        Map<String, ?> body = filesOrBody.containsKey("files") ? filesOrBody : body(filesOrBody);
        return as(who).body(body).post(API + "/fleet-files/" + verb).then();
    }

    private static Map<String, Object> body(Map<String, ?> files) {
        List<Map<String, ?>> list = new ArrayList<>();
        files.forEach((name, text) -> list.add(Map.of("name", name, "text", text)));
        Map<String, Object> body = new HashMap<>();
        body.put("files", list);
        return body;
    }

    private static Map<String, Object> labelled(Map<String, String> files, String label) {
        Map<String, Object> body = body(files);
        body.put("label", label);
        body.put("prune", true);
        return body;
    }

    private RequestSpecification as(String subject) {
        return given().auth()
                .oauth2(Tokens.of(subject))
                .header(Guard.TENANT_HEADER, tenant)
                .contentType(ContentType.JSON);
    }

    private boolean settingsOfAllAreHandedOut() {
        return as("ann")
                .body(Map.of())
                .post(API + "/settings/preview")
                .then()
                .statusCode(200)
                .extract()
                .path("changedDevices")
                .equals(0);
    }

    private void tenant(String name) {
        tenant = name;
        transactions.run(new TenantId(name), handle -> {
            handle.execute("insert into tenant (tenant) values ('" + name + "') on conflict do nothing");
            for (int i = 1; i <= 3; i++) {
                handle.execute("insert into device (id, name, status, hardware) values ('ff-" + i
                        + "', 'x', 'active', 'board')");
            }
        });
        bind("ann", Role.ADMIN);
        bind("bob", Role.ADMIN);
        bind("carl", Role.APPROVER);
        bind("olga", Role.OPERATOR);
        bind("vera", Role.VIEWER);
        for (String device : List.of("ff-1", "ff-2")) {
            as("ann")
                    .body(Map.of("tags", List.of("camera")))
                    .patch(API + "/devices/" + device)
                    .then()
                    .statusCode(200);
        }
    }

    private void bind(String subject, Role role) {
        transactions.run(
                new TenantId(tenant),
                handle -> bindings.insert(
                        handle,
                        new RoleBinding(
                                UUID.randomUUID(),
                                RoleBinding.Kind.PERSON,
                                Tokens.ISSUER,
                                subject,
                                role,
                                Selector.ALL,
                                false),
                        "test"));
    }
}
