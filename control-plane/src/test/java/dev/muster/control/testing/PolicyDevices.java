package dev.muster.control.testing;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.Lease;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.trust.uptane.VerifiedTarget;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Devices that hold policies, for tests: what counts is what the bytes answer that a device was told to hold. */
@Singleton
public class PolicyDevices {
    public static final Duration SOON = Duration.ofSeconds(60);
    public static final String CAMERA = "ohos.permission.CAMERA";
    public static final String MICROPHONE = "ohos.permission.MICROPHONE";
    public static final TargetName POLICY = new TargetName.Policy();
    /** One wave for all. */
    public static final String AT_ONCE = "[{\"name\":\"all\",\"percent\":100}]";

    private final DeviceServer server;
    private final CertificateAuthority authority;
    private final KafkaClients kafka;

    PolicyDevices(DeviceServer server, CertificateAuthority authority, KafkaClients kafka) {
        this.server = server;
        this.authority = authority;
        this.kafka = kafka;
    }

    /** A new device with a tag, which keeps its metadata below {@code directory} and has told no apps yet. */
    public FleetDevice enrolWithoutManifest(Path directory, String name, String tag) throws Exception {
        TestDevice device = new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
        assertThat(device.enrol(FleetApi.enrolmentToken(tag), name).statusCode())
                .isEqualTo(200);
        return new FleetDevice(device, kafka, directory.resolve(name));
    }

    /** The same with its apps. */
    public FleetDevice enrol(Path directory, String name, String tag, InstalledApp... apps) throws Exception {
        FleetDevice device = enrolWithoutManifest(directory, name, tag);
        assertThat(device.manifest(apps).statusCode()).isEqualTo(204);
        return device;
    }

    /** An app that asks for camera and microphone. */
    public static InstalledApp app(String bundle) {
        return new InstalledApp(bundle, 1, "1.0", Optional.empty(), "normal", List.of(CAMERA, MICROPHONE));
    }

    /** A role, and a binding of the same name that gives it to one app. */
    public static String grant(String name, String bundle, String permission) {
        return """
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: %1$s}
                spec:
                  permissions: [%3$s]
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: %1$s}
                spec:
                  roles: [%1$s]
                  apps: {bundles: [%2$s]}
                  devices: all
                """.formatted(name, bundle, permission);
    }

    /** A guard rail that denies one app a permission. */
    public static String denial(String name, String bundle, String permission) {
        return """
                apiVersion: muster.dev/v1
                kind: GuardRail
                metadata: {name: %s}
                spec:
                  deny: [%s]
                  apps: {bundles: [%s]}
                """.formatted(name, permission, bundle);
    }

    /** Writes documents. */
    public static void put(String yaml) {
        FleetApi.policy(yaml).put("/api/v1/policy/documents").then().statusCode(200);
    }

    /** Takes a document out of the draft. */
    public static void delete(String kind, String name) {
        FleetApi.admin()
                .delete("/api/v1/policy/documents/" + kind + "/" + name)
                .then()
                .statusCode(204);
    }

    /** Publishes to the devices with a tag in the usual waves, and returns the rollout. */
    public static String publish(String tag) {
        return postJson("/policy/publish", "{\"comment\":\"test\",\"selector\":\"tag==" + tag + "\"}")
                .statusCode(200)
                .extract()
                .path("rollout");
    }

    /** Publishes to all devices with a tag at once, and returns the version. */
    public static long publishAtOnce(String tag) {
        return postJson("/policy/publish", "{\"selector\":\"tag==" + tag + "\",\"waves\":" + AT_ONCE + "}")
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("version");
    }

    /** Waits until a rollout is in a state. */
    public static void awaitRollout(String id, String state) {
        await().atMost(SOON)
                .untilAsserted(() -> get("/rollouts/" + id).statusCode(200).body("state", equalTo(state)));
    }

    /** Waits until the policy that the device is told to hold answers a question so. */
    public static Bundle awaitAnswer(FleetDevice device, String bundle, String permission, Reason reason) {
        return awaitBundle(
                device, opened -> assertThat(answer(opened, bundle, permission)).isEqualTo(reason));
    }

    private static Bundle awaitBundle(FleetDevice device, java.util.function.Consumer<Bundle> check) {
        Bundle[] last = new Bundle[1];
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(POLICY)).isPresent();
            Bundle bundle = open(device, POLICY);
            check.accept(bundle);
            last[0] = bundle;
        });
        return last[0];
    }

    /** The bundle behind a target of the device, as verified last. */
    public static Bundle open(FleetDevice device, TargetName name) {
        VerifiedTarget target = device.target(name).orElseThrow();
        try {
            var answer = device.fetch(target.file().sha256());
            // What the device must be may have changed since it was verified; it then may not have the old bytes.
            assertThat(answer.statusCode()).isEqualTo(200);
            return BundleLoader.open(
                    answer.body(),
                    new dev.muster.policy.bundle.VerifiedTarget(
                            target.file().length(), target.file().sha256(), Lease.DEFAULT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What a bundle answers about an app of the first user, when nothing is known about the moment. */
    public static Reason answer(Bundle bundle, String app, String permission) {
        return Decision.reason(bundle.verify(
                bundle.row(AppKey.of(app)), bundle.permission(permission), LeaseState.HOLDS, DecisionContext.NONE));
    }
}
