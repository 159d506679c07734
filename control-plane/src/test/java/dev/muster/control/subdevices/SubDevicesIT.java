package dev.muster.control.subdevices;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.subdevice.SubDevices;
import dev.muster.trust.metadata.Signed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sub-devices from being found to a document of their own, and that nobody else gets it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class SubDevicesIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    KafkaClients kafka;

    @TempDir
    Path directory;

    private TestDevice enrol(String name) throws Exception {
        TestDevice device = new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
        HttpResponse<byte[]> answer = device.enrol(FleetApi.enrolmentToken("sub-gw"), name);
        assertThat(answer.statusCode()).isEqualTo(200);
        return device;
    }

    private static SubDevices.Answer tell(TestDevice gateway, SubDevices.Found... found) throws Exception {
        HttpResponse<byte[]> answer =
                gateway.post("/device/v1/children", new SubDevices.Report(List.of(found)).toJson());
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return SubDevices.Answer.fromJson(answer.body());
    }

    private static SubDevices.Found press(String name, String hardware) {
        return new SubDevices.Found(name, "plc", hardware, Map.of("serial", "sub-" + name));
    }

    private static ValidatableResponse decide(String gateway, String child, String how) {
        return admin().post("/api/v1/devices/" + gateway + "/children/" + child + "/" + how)
                .then();
    }

    private static ValidatableResponse device(String path) {
        return admin().urlEncodingEnabled(false).get("/api/v1/devices/" + path).then();
    }

    @Test
    void isListedWaitingAndIsADeviceOnceAPersonLetItIn() throws Exception {
        try (TestDevice gateway = enrol("sub-gw-1");
                TestDevice other = enrol("sub-gw-2")) {
            assertThat(tell(gateway, press("press-1", "plc-a"), press("press-2", "plc-a"))
                            .children())
                    .containsExactly(
                            new SubDevices.Known("press-1", false, 0), new SubDevices.Known("press-2", false, 0));
            get("/devices/sub-gw-1/children")
                    .statusCode(200)
                    .body("items.name", contains("press-1", "press-2"))
                    .body("items.state", contains("waiting", "waiting"))
                    .body("items[0].status", nullValue());
            assertThat(document(gateway, "press-1").statusCode()).isEqualTo(404);

            decide("sub-gw-1", "press-1", "approve").statusCode(200).body("state", equalTo("approved"));
            decide("sub-gw-1", "press-2", "reject").statusCode(200).body("state", equalTo("rejected"));
            decide("sub-gw-1", "press-9", "approve").statusCode(404);
            decide("sub-gw-1", "press-1", "reject").statusCode(409);

            SubDevices.Answer answer = tell(gateway, press("press-1", "plc-b"), press("press-2", "plc-a"));
            assertThat(answer.children())
                    .extracting(SubDevices.Known::name, SubDevices.Known::admitted)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("press-1", true),
                            org.assertj.core.groups.Tuple.tuple("press-2", false));
            device("sub-gw-1%2Fpress-1")
                    .statusCode(200)
                    .body("id", equalTo("sub-gw-1/press-1"))
                    .body("hardware", equalTo("plc-a"));
            get("/audit?object=device/sub-gw-1/press-1").body("items.verb", hasItem("sub-device.approve"));

            Signed<?> timestamp = Signed.timestamp(document(gateway, "press-1").body());
            byte[] targets = gateway.get(
                            "/device/v1/children/press-1/director/" + timestamp.version() + ".targets.json")
                    .body();
            assertThat(DirectorCustom.fromCustom(Signed.targets("targets", targets)
                                    .metadata()
                                    .custom())
                            .device())
                    .isEqualTo(DeviceRef.of("default", "sub-gw-1/press-1"));
            assertThat(document(other, "press-1").statusCode())
                    .as("behind another gateway")
                    .isEqualTo(404);

            admin().urlEncodingEnabled(false)
                    .post("/api/v1/devices/sub-gw-1%2Fpress-1/suspend")
                    .then()
                    .statusCode(200);
            Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                            document(gateway, "press-1").statusCode())
                    .isEqualTo(404));
            assertThat(tell(gateway, press("press-1", "plc-a"))
                            .children()
                            .getFirst()
                            .admitted())
                    .isFalse();
        }
    }

    @Test
    void isThereWhileItsGatewayIsAndGetsItsContentThroughIt() throws Exception {
        try (TestDevice gateway = enrol("sub-gw-3");
                FleetDevice session = new FleetDevice(gateway, kafka, directory.resolve("gw"));
                TestDevice other = enrol("sub-gw-4")) {
            tell(gateway, press("press-1", "test-board"));
            decide("sub-gw-3", "press-1", "approve").statusCode(200);
            session.presence(true, 5);
            Awaitility.await().atMost(SOON).untilAsserted(() -> device("sub-gw-3%2Fpress-1")
                    .body("online", equalTo(true)));
            session.presence(false, 6);
            Awaitility.await().atMost(SOON).untilAsserted(() -> device("sub-gw-3%2Fpress-1")
                    .body("online", equalTo(false)));

            admin().urlEncodingEnabled(false)
                    .contentType("application/json")
                    .body("{\"tags\":[\"sub-press\"]}")
                    .patch("/api/v1/devices/sub-gw-3%2Fpress-1")
                    .then()
                    .statusCode(200);
            String image = FleetApi.uploadImage("a program for a press".getBytes(StandardCharsets.UTF_8), "7.2.0", 7);
            String rollout = FleetApi.rollout("sub", FleetApi.release("sub", "1", image), "sub-press");
            Awaitility.await().atMost(SOON).untilAsserted(() -> {
                FleetApi.rollout(rollout).body("state", equalTo("running"));
                assertThat(tell(gateway, press("press-1", "test-board"))
                                .children()
                                .getFirst()
                                .generation())
                        .isPositive();
            });
            assertThat(gateway.get("/device/v1/targets/" + image).statusCode()).isEqualTo(200);
            assertThat(other.get("/device/v1/targets/" + image).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void reportsThatCannotBeReadChangeNothing() throws Exception {
        try (TestDevice gateway = enrol("sub-gw-5")) {
            assertThat(gateway.post(
                                    "/device/v1/children",
                                    "{\"children\":[{\"name\":\"a/b\"}]}".getBytes(StandardCharsets.UTF_8))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(gateway.post(
                                    "/device/v1/children",
                                    "{\"children\":[{\"name\":\"telemetry\",\"driver\":\"d\",\"hardware\":\"h\"}]}"
                                            .getBytes(StandardCharsets.UTF_8))
                            .statusCode())
                    .isEqualTo(400);
            get("/devices/sub-gw-5/children").body("items", equalTo(List.of()));
        }
    }

    private static HttpResponse<byte[]> document(TestDevice gateway, String child) throws Exception {
        return gateway.get("/device/v1/children/" + child + "/director/timestamp.json");
    }
}
