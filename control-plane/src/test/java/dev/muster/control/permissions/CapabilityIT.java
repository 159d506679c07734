package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.policy;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.MICROPHONE;
import static dev.muster.control.testing.PolicyDevices.SOON;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
import static dev.muster.control.testing.PolicyDevices.delete;
import static dev.muster.control.testing.PolicyDevices.grant;
import static dev.muster.control.testing.PolicyDevices.publishAtOnce;
import static dev.muster.control.testing.PolicyDevices.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetName;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights for single devices, seen from the devices; and policy tests that stand before publishing. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class CapabilityIT {
    private static final TargetName CAPABILITIES = new TargetName.Capabilities();

    @Inject
    PolicyDevices fleet;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(FleetDevice::close);
    }

    @Test
    void aCapabilityGoesToTheDeviceItNamesUntilItIsRevoked() throws Exception {
        FleetDevice named = enrol("cap-1");
        FleetDevice other = enrol("cap-2");
        put(grant("cap", "com.cap", CAMERA) + "---\n"
                + capability("cap-repair", "cap-1", now().plus(Duration.ofDays(1))));
        publishAtOnce("cap");

        awaitAnswer(named, "com.cap", MICROPHONE, Reason.NOT_IN_ROLE);
        awaitAnswer(other, "com.cap", MICROPHONE, Reason.NOT_IN_ROLE);
        CapabilityFile file = file(named);
        assertThat(file.ask(AppKey.of("com.cap"), MICROPHONE, file.context(moment())))
                .hasValueSatisfying(found -> assertThat(found.holds()).isTrue());
        assertThat(other.target(CAPABILITIES)).isEmpty();
        named.commit();
        await().atMost(SOON).untilAsserted(() -> get("/policy/capabilities")
                .body("items.find {it.name == 'cap-repair'}.state", equalTo("active"))
                .body("items.find {it.name == 'cap-repair'}.deviceBound", equalTo(true))
                .body("items.find {it.name == 'cap-repair'}.devices.ids", contains("cap-1"))
                .body("items.find {it.name == 'cap-repair'}.devicesHolding", equalTo(1)));

        postJson("/policy/capabilities/cap-repair/revoke", "{\"reason\":\"badge lost\"}")
                .statusCode(200)
                .body("kind", equalTo("revocation"));

        awaitAbsent(named);
        get("/policy/capabilities").body("items.find {it.name == 'cap-repair'}.state", equalTo("revoked"));
        get("/audit?object=policy/Capability/cap-repair").body("items.verb", hasItem("policy.revoke"));
        policy(capability("cap-repair", "cap-2", now().plus(Duration.ofDays(1))))
                .put("/api/v1/policy/documents")
                .then()
                .statusCode(409)
                .body("detail", containsString("another name"));
        publishAtOnce("cap");
        awaitAbsent(named);
        delete("Capability", "cap-repair");
    }

    @Test
    void aCapabilityLeavesTheDeviceWhenItEnds() throws Exception {
        FleetDevice device = enrol("cap-end");
        put(grant("cap-end", "com.cap", CAMERA) + "---\n" + capability("cap-short", "cap-end", now().plusSeconds(20)));
        publishAtOnce("cap");
        file(device);

        awaitAbsent(device);

        get("/policy/capabilities").body("items.find {it.name == 'cap-short'}.state", equalTo("ended"));
        delete("Capability", "cap-short");
    }

    @Test
    void aPolicyThatFailsItsOwnTestsIsPublishedByForceOnly() throws Exception {
        FleetDevice device = enrol("tested-1");
        put(grant("tested", "com.tested", CAMERA) + """
                ---
                apiVersion: muster.dev/v1
                kind: PolicyTest
                metadata: {name: tested}
                spec:
                  app: {bundle: com.tested, requested: [ohos.permission.CAMERA]}
                  at: 2030-09-04T08:00:00Z
                  expect:
                    - {permission: ohos.permission.CAMERA, answer: denied}
                """);

        postJson("/policy/publish", "{\"selector\":\"tag==cap\"}")
                .statusCode(409)
                .body("code", equalTo("policy-tests-failed"))
                .body("failures.name", contains("tested"))
                .body("failures[0].failures[0].permission", equalTo(CAMERA))
                .body("failures[0].failures[0].expected", startsWith("denied"))
                .body("failures[0].failures[0].found", equalTo("granted (role)"));
        policy("")
                .post("/api/v1/policy/validate")
                .then()
                .statusCode(200)
                .body("valid", equalTo(true))
                .body("tests.find {it.name == 'tested'}.passed", equalTo(false));
        device.refresh();
        assertThat(device.target(PolicyDevices.POLICY)).isEmpty();

        int version = postJson("/policy/publish", "{\"selector\":\"tag==cap\",\"force\":true}")
                .statusCode(200)
                .extract()
                .path("version");

        get("/audit?object=policy/" + version).body("items[0].detail.forcedOver", contains("tested"));
        delete("PolicyTest", "tested");
    }

    @Test
    void validationNamesMistakesInTheirPlaceAndStoresNothing() {
        policy("""
                        apiVersion: muster.dev/v1
                        kind: Binding
                        metadata: {name: invalid}
                        spec: {roles: [nobody-has-it], apps: all, devices: all}
                        """)
                .post("/api/v1/policy/validate")
                .then()
                .statusCode(200)
                .body("valid", equalTo(false))
                .body("errors", hasSize(1))
                .body("errors[0].source", equalTo("request"))
                .body("errors[0].line", equalTo(4))
                .body("errors[0].message", containsString("nobody-has-it"));
        get("/policy/documents/Binding/invalid").statusCode(404);
    }

    private FleetDevice enrol(String name) throws Exception {
        FleetDevice device = fleet.enrol(directory, name, "cap", app("com.cap"));
        devices.add(device);
        return device;
    }

    private static String capability(String name, String device, Instant end) {
        return """
                apiVersion: muster.dev/v1
                kind: Capability
                metadata: {name: %s}
                spec:
                  permissions: [ohos.permission.MICROPHONE]
                  apps: {bundles: [com.cap]}
                  devices: {ids: [%s]}
                  notAfter: %s
                """.formatted(name, device, end);
    }

    private static CapabilityFile file(FleetDevice device) throws Exception {
        byte[][] bytes = new byte[1][];
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(CAPABILITIES)).isPresent();
            var answer = device.fetch(
                    device.target(CAPABILITIES).orElseThrow().file().sha256());
            assertThat(answer.statusCode()).isEqualTo(200);
            bytes[0] = answer.body();
        });
        return CapabilityFile.read(
                ByteBuffer.wrap(bytes[0]), device.ref().device().value());
    }

    private static void awaitAbsent(FleetDevice device) {
        await().atMost(SOON).untilAsserted(() -> {
            var state = device.refresh();
            assertThat(device.target(CAPABILITIES)).isEmpty();
            assertThat(DirectorCustom.fromCustom(state.custom()).absent()).contains(CAPABILITIES);
        });
    }

    private static Situation moment() {
        return new Situation(
                now(), Optional.empty(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), Optional.empty());
    }

    private static Instant now() {
        return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
