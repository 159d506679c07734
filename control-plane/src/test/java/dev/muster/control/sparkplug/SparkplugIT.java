package dev.muster.control.sparkplug;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.roles.TelemetryParts;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric.MetricBuilder;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload.SparkplugBPayloadBuilder;
import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.junit.jupiter.api.Test;

/** A foreign edge node from its enrolment to its values, its gaps and its births asked for by an operator. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@SuppressWarnings("JavaUtilDate") // Tahu's interface.
class SparkplugIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    DeviceServer server;

    @Inject
    TelemetryParts parts;

    @Inject
    CertificateAuthority authority;

    private TestDevice enrol(String name) throws Exception {
        TestDevice device = new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
        assertThat(device.enrol(FleetApi.enrolmentToken("spark-plant"), name).statusCode())
                .isEqualTo(200);
        return device;
    }

    private static ValidatableResponse name(String device, String group, String node) {
        return admin().contentType(ContentType.JSON)
                .body(Map.of("group", group, "node", node))
                .put("/api/v1/devices/" + device + "/sparkplug")
                .then();
    }

    private static byte[] payload(long seq, MetricBuilder... metrics) throws Exception {
        SparkplugBPayloadBuilder payload = new SparkplugBPayloadBuilder()
                .setTimestamp(new Date(Clock.systemUTC().millis()))
                .setSeq(seq);
        for (MetricBuilder metric : metrics) {
            payload.addMetric(metric.createMetric());
        }
        return new SparkplugBPayloadEncoder().getBytes(payload.createPayload(), false);
    }

    private static byte[] birth() throws Exception {
        return payload(
                0,
                new MetricBuilder("bdSeq", MetricDataType.Int64, 7L),
                new MetricBuilder("Node Control/Rebirth", MetricDataType.Boolean, false),
                new MetricBuilder("temperature", MetricDataType.Double, 20.5).alias(1L));
    }

    /** The gateway knows a name as soon as the outbox told it: until then it speaks to a device that is no node. */
    private MqttClient connect(TestDevice device, List<byte[]> commands) throws Exception {
        String uri = "ssl://localhost:" + parts.gatewayAddress().orElseThrow().getPort();
        MqttClient client = new MqttClient(uri, "spark-plc-1", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setSocketFactory(device.tls().getSocketFactory());
        options.setHttpsHostnameVerificationEnabled(false);
        options.setWill(
                "spBv1.0/pit/NDEATH/plc-1", payload(0, new MetricBuilder("bdSeq", MetricDataType.Int64, 7L)), 1, false);
        await().atMost(SOON).ignoreExceptions().until(() -> {
            client.connect(options);
            return client.isConnected();
        });
        client.subscribe("spBv1.0/pit/NCMD/plc-1", 0, (topic, message) -> commands.add(message.getPayload()));
        return client;
    }

    @Test
    void fromItsNameToItsValuesItsGapsAndItsBirths() throws Exception {
        List<byte[]> commands = new CopyOnWriteArrayList<>();
        try (TestDevice device = enrol("spark-plc-1")) {
            get("/devices/spark-plc-1/sparkplug")
                    .statusCode(404)
                    .body("detail", containsString("no Sparkplug edge node"));
            name("spark-plc-1", "pit", "plc-1")
                    .statusCode(200)
                    .body("online", equalTo(false))
                    .body("bdSeq", nullValue());
            MqttClient client = connect(device, commands);

            client.publish("spBv1.0/pit/NBIRTH/plc-1", birth(), 0, false);
            client.publish(
                    "spBv1.0/pit/DBIRTH/plc-1/pump",
                    payload(1, new MetricBuilder("speed", MetricDataType.Int32, 900).alias(2L)),
                    0,
                    false);

            await().atMost(SOON).untilAsserted(() -> get("/devices/spark-plc-1/telemetry/latest")
                    .body("items.metric", hasItems("temperature", "pump/speed")));
            await().atMost(SOON).untilAsserted(() -> get("/devices/spark-plc-1/sparkplug")
                    .statusCode(200)
                    .body("online", equalTo(true))
                    .body("bdSeq", equalTo(7))
                    .body("devices", contains("pump")));

            // Message 2 never comes.
            client.publish(
                    "spBv1.0/pit/NDATA/plc-1",
                    payload(3, new MetricBuilder(1L, MetricDataType.Double, 21.0)),
                    0,
                    false);
            await().atMost(SOON).until(() -> commands.size() == 1);
            await().atMost(SOON).untilAsserted(() -> get("/devices/spark-plc-1/sparkplug")
                    .body("gaps", equalTo(1))
                    .body("lost", equalTo(1))
                    .body("refused", equalTo(1))
                    .body("rebirths", greaterThanOrEqualTo(1)));

            await().atMost(SOON).untilAsserted(() -> get("/devices/spark-plc-1").body("online", equalTo(true)));
            admin().post("/api/v1/devices/spark-plc-1/sparkplug/rebirth").then().statusCode(204);
            await().atMost(SOON).until(() -> commands.size() == 2);
            assertThat(SparkplugBProto.Payload.parseFrom(commands.getLast())
                            .getMetrics(0)
                            .getName())
                    .isEqualTo("Node Control/Rebirth");

            client.disconnectForcibly(0, 1_000, false);
            client.close(true);
            await().atMost(SOON).untilAsserted(() -> get("/devices/spark-plc-1/sparkplug")
                    .body("online", equalTo(false))
                    .body("bdSeq", equalTo(7)));
            get("/audit?object=device/spark-plc-1").body("items.verb", hasItems("sparkplug.name", "sparkplug.rebirth"));
        }
    }

    @Test
    void aNameIsOfOneDeviceAndMustBeOne() throws Exception {
        try (TestDevice first = enrol("spark-plc-2");
                TestDevice second = enrol("spark-plc-3")) {
            name("spark-plc-2", "pit", "plc-2").statusCode(200).body("group", equalTo("pit"));
            name("spark-plc-2", "pit", "plc-2").statusCode(200);

            name("spark-plc-3", "pit", "plc-2").statusCode(409).body("code", equalTo("already-exists"));
            name("spark-plc-3", "pit/north", "plc").statusCode(400).body("detail", containsString("pit/north"));
            name("spark-plc-3", "STATE", "plc").statusCode(400);
            admin().contentType(ContentType.JSON)
                    .body("{}")
                    .put("/api/v1/devices/spark-plc-3/sparkplug")
                    .then()
                    .statusCode(400);
            admin().post("/api/v1/devices/spark-plc-3/sparkplug/rebirth").then().statusCode(404);
            admin().post("/api/v1/devices/spark-plc-2/sparkplug/rebirth").then().statusCode(409);

            admin().delete("/api/v1/devices/spark-plc-2/sparkplug").then().statusCode(204);
            get("/devices/spark-plc-2/sparkplug").statusCode(404);
            name("spark-plc-3", "pit", "plc-2").statusCode(200);
        }
    }
}
