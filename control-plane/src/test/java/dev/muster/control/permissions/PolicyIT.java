package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.FleetApi.rollout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.trust.uptane.VerifiedTarget;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy from YAML to the bundle that answers on a device. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class PolicyIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final TargetName POLICY = new TargetName.Policy();
    private static final InstalledApp EYE =
            new InstalledApp("com.example.eye", 1, "1.0", Optional.empty(), "normal", List.of(CAMERA, MICROPHONE));
    private static final InstalledApp EAR =
            new InstalledApp("com.example.ear", 1, "1.0", Optional.empty(), "normal", List.of(CAMERA, MICROPHONE));

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    KafkaClients kafka;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(FleetDevice::close);
    }

    @Test
    void aPublishedPolicyEndsInBundlesThatAnswer() throws Exception {
        FleetDevice first = enrol("eye-1");
        FleetDevice second = enrol("eye-2");
        assertThat(first.manifest(EYE).statusCode()).isEqualTo(204);
        assertThat(second.manifest(EYE).statusCode()).isEqualTo(204);
        put("""
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: camera-user}
                spec:
                  permissions: [ohos.permission.CAMERA]
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: eyes}
                spec:
                  roles: [camera-user]
                  apps: {bundles: [com.example.*]}
                  devices: all
                """);

        String rollout = publish("eye");

        VerifiedTarget canaryTarget = awaitPolicy(first, 0);
        second.refresh();
        assertThat(second.target(POLICY)).isEmpty();
        Bundle bundle = bundle(first, canaryTarget);
        assertThat(answer(bundle, "com.example.eye", CAMERA)).isEqualTo(Reason.ROLE);
        assertThat(answer(bundle, "com.example.eye", MICROPHONE)).isEqualTo(Reason.NOT_IN_ROLE);
        first.commit();
        VerifiedTarget follower = awaitPolicy(second, 0);
        assertThat(follower.file().sha256())
                .as("equal devices share bytes")
                .isEqualTo(canaryTarget.file().sha256());
        second.commit();
        await().atMost(SOON)
                .untilAsserted(() ->
                        rollout(rollout).body("state", equalTo("completed")).body("kind", equalTo("policy")));

        get("/policy/explain?device=eye-1&bundle=com.example.eye&permission=" + CAMERA)
                .statusCode(200)
                .body("granted", equalTo(true))
                .body("reason", equalTo("role"))
                .body("enforcement", equalTo("enforced-at-verify"));
        get("/policy/explain?device=eye-1&bundle=com.example.eye&permission=" + MICROPHONE)
                .statusCode(200)
                .body("granted", equalTo(false))
                .body("reason", equalTo("not-in-role"));

        long before = first.generation();
        assertThat(first.manifest(EYE, EAR).statusCode()).isEqualTo(204);
        Bundle grown = bundle(first, awaitPolicy(first, before));
        assertThat(answer(grown, "com.example.ear", CAMERA)).isEqualTo(Reason.ROLE);
        get("/policy/versions").statusCode(200).body("items.rollout", hasItem(rollout));

        FleetDevice newcomer = enrol("eye-3");
        assertThat(newcomer.manifest(EYE).statusCode()).isEqualTo(204);
        assertThat(awaitPolicy(newcomer, 0).file().sha256())
                .isEqualTo(canaryTarget.file().sha256());
    }

    @Test
    void mistakesAreToldWithTheirPlaceAndChangeNothing() {
        FleetApi.policy("""
                        apiVersion: muster.dev/v1
                        kind: Role
                        metadata: {name: wrong}
                        spec:
                          permissions: [ohos.permission.CAMRA]
                        """)
                .put("/api/v1/policy/documents")
                .then()
                .statusCode(400)
                .body("code", equalTo("policy-invalid"))
                .body("errors[0].line", equalTo(5))
                .body("errors[0].message", containsString("CAMRA"));
        get("/policy/documents/Role/wrong").statusCode(404).body("code", equalTo("policy-not-found"));
    }

    @Test
    void aDocumentThatIsNeededStays() {
        put("""
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: needed}
                spec:
                  permissions: [ohos.permission.CAMERA]
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: needs-it}
                spec:
                  roles: [needed]
                  apps: {bundles: [com.nobody]}
                  devices: all
                """);

        admin().delete("/api/v1/policy/documents/Role/needed")
                .then()
                .statusCode(409)
                .body("detail", containsString("needed"));
        admin().delete("/api/v1/policy/documents/Binding/needs-it").then().statusCode(204);
        admin().delete("/api/v1/policy/documents/Role/needed").then().statusCode(204);
    }

    @Test
    void aManifestOfAnotherDeviceIsRefused() throws Exception {
        FleetDevice liar = enrol("liar");

        assertThat(liar.manifestOf(DeviceRef.of("default", "somebody")).statusCode())
                .isEqualTo(400);
        get("/devices/liar/manifest").statusCode(204);
    }

    private FleetDevice enrol(String name) throws Exception {
        TestDevice device = new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
        assertThat(device.enrol(FleetApi.enrolmentToken("eye"), name).statusCode())
                .isEqualTo(200);
        FleetDevice enrolled = new FleetDevice(device, kafka, directory.resolve(name));
        devices.add(enrolled);
        return enrolled;
    }

    private static void put(String yaml) {
        FleetApi.policy(yaml)
                .put("/api/v1/policy/documents")
                .then()
                .statusCode(200)
                .body("items[0].changed", equalTo(true));
    }

    private static String publish(String tag) {
        return postJson("/policy/publish", "{\"comment\":\"test\",\"selector\":\"tag==" + tag + "\"}")
                .statusCode(200)
                .extract()
                .path("rollout");
    }

    private static VerifiedTarget awaitPolicy(FleetDevice device, long after) {
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.generation()).isGreaterThan(after);
            assertThat(device.target(POLICY)).isPresent();
        });
        return device.target(POLICY).orElseThrow();
    }

    private static Bundle bundle(FleetDevice device, VerifiedTarget target) throws Exception {
        byte[] bytes = device.fetch(target.file().sha256()).body();
        return BundleLoader.open(
                bytes,
                new dev.muster.policy.bundle.VerifiedTarget(
                        target.file().length(), target.file().sha256(), Lease.DEFAULT));
    }

    private static Reason answer(Bundle bundle, String app, String permission) {
        long decision = bundle.verify(
                bundle.row(AppKey.of(app)), bundle.permission(permission), LeaseState.HOLDS, DecisionContext.NONE);
        return Decision.reason(decision);
    }
}
