package dev.muster.control.explain;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PermissionFleet;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.trust.evidence.Check;
import dev.muster.trust.evidence.EvidenceVerifier;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.uptane.VerifiedTarget;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a device answers as it does, now and before, and the proof of it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ExplainIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final String EYE = "com.why.eye";
    private static final InstalledApp APP = PermissionFleet.app(EYE, CAMERA, MICROPHONE);

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    KafkaClients kafka;

    @Inject
    TenantTransactions transactions;

    @Inject
    HistoryKeeper keeper;

    @TempDir
    Path directory;

    private PermissionFleet fleet;

    @BeforeEach
    void open() {
        fleet = new PermissionFleet(server.port(), authority, kafka, directory, "why");
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void saysWhatAnsweredThenAndWhatAnswersNow() throws Exception {
        FleetDevice device = fleet.enrol("why-1");
        assertThat(device.manifest(APP).statusCode()).isEqualTo(204);
        fleet.bind("why", EYE, CAMERA);
        long first = fleet.publish();
        fleet.hold(device, first);
        Instant before = Clock.systemUTC().instant();

        explain("why-1", CAMERA, "")
                .body("granted", equalTo(true))
                .body("reason", equalTo("role"))
                .body("rules[0].kind", equalTo("Binding"))
                .body("rules[0].name", equalTo("why"))
                .body("rules[0].role", equalTo("why"))
                .body("level", equalTo("enforced-at-verify"))
                .body("levelSource", equalTo("predicted"))
                .body("source", equalTo("reported"))
                .body("drift", nullValue())
                .body("policyVersion", equalTo((int) first));

        PermissionFleet.put("""
                apiVersion: muster.dev/v1
                kind: GuardRail
                metadata: {name: why-no-camera}
                spec:
                  deny: [ohos.permission.CAMERA]
                  apps: {bundles: [com.why.eye]}
                """);
        long second = fleet.publish();
        VerifiedTarget held = fleet.hold(device, second);
        PermissionReport.Drift drift = PermissionFleet.drift(EYE, CAMERA, false, "observed-only", 1);
        assertThat(device.manifest(
                                PermissionFleet.says(second, held, PermissionFleet.OPENHARMONY, List.of(), drift), APP)
                        .statusCode())
                .isEqualTo(204);

        explain("why-1", CAMERA, "")
                .body("granted", equalTo(false))
                .body("reason", equalTo("guard-rail"))
                .body("rules[0].name", equalTo("why-no-camera"))
                .body("level", equalTo("observed-only"))
                .body("levelSource", equalTo("reported"))
                .body("levelText", containsString("policy denies; the OS still grants it: observed only"))
                .body("drift.actual", equalTo(true));
        explain("why-1", CAMERA, "&at=" + before)
                .body("granted", equalTo(true))
                .body("source", equalTo("history"))
                .body("policyVersion", equalTo((int) first));
        get("/policy/explain?device=why-1&bundle=" + EYE + "&permission=" + CAMERA + "&at=2020-01-01T00:00:00Z")
                .statusCode(404)
                .body("code", equalTo("history-not-found"))
                .body("detail", containsString("is known from"));
        get("/policy/explain?device=why-1&bundle=" + EYE + "&permission=" + CAMERA + "&at=2120-01-01T00:00:00Z")
                .statusCode(400);
        FleetApi.admin()
                .delete("/api/v1/policy/documents/GuardRail/why-no-camera")
                .then()
                .statusCode(204);
    }

    @Test
    void aDeviceThatNeverToldIsNotMadeToSaySomething() throws Exception {
        fleet.enrol("why-silent");

        explain("why-silent", CAMERA, "")
                .body("granted", equalTo(false))
                .body("reason", equalTo("no-policy"))
                .body("note", containsString("not told"));
        get("/policy/explain?device=why-silent&bundle=" + EYE + "&permission=" + CAMERA + "&at="
                        + Clock.systemUTC().instant())
                .statusCode(404)
                .body("detail", containsString("never told"));
    }

    @Test
    void evidenceIsCheckedWithoutAServerAndEveryChangeIsSeen() throws Exception {
        FleetDevice device = fleet.enrol("why-2");
        assertThat(device.manifest(APP).statusCode()).isEqualTo(204);
        fleet.bind("why", EYE, CAMERA);
        long version = fleet.publish();
        VerifiedTarget held = fleet.hold(device, version);
        device.manifest(PermissionFleet.says(version, held, PermissionFleet.LINUX, List.of()), APP);

        String file = post("/policy/evidence", Map.of("device", "why-2", "bundle", EYE, "permission", CAMERA))
                .statusCode(200)
                .extract()
                .asString();

        String publicKey =
                get("/policy/evidence/keys").statusCode(200).extract().path("items[0].publicKey");
        TrustKey key = TrustKey.of(TrustKey.ED25519, TrustKey.ED25519, publicKey);
        EvidenceVerifier.Result good = verify(file, key);
        assertThat(good.checks()).extracting(Check::outcome).containsOnly(Check.Outcome.GOOD);
        assertThat(good.checks())
                .extracting(Check::name)
                .contains(
                        "signature",
                        "document",
                        "bundle",
                        "manifest-signature",
                        "manifest-certificates",
                        "manifest-device",
                        "manifest-policy");
        assertThat(good.answer()).contains("granted: binding `why`");
        JsonObject statement = JsonObject.parse(payload(file));
        JsonObject predicate = statement.object("predicate");
        assertThat(predicate.object("bundle").string("sha256"))
                .isEqualTo(held.file().sha256());
        assertThat(predicate.object("policy").number("version")).isEqualTo(version);
        assertThat(predicate.object("metadata").object("director").optionalFlag("namesBundle"))
                .contains(true);
        assertThat(predicate.members().get("auditRows"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSizeGreaterThan(1);

        String forged =
                new String(payload(file), StandardCharsets.UTF_8).replace("\"granted\":true", "\"granted\":false");
        assertThat(bad(verify(
                        file.replace(base64(payload(file)), base64(forged.getBytes(StandardCharsets.UTF_8))), key)))
                .containsExactly("signature");
        get("/audit?object=device/why-2").body("items.verb", hasItem("policy.evidence"));
    }

    @Test
    void aConditionAndARightOfTheDeviceItselfAreTold() throws Exception {
        FleetDevice device = fleet.enrol("why-5");
        String bundle = "com.why.cond";
        device.manifest(PermissionFleet.app(bundle, CAMERA, MICROPHONE));
        PermissionFleet.put("""
                apiVersion: muster.dev/v1
                kind: Zone
                metadata: {name: why-pit}
                spec: {tags: [gate-7]}
                ---
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: why-cond}
                spec: {permissions: [ohos.permission.CAMERA]}
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: why-cond}
                spec:
                  roles: [why-cond]
                  apps: {bundles: [com.why.cond]}
                  devices: {tags: [why]}
                  when: "'why-pit' in zones"
                ---
                apiVersion: muster.dev/v1
                kind: Capability
                metadata: {name: why-mine}
                spec:
                  permissions: [ohos.permission.MICROPHONE]
                  apps: {bundles: [com.why.cond]}
                  devices: {ids: [why-5]}
                  notAfter: %s
                """.formatted(
                Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(86_400)));
        fleet.hold(device, fleet.publish());
        String question = "/policy/explain?device=why-5&bundle=" + bundle + "&permission=";

        get(question + CAMERA)
                .statusCode(200)
                .body("granted", equalTo(false))
                .body("reason", equalTo("condition"))
                .body("rules[0].name", equalTo("why-cond"))
                .body("condition.text", containsString("why-pit"))
                .body("condition.holds", nullValue())
                .body("condition.unknown[0]", equalTo("zone `why-pit`"));
        get(question + MICROPHONE)
                .statusCode(200)
                .body("granted", equalTo(true))
                .body("reason", equalTo("capability"))
                .body("rules[0].kind", equalTo("Capability"))
                .body("condition.holds", equalTo(true));
        get("/devices/why-5/permissions?bundle=" + bundle)
                .body("situation", nullValue())
                .body("note", containsString("what holds on the device is not known here"))
                .body("apps[0].permissions[0].conditional", equalTo(true))
                .body("apps[0].permissions[1].granted", equalTo(true));
    }

    @Test
    void whatTheDeviceToldOfItsSituationCountsFromThenOnAndForItsOwnPolicyOnly() throws Exception {
        FleetDevice device = fleet.enrol("why-6");
        String bundle = "com.why.place";
        device.manifest(PermissionFleet.app(bundle, CAMERA));
        fleet.bind("why-place", bundle, CAMERA);
        PermissionFleet.put("""
                apiVersion: muster.dev/v1
                kind: GuardRail
                metadata: {name: why-blast}
                spec: {deny: [ohos.permission.CAMERA], apps: {bundles: [com.why.place]}, when: "'blasting' in states"}
                """);
        String sha256 = fleet.hold(device, fleet.publish()).file().sha256();
        String question = "/policy/explain?device=why-6&bundle=" + bundle + "&permission=" + CAMERA;
        await().atMost(PermissionFleet.SOON).untilAsserted(() -> get(question).body("bundleSha256", equalTo(sha256)));
        get(question)
                .body("situation", nullValue())
                .body("granted", equalTo(true))
                .body("note", containsString("what held then is not known here"));
        Instant before = Clock.systemUTC().instant();

        device.event(new PermissionEvent.Situation("0".repeat(64), "", List.of("state/blasting")).at(before));
        device.event(new PermissionEvent.Situation(sha256, "", List.of("state/blasting"))
                .at(Clock.systemUTC().instant()));
        await().atMost(PermissionFleet.SOON).untilAsserted(() -> get(question)
                .body("situation.facts", contains("state/blasting"))
                .body("granted", equalTo(false))
                .body("reason", equalTo("guard-rail"))
                .body("condition.holds", equalTo(true))
                .body("note", nullValue()));
        get("/devices/why-6/permissions?bundle=" + bundle)
                .body("situation.facts", contains("state/blasting"))
                .body("note", nullValue())
                .body("apps[0].permissions[0].granted", equalTo(false));
        get(question + "&at=" + before)
                .body("situation", nullValue())
                .body("granted", equalTo(true))
                .body("note", containsString("what held then is not known here"));
        Instant during = Clock.systemUTC().instant();

        device.event(new PermissionEvent.Situation(sha256, "", List.of())
                .at(Clock.systemUTC().instant()));
        await().atMost(PermissionFleet.SOON)
                .untilAsserted(
                        () -> get(question).body("situation.facts", hasSize(0)).body("granted", equalTo(true)));
        get(question + "&at=" + during)
                .body("situation.facts", contains("state/blasting"))
                .body("granted", equalTo(false));
        // Taken back, so that the other tests' policies are theirs alone.
        FleetApi.admin()
                .delete("/api/v1/policy/documents/GuardRail/why-blast")
                .then()
                .statusCode(204);
    }

    @Test
    void nobodyElseLearnsThatTheDeviceExists() throws Exception {
        fleet.enrol("why-3");
        String question = "?device=why-3&bundle=" + EYE + "&permission=" + CAMERA;

        given().auth()
                .oauth2(Tokens.of("matrix-nobody"))
                .get("/api/v1/policy/explain" + question)
                .then()
                .statusCode(403);
        post("/policy/evidence", Map.of("device", "nowhere", "bundle", EYE, "permission", CAMERA))
                .statusCode(404)
                .body("code", equalTo("device-not-found"));
        post("/policy/evidence", Map.of("device", "why-3")).statusCode(400);
    }

    @Test
    void whatEndedLongAgoIsForgottenAndWhatHoldsIsNot() throws Exception {
        FleetDevice device = fleet.enrol("why-4");
        device.manifest(APP);
        fleet.bind("why", EYE, CAMERA);
        fleet.hold(device, fleet.publish());
        device.manifest(APP, PermissionFleet.app("com.why.more", CAMERA));
        fleet.hold(device, fleet.publish());
        transactions.run(
                TenantId.DEFAULT,
                handle -> handle.execute(
                        "update device_policy_history set "
                                + "from_at = from_at - interval '500 days', to_at = to_at - interval '500 days' where device = 'why-4'"));

        keeper.forget(TenantId.DEFAULT);

        List<Boolean> open = transactions.in(TenantId.DEFAULT, handle -> handle.createQuery(
                        "select to_at is null from device_policy_history where device = 'why-4'")
                .mapTo(Boolean.class)
                .list());
        assertThat(open).containsExactly(true);
    }

    private static io.restassured.response.ValidatableResponse explain(String device, String permission, String more) {
        return get("/policy/explain?device=" + device + "&bundle=" + EYE + "&permission=" + permission + more)
                .statusCode(200);
    }

    private static EvidenceVerifier.Result verify(String file, TrustKey key) {
        return EvidenceVerifier.verify(file.getBytes(StandardCharsets.UTF_8), Optional.of(key));
    }

    private static List<String> bad(EvidenceVerifier.Result result) {
        return result.checks().stream()
                .filter(check -> check.outcome() == Check.Outcome.BAD)
                .map(Check::name)
                .toList();
    }

    private static byte[] payload(String file) {
        return Base64.getDecoder()
                .decode(JsonObject.parse(file.getBytes(StandardCharsets.UTF_8)).string("payload"));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
