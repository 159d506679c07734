package dev.muster.control.help;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.help.HelpStart;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Remote help at the server: who may, what is carried, what ends it, what is on record. The device is a real certificate. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class HelpIT {
    private static final String TERMINAL = "{\"kind\":\"terminal\",\"reason\":\"ticket 12\",\"minutes\":5}";

    @Inject
    TestFleet fleet;

    @Inject
    HelpService service;

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    @TempDir
    Path directory;

    @Test
    void carriesFramesBothWaysOnceAndKeepsWhatATerminalShowed() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "help", "help-1")) {
            String id = open(device);

            assertThat(up(device, id, 1, "hello ").statusCode()).isEqualTo(204);
            assertThat(up(device, id, 1, "hello ").statusCode())
                    .as("the same again")
                    .isEqualTo(204);
            assertThat(up(device, id, 2, "there").statusCode()).isEqualTo(204);
            down(id, 1, "ls\n").then().statusCode(204);
            HelpFrames got = HelpFrames.fromJson(device.help(id + "/down/0").body());
            Response shown = admin().get("/api/v1/help-sessions/" + id + "/up?after=0");

            assertThat(new String(got.frames().getFirst().data(), UTF_8)).isEqualTo("ls\n");
            assertThat(text(shown)).isEqualTo("hello there");
            assertThat(device.help(id + "/close", "{\"reason\":\"done\"}".getBytes(UTF_8))
                            .statusCode())
                    .isEqualTo(204);
            admin().get("/api/v1/help-sessions/" + id + "/up?after=2").then().body("over", equalTo("done"));
            String digest = "0".repeat(64);
            digest = HelpRow.digest(digest, true, frame("hello "));
            digest = HelpRow.digest(digest, true, frame("there"));
            digest = HelpRow.digest(digest, false, frame("ls\n"));
            get("/help-sessions/" + id)
                    .body("state", equalTo("over"))
                    .body("bytesUp", equalTo(11))
                    .body("digest", equalTo(digest));
            get("/help-sessions/" + id + "/transcript")
                    .body("items", hasSize(3))
                    .body("items.from", equalTo(List.of("device", "device", "person")));
            get("/audit?object=device/help-1")
                    .body("items.verb", hasItems("help.ask", "help.start", "help.open", "help.end", "help.transcript"))
                    .body("items.find{it.verb=='help.end'}.detail.digest", equalTo(digest));
        }
    }

    @Test
    void onlyWhoAskedIsJoinedAndOnlyOnceADevice() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "help", "help-2");
                FleetDevice other = fleet.enrol(directory, "help", "help-3")) {
            bind(TenantId.DEFAULT, "help-viewer", Role.VIEWER);
            bind(TenantId.DEFAULT, "help-operator", Role.OPERATOR);
            as("help-viewer", TenantId.DEFAULT)
                    .body(TERMINAL)
                    .post("/api/v1/devices/help-2/help")
                    .then()
                    .statusCode(403);
            String id = open(device);

            as("help-operator", TenantId.DEFAULT)
                    .get("/api/v1/help-sessions/" + id + "/up")
                    .then()
                    .statusCode(403)
                    .body("detail", containsString("the one who asked"));
            as("help-operator", TenantId.DEFAULT)
                    .get("/api/v1/help-sessions/" + id + "/transcript")
                    .then()
                    .statusCode(403);
            assertThat(other.help(id + "/open", new byte[0]).statusCode()).isEqualTo(404);
            assertThat(other.help(id + "/down/0").statusCode()).isEqualTo(404);
            assertThat(up(other, id, 1, "x").statusCode()).isEqualTo(404);
            String second = ask("help-2");
            postJson("/help-sessions/" + second + "/start", "").statusCode(409).body("detail", containsString(id));
            as("help-operator", TenantId.DEFAULT)
                    .post("/api/v1/help-sessions/" + id + "/end")
                    .then()
                    .statusCode(200)
                    .body("endReason", containsString("help-operator"));
            HelpFrames told = HelpFrames.fromJson(device.help(id + "/down/0").body());
            assertThat(told.over()).get().asString().contains("help-operator");
            assertThat(up(device, id, 1, "x").statusCode()).isEqualTo(409);
        }
    }

    @Test
    void aHostileDeviceGetsNowhere() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "help", "help-4")) {
            String id = open(device);

            assertThat(up(device, id, 2, "gap").statusCode()).isEqualTo(409);
            assertThat(device.help(id + "/down/7").statusCode()).isEqualTo(400);
            assertThat(device.help(id + "/down/x").statusCode()).isEqualTo(400);
            assertThat(device.help(id + "/up", "{\"first\":1}".getBytes(UTF_8)).statusCode())
                    .isEqualTo(400);
            assertThat(device.help(id + "/up", new byte[200_000]).statusCode()).isEqualTo(413);
            assertThat(device.help("nothing/open", new byte[0]).statusCode()).isEqualTo(404);
            assertThat(device.help(id + "/open", new byte[0]).statusCode())
                    .as("open already")
                    .isEqualTo(409);
        }
    }

    @Test
    void endsWhenItsTimeIsOverAndWhenTheDeviceIsSuspended() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "help", "help-5")) {
            String id = open(device);
            transactions.run(
                    TenantId.DEFAULT,
                    handle -> handle.execute(
                            "update help_session set until = now() - interval '1 s' where id = cast(? as uuid)", id));

            service.sweep(TenantId.DEFAULT);

            get("/help-sessions/" + id).body("state", equalTo("over")).body("endReason", equalTo("its time is over"));
            String second = open(device);
            postJson("/devices/help-5/suspend", "{}").statusCode(200);
            get("/help-sessions/" + second)
                    .body("state", equalTo("over"))
                    .body("endReason", containsString("suspended"));
            assertThat(device.help(second + "/down/0").statusCode()).isEqualTo(403);
            postJson("/devices/help-5/help", TERMINAL).statusCode(403);
        }
    }

    @Test
    void aDeviceThatDoesNotComeIsNotWaitedForLongerThanTold() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "help", "help-6")) {
            String id = ask("help-6");
            postJson("/help-sessions/" + id + "/start", "").statusCode(200).body("state", equalTo("starting"));
            transactions.run(
                    TenantId.DEFAULT,
                    handle -> handle.execute(
                            "update help_session set active_at = now() - interval '61 s' where id = cast(? as uuid)",
                            id));

            service.sweep(TenantId.DEFAULT);

            get("/help-sessions/" + id).body("endReason", containsString("did not come within 60 s"));
            assertThat(device.help(id + "/open", new byte[0]).statusCode()).isEqualTo(409);
        }
    }

    @Test
    void refusesWhatCannotBeMeant() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "help", "help-7")) {
            for (String body : List.of(
                    "{\"kind\":\"terminal\"}",
                    "{\"kind\":\"terminal\",\"reason\":\" \"}",
                    "{\"kind\":\"terminal\",\"reason\":\"x\",\"subject\":\"/etc\"}",
                    "{\"kind\":\"get\",\"reason\":\"x\"}",
                    "{\"kind\":\"telepathy\",\"reason\":\"x\"}",
                    "{\"kind\":\"terminal\",\"reason\":\"x\",\"minutes\":100000}",
                    "{\"kind\":\"terminal\",\"reason\":\"x\",\"rows\":0}")) {
                postJson("/devices/help-7/help", body).statusCode(400);
            }
            get("/help-sessions?device=help-7").body("items", hasSize(0));
        }
    }

    @Test
    void whereTheTenantSaysSoASecondPersonAgreesFirst() {
        TenantId tenant = new TenantId("help-eyes");
        transactions.run(tenant, handle -> {
            handle.execute("insert into tenant (tenant) values ('help-eyes') on conflict do nothing");
            handle.execute("insert into device (id, name, status, hardware) values ('pump', 'x', 'active', 'board')");
        });
        bind(tenant, "ann", Role.ADMIN);
        bind(tenant, "carl", Role.APPROVER);
        as("ann", tenant)
                .body(Map.of(
                        "rollouts",
                        false,
                        "policies",
                        false,
                        "trust",
                        false,
                        "freezeOverrides",
                        false,
                        "remoteHelp",
                        true))
                .put("/api/v1/four-eyes")
                .then()
                .statusCode(200)
                .body("remoteHelp", equalTo(true));
        String id = as("ann", tenant)
                .body(TERMINAL)
                .post("/api/v1/devices/pump/help")
                .then()
                .statusCode(202)
                .body("state", equalTo("asked"))
                .extract()
                .path("id");
        start(tenant, id).then().statusCode(409).body("code", equalTo("second-person-needed"));
        String request = as("carl", tenant)
                .get("/api/v1/four-eyes/requests")
                .then()
                .body("items[0].summary", containsString("remote help on `pump` for 5 min: terminal, ticket 12"))
                .extract()
                .path("items[0].id");

        approve(tenant, "ann", request).then().statusCode(403);
        start(tenant, id).then().statusCode(409);
        approve(tenant, "carl", request).then().statusCode(200);

        start(tenant, id).then().statusCode(200).body("state", equalTo("starting"));
        as("ann", tenant).post("/api/v1/help-sessions/" + id + "/end").then().statusCode(200);
        String refused = as("ann", tenant)
                .body(TERMINAL)
                .post("/api/v1/devices/pump/help")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        String second = as("carl", tenant)
                .get("/api/v1/four-eyes/requests")
                .then()
                .extract()
                .path("items.find{it.state=='open'}.id");
        as("carl", tenant)
                .body("{}")
                .post("/api/v1/four-eyes/requests/" + second + "/reject")
                .then()
                .statusCode(200);
        as("ann", tenant)
                .get("/api/v1/help-sessions/" + refused)
                .then()
                .body("state", equalTo("over"))
                .body("endReason", equalTo("nobody agreed"));
    }

    private Response start(TenantId tenant, String id) {
        return as("ann", tenant).post("/api/v1/help-sessions/" + id + "/start");
    }

    private Response approve(TenantId tenant, String who, String request) {
        return as(who, tenant).post("/api/v1/four-eyes/requests/" + request + "/approve");
    }

    private static String ask(String device) {
        return postJson("/devices/" + device + "/help", TERMINAL)
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static String open(FleetDevice device) throws Exception {
        String name = device.ref().device().value();
        String id = ask(name);
        postJson("/help-sessions/" + id + "/start", "").statusCode(200);
        HttpResponse<byte[]> answer = device.help(id + "/open", new byte[0]);
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        HelpStart start = HelpStart.fromJson(answer.body());
        assertThat(start.reason()).isEqualTo("ticket 12");
        return id;
    }

    private static HelpFrame frame(String text) {
        return new HelpFrame(0, HelpFrame.Type.DATA, text.getBytes(UTF_8));
    }

    private static HttpResponse<byte[]> up(FleetDevice device, String id, long number, String text) throws Exception {
        return device.help(id + "/up", new HelpFrames(number, List.of(frame(text)), Optional.empty()).toJson());
    }

    private static Response down(String id, long number, String text) {
        return admin().contentType(ContentType.JSON)
                .body(new HelpFrames(number, List.of(frame(text)), Optional.empty()).toJson())
                .post("/api/v1/help-sessions/" + id + "/down");
    }

    private static String text(Response response) {
        assertThat(response.statusCode()).isEqualTo(200);
        StringBuilder text = new StringBuilder();
        for (String data : JsonObject.parse(response.asByteArray()).objects("frames", frame -> frame.string("data"))) {
            text.append(new String(Base64.getDecoder().decode(data), UTF_8));
        }
        return text.toString();
    }

    private void bind(TenantId tenant, String subject, Role role) {
        transactions.run(
                tenant,
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

    private static RequestSpecification as(String subject, TenantId tenant) {
        return given().auth()
                .oauth2(Tokens.of(subject))
                .header(Guard.TENANT_HEADER, tenant.value())
                .contentType(ContentType.JSON);
    }
}
