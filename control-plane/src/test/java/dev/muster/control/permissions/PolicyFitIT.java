package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.policy;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
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
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy that no bundle has room for is refused before it reaches a device, and one device alone stops no other. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class PolicyFitIT {
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
    void aPolicyWithMoreFactsThanABundleHoldsIsRefusedWithPlaceAndNumber() throws Exception {
        enrol("fit-1", "fit", "com.fit");
        enrol("fit-2", "fit", "com.fit");
        enrol("fit-3", "fit", "com.other");
        String many = bindings("fit", "com.fit", 70);

        policy(many)
                .post("/api/v1/policy/validate")
                .then()
                .statusCode(200)
                .body("valid", equalTo(false))
                .body("errors", hasSize(1))
                .body("errors[0].source", equalTo("policy"))
                .body("errors[0].message", startsWith("bundle: at most 64 different zones"))
                .body("errors[0].message", containsString("found 70; cannot be made for 2 devices"));
        impactOf(many).statusCode(422).body("code", equalTo("policy-too-large"));
        put(many);
        get("/policy/diff")
                .statusCode(200)
                .body("problems[0].source", equalTo("policy"))
                .body("problems[0].message", containsString("found 70"));
        postJson("/policy/publish", "{\"selector\":\"tag==fit\"}")
                .statusCode(422)
                .body("code", equalTo("policy-too-large"))
                .body("detail", containsString("found 70; cannot be made for 2 devices"))
                .body("errors", hasSize(1));

        for (int i = 64; i < 70; i++) {
            PolicyDevices.delete("Binding", "fit-" + i);
        }
        get("/policy/diff").body("problems", hasSize(0));
        publishAtOnce("fit");
        remove("fit", 64);
    }

    @Test
    void anUrgentChangeThatDoesNotFitOnOneDeviceReachesAllOthers() throws Exception {
        FleetDevice full = enrol("full-1", "full", "com.full");
        FleetDevice before = enrol("full-0", "full", "com.roomy");
        FleetDevice behind = enrol("full-2", "full", "com.roomy");
        put(grant("full", "com.roomy", CAMERA));
        put(bindings("full", "com.full", 60));
        publishAtOnce("full");
        awaitAnswer(before, "com.roomy", CAMERA, Reason.ROLE);
        awaitAnswer(behind, "com.roomy", CAMERA, Reason.ROLE);
        awaitAnswer(full, "com.full", CAMERA, Reason.CONDITION);
        String any =
                IntStream.range(0, 6).mapToObj(i -> "'u" + i + "' in states").collect(Collectors.joining(" || "));
        // Of one fact more than is left, and one that holds wherever the fact is not told.
        put("""
                apiVersion: muster.dev/v1
                kind: GuardRail
                metadata: {name: full-now}
                spec: {deny: [ohos.permission.CAMERA], apps: {bundles: [com.roomy, com.full]}, when: "!(%s)"}
                """.formatted(any));

        postJson("/policy/guard-rails/full-now/enforce-now", "{\"reason\":\"test\"}")
                .statusCode(200)
                .body("doesNotFit", contains(containsString("at most 64")))
                .body("doesNotFit", contains(containsString("cannot be made for 1 device")));

        awaitDenied(before);
        awaitDenied(behind);
        await().atMost(PolicyDevices.SOON).untilAsserted(() -> get("/policy/urgent")
                .body("items.find { it.name == 'full-now' }.pending", equalTo(1)));
        awaitAnswer(full, "com.full", CAMERA, Reason.CONDITION);
        admin().delete("/api/v1/policy/guard-rails/full-now/enforce-now").then().statusCode(204);
        await().atMost(PolicyDevices.SOON)
                .untilAsserted(() -> get("/policy/urgent").body("items.name", not(hasItem("full-now"))));
        PolicyDevices.delete("GuardRail", "full-now");
        remove("full", 60);
    }

    /** At a moment of which the time is known: then no state holds. */
    private static void awaitDenied(FleetDevice device) {
        await().atMost(PolicyDevices.SOON).untilAsserted(() -> {
            device.refresh();
            Bundle bundle = PolicyDevices.open(device, PolicyDevices.POLICY);
            long decision = bundle.verify(
                    bundle.row(AppKey.of("com.roomy")),
                    bundle.permission(CAMERA),
                    LeaseState.HOLDS,
                    bundle.context(Situation.at(Clock.systemUTC().instant())));
            assertThat(Decision.reason(decision)).isEqualTo(Reason.GUARD_RAIL);
        });
    }

    private static ValidatableResponse impactOf(String yaml) {
        return post("/policy/impact", Map.of("yaml", yaml));
    }

    private FleetDevice enrol(String name, String tag, String bundle) throws Exception {
        FleetDevice device = fleet.enrol(directory, name, tag, app(bundle));
        devices.add(device);
        return device;
    }

    /** Bindings of one role to one app, each while another state is told. */
    private static String bindings(String role, String bundle, int count) {
        return "apiVersion: muster.dev/v1\nkind: Role\nmetadata: {name: %s}\nspec: {permissions: [%s]}\n"
                        .formatted(role, CAMERA)
                + IntStream.range(0, count)
                        .mapToObj(i -> """
                                ---
                                apiVersion: muster.dev/v1
                                kind: Binding
                                metadata: {name: %1$s-%2$d}
                                spec:
                                  roles: [%1$s]
                                  apps: {bundles: [%3$s]}
                                  devices: all
                                  when: "'%1$s%2$d' in states"
                                """.formatted(role, i, bundle))
                        .collect(Collectors.joining());
    }

    private static void remove(String name, int count) {
        for (int i = 0; i < count; i++) {
            PolicyDevices.delete("Binding", name + "-" + i);
        }
    }
}
