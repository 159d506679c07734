package dev.muster.control.quotas;

import static dev.muster.control.testing.FleetApi.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.Servers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants within their limits, alone and in a rush. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@SuppressWarnings("NullAway.Init")
class QuotasIT {
    private static final int AT_ONCE = 8;

    @Inject
    FilledTenant.Maker maker;

    @TempDir
    Path directory;

    @Test
    void theLimitIsNamedWithWhatIsUsedAndWhoCanRaiseIt() {
        FilledTenant tenant = limited("quota-named", "{\"serviceAccounts\":1}");
        account(tenant, "one").statusCode(201);

        account(tenant, "two")
                .statusCode(409)
                .body("code", equalTo("quota-exceeded"))
                .body("quota", equalTo("serviceAccounts"))
                .body("limit", equalTo(1))
                .body("detail", containsString("administrator of tenant `default`"));

        tenant.get("/service-accounts").body("items.name", equalTo(List.of("one")));
        tenant.get("/audit?verb=service-account.create").body("items.size()", equalTo(1));
        tenant.get("/tenants/quota-named")
                .body("quotas.serviceAccounts.used", equalTo(1))
                .body("quotas.serviceAccounts.limit", equalTo(1));
        limits("quota-named", "{\"serviceAccounts\":2}");
        account(tenant, "two").statusCode(201);
        // What was taken away makes room; no limit of its own: as the installation says, and that says nothing.
        tenant.admin().delete("/api/v1/service-accounts/one").then().statusCode(204);
        account(tenant, "three").statusCode(201);
        limits("quota-named", "{\"serviceAccounts\":null}");
        account(tenant, "four").statusCode(201);
    }

    @Test
    void ofManyRequestsAtOnceOnlySoManyPassAsThereIsRoom() throws Exception {
        FilledTenant tenant = limited("quota-rush", "{\"serviceAccounts\":3,\"enrolmentTokens\":3}");

        assertThat(atOnce(i -> account(tenant, "rush-" + i).extract().statusCode()))
                .containsExactlyInAnyOrder(201, 201, 201, 409, 409, 409, 409, 409);
        assertThat(atOnce(i ->
                        tenant.send("POST", "/enrolment-tokens", "{}").extract().statusCode()))
                .containsExactlyInAnyOrder(201, 201, 201, 409, 409, 409, 409, 409);
    }

    @Test
    void devicesThatEnrolAtOnceDoNotExceedTheLimit() throws Exception {
        FilledTenant tenant = limited("quota-devices", "{\"devices\":3}");
        List<String> tokens = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> tenant.enrolmentToken())
                .toList();

        List<Integer> answers = atOnce(i -> {
            try (var device = maker.device()) {
                return device.enrol(tokens.get(i), "quota-device-" + i).statusCode();
            }
        });

