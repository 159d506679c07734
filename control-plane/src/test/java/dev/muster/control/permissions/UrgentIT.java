package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.MICROPHONE;
import static dev.muster.control.testing.PolicyDevices.POLICY;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
import static dev.muster.control.testing.PolicyDevices.awaitRollout;
import static dev.muster.control.testing.PolicyDevices.delete;
import static dev.muster.control.testing.PolicyDevices.denial;
import static dev.muster.control.testing.PolicyDevices.grant;
import static dev.muster.control.testing.PolicyDevices.publish;
import static dev.muster.control.testing.PolicyDevices.publishAtOnce;
import static dev.muster.control.testing.PolicyDevices.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.policy.decision.Reason;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guard rails that wait for no wave, seen from devices on different versions. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class UrgentIT {
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
    void aGuardRailEnforcedNowCountsOnEveryVersionInForceAndInTheMiddleOfARollout() throws Exception {
        FleetDevice old = enrol("urgent-old", "urgent-a", "com.urgent");
        FleetDevice canary = enrol("urgent-1", "urgent-b", "com.urgent");
        FleetDevice waiting = enrol("urgent-2", "urgent-b", "com.urgent");
        put(grant("urgent", "com.urgent", CAMERA));
        publishAtOnce("urgent-a");
        awaitAnswer(old, "com.urgent", CAMERA, Reason.ROLE);
        old.commit();
        put(grant("urgent-too", "com.urgent", MICROPHONE));
        String rollout = publish("urgent-b");
        awaitAnswer(canary, "com.urgent", MICROPHONE, Reason.ROLE);

        put(denial("urgent-stop", "com.urgent", CAMERA));
        postJson("/policy/guard-rails/urgent-stop/enforce-now", "{\"reason\":\"it leaks\"}")
                .statusCode(200)
                .body("kind", equalTo("guard-rail"))
                .body("absorbedBy", equalTo(null));

        assertThat(PolicyDevices.answer(
                        awaitAnswer(old, "com.urgent", CAMERA, Reason.GUARD_RAIL), "com.urgent", MICROPHONE))
                .as("the version stays what it was")
                .isEqualTo(Reason.NOT_IN_ROLE);
        assertThat(PolicyDevices.answer(
                        awaitAnswer(canary, "com.urgent", CAMERA, Reason.GUARD_RAIL), "com.urgent", MICROPHONE))
                .isEqualTo(Reason.ROLE);
        waiting.refresh();
        assertThat(waiting.target(POLICY)).as("its wave has not come").isEmpty();
        canary.commit();
        awaitAnswer(waiting, "com.urgent", CAMERA, Reason.GUARD_RAIL);
        waiting.commit();
        awaitRollout(rollout, "completed");
        get("/policy/urgent")
                .body("items.name", hasItem("urgent-stop"))
                .body("items.find {it.name == 'urgent-stop'}.byName", equalTo("root"));

        admin().delete("/api/v1/policy/guard-rails/urgent-stop/enforce-now")
                .then()
                .statusCode(204);

        awaitAnswer(old, "com.urgent", CAMERA, Reason.ROLE);
        awaitAnswer(canary, "com.urgent", CAMERA, Reason.ROLE);
        get("/policy/urgent").body("items.name", not(hasItem("urgent-stop")));
        get("/audit?object=policy/GuardRail/urgent-stop")
                .body("items.verb", hasItems("policy.enforce-now", "policy.withdraw"));
        delete("GuardRail", "urgent-stop");
    }

    @Test
    void theNextVersionThatContainsTheGuardRailAbsorbsIt() throws Exception {
        FleetDevice behind = enrol("absorb-1", "absorb-a", "com.absorb");
        FleetDevice ahead = enrol("absorb-2", "absorb-b", "com.absorb");
        put(grant("absorb", "com.absorb", CAMERA));
        publishAtOnce("absorb-a");
        awaitAnswer(behind, "com.absorb", CAMERA, Reason.ROLE);
        put(denial("absorb-stop", "com.absorb", CAMERA));
        postJson("/policy/guard-rails/absorb-stop/enforce-now", "{}").statusCode(200);
        awaitAnswer(behind, "com.absorb", CAMERA, Reason.GUARD_RAIL);

        long absorbing = publishAtOnce("absorb-b");

        awaitAnswer(ahead, "com.absorb", CAMERA, Reason.GUARD_RAIL);
        get("/policy/urgent").body("items.find {it.name == 'absorb-stop'}.absorbedBy", equalTo((int) absorbing));
        delete("GuardRail", "absorb-stop");
        publishAtOnce("absorb-b");
        awaitAnswer(ahead, "com.absorb", CAMERA, Reason.ROLE);
        behind.refresh();
        assertThat(PolicyDevices.answer(PolicyDevices.open(behind, POLICY), "com.absorb", CAMERA))
                .as("a device before the absorbing version still needs it on top")
                .isEqualTo(Reason.GUARD_RAIL);
        admin().delete("/api/v1/policy/guard-rails/absorb-stop/enforce-now")
                .then()
                .statusCode(204);
        awaitAnswer(behind, "com.absorb", CAMERA, Reason.ROLE);
    }

    @Test
    void onlyAGuardRailOfTheDraftCanBeEnforced() {
        postJson("/policy/guard-rails/nobody/enforce-now", "{}")
                .statusCode(404)
                .body("code", equalTo("policy-not-found"));
        admin().delete("/api/v1/policy/guard-rails/nobody/enforce-now").then().statusCode(404);
        postJson("/policy/capabilities/nobody/revoke", "{}").statusCode(404);
    }

    private FleetDevice enrol(String name, String tag, String bundle) throws Exception {
        FleetDevice device = fleet.enrol(directory, name, tag, app(bundle));
        devices.add(device);
        return device;
    }
}
