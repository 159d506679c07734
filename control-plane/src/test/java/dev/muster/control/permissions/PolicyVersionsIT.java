package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.FleetApi.rollout;
import static dev.muster.control.testing.PolicyDevices.AT_ONCE;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.MICROPHONE;
import static dev.muster.control.testing.PolicyDevices.POLICY;
import static dev.muster.control.testing.PolicyDevices.SOON;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
import static dev.muster.control.testing.PolicyDevices.awaitRollout;
import static dev.muster.control.testing.PolicyDevices.delete;
import static dev.muster.control.testing.PolicyDevices.grant;
import static dev.muster.control.testing.PolicyDevices.open;
import static dev.muster.control.testing.PolicyDevices.publish;
import static dev.muster.control.testing.PolicyDevices.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.policy.decision.Reason;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetName;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions come, go back and are watched; looked at from the device that is told to hold them. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class PolicyVersionsIT {
    private static final TargetName SHADOW = new TargetName.PolicyShadow();

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
    void aNewerVersionSupersedesTheOneInFlightForMovedAndUnmovedDevicesAlike() throws Exception {
        FleetDevice moved = enrol("super-1", "super", "com.super");
        FleetDevice unmoved = enrol("super-2", "super", "com.super");
        put(grant("super", "com.super", CAMERA));
        String first = publish("super");
        awaitAnswer(moved, "com.super", CAMERA, Reason.ROLE);

        put(grant("super", "com.super", MICROPHONE));
        String second = publish("super");

        awaitRollout(first, "superseded");
        rollout(first).body("waves.waiting", contains(0, 0)).body("waves.superseded", contains(1, 1));
        awaitAnswer(moved, "com.super", MICROPHONE, Reason.ROLE);
        unmoved.refresh();
        assertThat(unmoved.target(POLICY))
                .as("its turn in the second one has not come")
                .isEmpty();
        moved.commit();
        awaitAnswer(unmoved, "com.super", MICROPHONE, Reason.ROLE);
        unmoved.commit();
        awaitRollout(second, "completed");
    }

    @Test
    void goingBackIsANewVersionWithTheDocumentsOfAnOlderOne() throws Exception {
        FleetDevice device = enrol("back-1", "back", "com.back");
        put(grant("back", "com.back", CAMERA));
        long good = PolicyDevices.publishAtOnce("back");
        awaitAnswer(device, "com.back", CAMERA, Reason.ROLE);
        put(grant("back", "com.back", MICROPHONE));
        long bad = PolicyDevices.publishAtOnce("back");
        awaitAnswer(device, "com.back", CAMERA, Reason.NOT_IN_ROLE);

        long back = postJson(
                        "/policy/rollback",
                        "{\"version\":" + good + ",\"comment\":\"oops\",\"selector\":\"tag==back\",\"waves\":" + AT_ONCE
                                + "}")
                .statusCode(200)
                .body("rollout", notNullValue())
                .extract()
                .jsonPath()
                .getLong("version");

        assertThat(back).isGreaterThan(bad);
        awaitAnswer(device, "com.back", CAMERA, Reason.ROLE);
        get("/policy/versions?limit=1")
                .body("items[0].version", equalTo((int) back))
                .body("items[0].kind", equalTo("live"))
                .body("items[0].rolledBackFrom", equalTo((int) good))
                .body("items[0].comment", equalTo("oops"));
        get("/policy/diff?from=" + good + "&to=" + back).statusCode(200).body("documents.size()", equalTo(0));
        get("/policy/diff?from=live&to=draft")
                .body("documents.name", contains("back"))
                .body("documents.change", contains("changed"))
                .body("documents[0].before", containsString(CAMERA))
                .body("documents[0].after", containsString(MICROPHONE));
        get("/policy/versions/" + bad)
                .body("yaml", containsString("name: back"))
                .body("items.name", hasItem("back"))
                .body("rolledBackFrom", nullValue());
        get("/audit?object=policy/" + back).body("items.verb", hasItem("policy.rollback"));
        postJson("/policy/rollback", "{\"version\":999999}").statusCode(404).body("code", equalTo("policy-not-found"));
    }

    @Test
    void aShadowVersionIsWatchedBesideTheOneThatDecides() throws Exception {
        FleetDevice device = enrol("watch-1", "watch", "com.watch");
        FleetDevice other = enrol("watch-2", "watch-not", "com.watch");
        put(grant("watch", "com.watch", CAMERA));
        PolicyDevices.publishAtOnce("watch");
        awaitAnswer(device, "com.watch", CAMERA, Reason.ROLE);
        String live = device.target(POLICY).orElseThrow().file().sha256();

        put(grant("watch", "com.watch", MICROPHONE));
        long shadow = postJson("/policy/publish", "{\"shadow\":true,\"selector\":\"tag==watch\"}")
                .statusCode(200)
                .body("rollout", nullValue())
                .extract()
                .jsonPath()
                .getLong("version");

        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(SHADOW)).isPresent();
        });
        assertThat(PolicyDevices.answer(open(device, SHADOW), "com.watch", MICROPHONE))
                .isEqualTo(Reason.ROLE);
        assertThat(device.target(POLICY).orElseThrow().file().sha256())
                .as("what decides")
                .isEqualTo(live);
        other.refresh();
        assertThat(other.target(SHADOW)).isEmpty();
        get("/policy/versions?limit=1")
                .body("items[0].version", equalTo((int) shadow))
                .body("items[0].kind", equalTo("shadow"));
        get("/policy/diff?from=live&to=" + shadow).body("documents.name", contains("watch"));

        admin().delete("/api/v1/policy/shadow").then().statusCode(204);

        await().atMost(SOON).untilAsserted(() -> {
            var state = device.refresh();
            assertThat(device.target(SHADOW)).isEmpty();
            assertThat(DirectorCustom.fromCustom(state.custom()).absent()).containsExactly(SHADOW);
        });
        admin().delete("/api/v1/policy/shadow").then().statusCode(404).body("code", equalTo("policy-not-found"));
        get("/audit?object=policy/" + shadow)
                .body("items.verb", hasItem("policy.publish-shadow"))
                .body("items.verb", hasItem("policy.end-shadow"));
    }

    @Test
    void whatWasNeverPublishedHasNoText() {
        get("/policy/versions/999999").statusCode(404).body("code", equalTo("policy-not-found"));
        get("/policy/diff?from=yesterday&to=draft").statusCode(400).body("detail", containsString("found `yesterday`"));
        get("/policy/schema").statusCode(200).body("$schema", notNullValue());
    }

    @Test
    void aDocumentThatOthersNeedIsRefusedWithTheirNames() {
        put(grant("wanted", "com.nobody", CAMERA));

        admin().delete("/api/v1/policy/documents/Role/wanted")
                .then()
                .statusCode(409)
                .body("neededBy", contains("Binding/wanted"))
                .body("detail", containsString("`Binding/wanted`"));

        delete("Binding", "wanted");
        delete("Role", "wanted");
    }

    private FleetDevice enrol(String name, String tag, String bundle) throws Exception {
        FleetDevice device = fleet.enrol(directory, name, tag, app(bundle));
        devices.add(device);
        return device;
    }
}
