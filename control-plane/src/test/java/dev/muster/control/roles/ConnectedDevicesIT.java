package dev.muster.control.roles;

import static dev.muster.control.testing.FleetApi.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

/** What people decide over REST, as a device with a session at the gateway meets it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ConnectedDevicesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int ADMINISTRATIVE_ACTION = 0x98;

    /** What a quota of one a second lets through at once. */
    private static final int BURST = 10;

    @Inject
    TelemetryParts parts;

    @Inject
    FilledTenant.Maker maker;

    @Test
    void aSuspendedDeviceIsToldSoAndComesInAgainOnlyWhenItIsResumed() throws Exception {
        FilledTenant tenant = maker.empty("talkers-cut", "heron");
        try (TestDevice device = enrolled(tenant, "heron-1");
                TestDevice neighbour = enrolled(tenant, "heron-2");
                Session session = connected(device, "heron-1");
                Session other = connected(neighbour, "heron-2")) {
            tenant.send("POST", "/devices/heron-1/suspend", "{}").statusCode(200);

            assertThat(session.end.get()).isEqualTo(ADMINISTRATIVE_ACTION);
            try (Session again = new Session("heron-1")) {
                assertThat(again.connect(device)).isEqualTo(NOT_AUTHORIZED);
            }
            await().atMost(SOON)
                    .untilAsserted(() -> tenant.get("/devices/heron-1").body("online", equalTo(false)));
            assertThat(other.publish(tenant, "heron-2")).isZero();

            tenant.send("POST", "/devices/heron-1/resume", "{}").statusCode(200);

            try (Session again = connected(device, "heron-1")) {
                assertThat(again.publish(tenant, "heron-1")).isZero();
            }
        }
    }

    @Test
    void whatATenantMaySendIsSaidByWhoOwnsTheInstallationAndKeptByTheGateway() throws Exception {
        FilledTenant tenant = maker.empty("talkers-quota", "wren");
        FilledTenant elsewhere = maker.empty("talkers-free", "swift");
        try (TestDevice device = enrolled(tenant, "wren-1");
                TestDevice free = enrolled(elsewhere, "swift-1");
                Session session = connected(device, "wren-1");
                Session other = connected(free, "swift-1")) {
            assertThat(flood(session, tenant, "wren-1")).containsOnly(0);

            patch("talkers-quota", "{\"quotas\":{\"telemetryMessagesPerSecond\":1}}")
                    .statusCode(200)
                    .body("quotas.telemetryMessagesPerSecond.limit", equalTo(1))
                    .body("quotas.telemetryMessagesPerSecond.own", equalTo(true))
                    .body("quotas.telemetryMessagesPerSecond.used", nullValue())
                    .body("quotas.telemetryBytesPerSecond.limit", nullValue());

            await().atMost(SOON).untilAsserted(() -> assertThat(flood(session, tenant, "wren-1"))
                    .contains(QUOTA_EXCEEDED));
            assertThat(flood(other, elsewhere, "swift-1")).containsOnly(0);

            patch("talkers-quota", "{\"quotas\":{\"telemetryMessagesPerSecond\":null}}")
                    .statusCode(200)
                    .body("quotas.telemetryMessagesPerSecond.own", equalTo(false));
            await().atMost(SOON).untilAsserted(() -> assertThat(flood(session, tenant, "wren-1"))
                    .containsOnly(0));
        }
    }

    @Test
    void aTenantMayNotRaiseItsOwnQuotaAndZeroIsNoQuota() {
        FilledTenant tenant = maker.empty("talkers-own", "robin");

        tenant.send("PATCH", "/tenants/talkers-own", "{\"quotas\":{\"telemetryMessagesPerSecond\":5}}")
                .statusCode(403);
        patch("talkers-own", "{\"quotas\":{\"telemetryBytesPerSecond\":0}}")
                .statusCode(400)
                .body("detail", containsString("expected `telemetryBytesPerSecond` of 1 or more, found 0"));

        tenant.get("/tenants/talkers-own").body("quotas.telemetryBytesPerSecond.limit", nullValue());
    }

    private TestDevice enrolled(FilledTenant tenant, String name) throws Exception {
        TestDevice device = maker.device();
        assertThat(device.enrol(tenant.enrolmentToken(), name).statusCode()).isEqualTo(200);
        return device;
    }

    /** As soon as the gateway has heard of the device. */
    private Session connected(TestDevice device, String name) {
        List<Session> refused = new ArrayList<>();
        Session[] open = {new Session(name)};
        await().atMost(SOON).until(() -> {
            if (open[0].connect(device) == 0) {
                return true;
            }
            refused.add(open[0]);
            open[0] = new Session(name);
            return false;
        });
        refused.forEach(Session::close);
        return open[0];
    }

    private static List<Integer> flood(Session session, FilledTenant tenant, String device) throws MqttException {
        List<IMqttToken> sent = new ArrayList<>();
        for (int i = 0; i < 2 * BURST; i++) {
            sent.add(session.send(tenant, device));
        }
        List<Integer> answers = new ArrayList<>();
        for (IMqttToken token : sent) {
            answers.add(Session.answer(token));
        }
        return answers;
    }

    private static ValidatableResponse patch(String id, String json) {
        return admin().contentType(ContentType.JSON)
                .body(json)
                .patch("/api/v1/tenants/" + id)
                .then();
    }

    /** One connection of a device; remembers how it ended. */
    private final class Session implements AutoCloseable, MqttCallback {
        private static final long MILLIS = 30_000;

        private final CompletableFuture<Integer> end = new CompletableFuture<>();
        private final MqttAsyncClient client;

        Session(String name) {
            int port = parts.gatewayAddress().orElseThrow().getPort();
            try {
                client = new MqttAsyncClient("ssl://localhost:" + port, name, new MemoryPersistence());
            } catch (MqttException e) {
                throw new IllegalStateException(e);
            }
            client.setCallback(this);
        }

        /** The reason code of the gateway's answer; 0: it is in. */
        int connect(TestDevice device) throws Exception {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setSocketFactory(device.tls().getSocketFactory());
            options.setHttpsHostnameVerificationEnabled(false);
            options.setAutomaticReconnect(false);
            try {
                client.connect(options).waitForCompletion(MILLIS);
                return 0;
            } catch (MqttException e) {
                return e.getReasonCode();
            }
        }

        IMqttToken send(FilledTenant tenant, String device) throws MqttException {
            String topic = new MqttTopic.Telemetry(MqttTopic.Format.JSON)
                    .of(DeviceRef.of(tenant.id().value(), device));
            byte[] payload = "{\"metrics\":[{\"name\":\"m\",\"at\":1,\"value\":1}]}".getBytes(StandardCharsets.UTF_8);
            return client.publish(topic, payload, 1, false);
        }

        int publish(FilledTenant tenant, String device) throws MqttException {
            return answer(send(tenant, device));
        }

        static int answer(IMqttToken token) {
            try {
                token.waitForCompletion(MILLIS);
                int[] codes = token.getReasonCodes();
                return codes == null || codes.length == 0 ? 0 : codes[0];
            } catch (MqttException e) {
                return e.getReasonCode();
            }
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            end.complete(response.getReturnCode());
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            end.completeExceptionally(exception);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            // Hints are of no interest here.
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // Tokens tell.
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // Whoever connects waits for it.
        }

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {
            // Nobody authenticates so.
        }

        @Override
        public void close() {
            try {
                if (client.isConnected()) {
                    client.disconnectForcibly(0, 1_000, false);
                }
                client.close(true);
            } catch (MqttException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