        assertThat(answers).containsExactlyInAnyOrder(200, 200, 200, 409, 409, 409, 409, 409);
        List<String> in = tenant.get("/devices").extract().path("items.id");
        assertThat(in).hasSize(3);
        // One that retires makes room for another; one that waits takes it.
        tenant.send("POST", "/devices/" + in.getFirst() + "/retire", "{}").statusCode(200);
        csv(tenant, "id,serial\nquota-w1,s1\nquota-w2,s2\n").statusCode(409).body("code", equalTo("quota-exceeded"));
        csv(tenant, "id,serial\nquota-w1,sn-quota-late\n").statusCode(200);
        // The hardware it waits for comes: it counted already.
        try (var device = maker.device()) {
            assertThat(device.enrol(tenant.enrolmentToken(), "quota-late").statusCode())
                    .isEqualTo(200);
        }
        assertThat(tenant.get("/tenants/quota-devices").extract().<Integer>path("quotas.devices.used"))
                .isEqualTo(3);
    }

    @Test
    void bytesOfArtifactsAreBoundedBeforeTheyAreSentAndWhenTheyAreThere() {
        FilledTenant tenant = limited("quota-bytes", "{\"artifactBytes\":1000}");
        tenant.upload(bytes(600, 1), "1", 1);

        tenant.send("POST", "/artifacts/uploads", """
                        {"kind":"image","name":"x","version":"2","hardware":"test-board","releaseCounter":2,"length":500}""").statusCode(409).body("code", equalTo("quota-exceeded"));
        upload(tenant, bytes(401, 2), 2).statusCode(409).body("quota", equalTo("artifactBytes"));
        upload(tenant, bytes(400, 3), 3).statusCode(200);
        // The same bytes again are not more bytes.
        upload(tenant, bytes(400, 3), 3).statusCode(200);
        tenant.get("/tenants/quota-bytes").body("quotas.artifactBytes.used", equalTo(1000));
    }

    @Test
    void commandsAndRolloutsAreBounded() throws Exception {
        FilledTenant tenant = limited("quota-work", "{\"commandsPerHour\":3,\"rolloutsInFlight\":1}");
        tenant.enrol(directory, "quota-work-1").close();
        tenant.enrol(directory, "quota-work-2").close();
        String all = "{\"kind\":\"refresh\",\"selector\":\"\"}";
        tenant.send("POST", "/commands", all).statusCode(201);
        tenant.send("POST", "/commands", all).statusCode(409).body("quota", equalTo("commandsPerHour"));
        tenant.send("POST", "/commands", "{\"kind\":\"refresh\",\"devices\":[\"quota-work-1\"]}")
                .statusCode(201);

        String image = tenant.upload(bytes(100, 9), "1", 1);
        String release = tenant.send(
                        "POST",
                        "/releases",
                        "{\"name\":\"r\",\"version\":\"1\",\"targets\":[{\"sha256\":\"" + image + "\"}]}")
                .extract()
                .path("id");
        String first = rollout(tenant, release, "quota-work-1")
                .statusCode(200)
                .extract()
                .path("id");
        start(tenant, first).statusCode(200);
        String second = rollout(tenant, release, "quota-work-2")
                .statusCode(200)
                .extract()
                .path("id");
        start(tenant, second).statusCode(409).body("quota", equalTo("rolloutsInFlight"));
        tenant.get("/rollouts/" + second).body("state", equalTo("ready"));
        // A paused one holds its place, an ended one does not.
        tenant.send("POST", "/rollouts/" + first + "/pause", "{}").statusCode(200);
        start(tenant, second).statusCode(409);
        tenant.send("POST", "/rollouts/" + first + "/abort", "{}").statusCode(200);
        start(tenant, second).statusCode(200);
    }

    private static ValidatableResponse start(FilledTenant tenant, String rollout) {
        return tenant.send("POST", "/rollouts/" + rollout + "/start", "{}");
    }

    private static ValidatableResponse rollout(FilledTenant tenant, String release, String device) {
        return tenant.send("POST", "/rollouts", """
                {"name":"r","release":"%s","selector":"id==%s","start":false,"waves":[{"percent":100}]}""".formatted(release, device));
    }

    private static ValidatableResponse account(FilledTenant tenant, String name) {
        return tenant.send("POST", "/service-accounts", "{\"name\":\"" + name + "\"}");
    }

    private static ValidatableResponse upload(FilledTenant tenant, byte[] bytes, int counter) {
        return tenant.admin()
                .contentType("application/octet-stream")
                .body(bytes)
                .post("/api/v1/artifacts?kind=image&name=" + tenant.word() + "&hardware=test-board&version=" + counter
                        + "&releaseCounter=" + counter)
                .then();
    }

    private static ValidatableResponse csv(FilledTenant tenant, String rows) {
        return tenant.admin()
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig().encodeContentTypeAs("text/csv", ContentType.TEXT)))
                .contentType("text/csv")
                .body(rows)
                .post("/api/v1/inventory")
                .then();
    }

    private static byte[] bytes(int length, int seed) {
        return ("" + seed).repeat(length).substring(0, length).getBytes(StandardCharsets.UTF_8);
    }

    private FilledTenant limited(String id, String quotas) {
        FilledTenant tenant = maker.empty(id, id);
        limits(id, quotas);
        return tenant;
    }

    private static void limits(String id, String quotas) {
        admin().contentType(ContentType.JSON)
                .body("{\"quotas\":" + quotas + "}")
                .patch("/api/v1/tenants/" + id)
                .then()
                .statusCode(200);
    }

    private interface Attempt {
        int answer(int number) throws Exception;
    }

    /** What so many requests that begin together are answered. */
    private static List<Integer> atOnce(Attempt attempt) throws Exception {
        CyclicBarrier together = new CyclicBarrier(AT_ONCE);
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                int number = i;
                calls.add(() -> {
                    together.await();
                    return attempt.answer(number);
                });
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> one : threads.invokeAll(calls)) {
                answers.add(one.get());
            }
            return answers;
        }
    }
}
