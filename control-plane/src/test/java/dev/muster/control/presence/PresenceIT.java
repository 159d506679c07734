package dev.muster.control.presence;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class PresenceIT {
    private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

    @Inject
    DeviceService devices;

    @Inject
    TenantTransactions transactions;

    @Inject
    KafkaClients kafka;

    @Inject
    KafkaTopics topics;

    @TestHTTPResource("/")
    @Nullable URI server;

    @Test
    void aDeviceIsOnlineAsItsGatewaySays() throws Exception {
        register("present");

        send("present", new Presence(true, 5, AT, "g1", ""));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> online("present"));

        send("present", new Presence(false, 5, AT.plusSeconds(9), "g1", "closed"));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !online("present"));
    }

    @Test
    void anOlderSessionsGoodbyeChangesNothing() throws Exception {
        register("roamer");

        send("roamer", new Presence(true, 9, AT, "g2", ""));
        send("roamer", new Presence(false, 8, AT.plusSeconds(1), "g1", "late"));
        send("roamer", new Presence(true, 9, AT.plusSeconds(2), "g2", ""));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> AT.plusSeconds(2).toString().equals(lastSeen("roamer")));

        assertThat(online("roamer")).isTrue();
    }

    @Test
    void anOpenPageHearsOfIt() throws Exception {
        register("watched");
        if (server == null) {
            throw new IllegalStateException("no server");
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> stream = http.send(
                    HttpRequest.newBuilder(server.resolve("/api/v1/stream"))
                            .header("Authorization", "Bearer " + Tokens.admin())
                            .timeout(Duration.ofSeconds(60))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                send("watched", new Presence(true, 1, AT, "g1", ""));

                assertThat(stream.statusCode()).isEqualTo(200);
                assertThat(lines.lines()
                                .filter(line -> line.contains("watched"))
                                .findFirst())
                        .contains("data:{\"id\":\"watched\"}");
            }
            http.shutdownNow();
        }
    }

    private void register(String id) {
        transactions.run(
                TenantId.DEFAULT,
                handle -> devices.register(
                        handle,
                        TenantId.DEFAULT,
                        new NewDevice(new DeviceId(id), "board", null, null, List.of(), Map.of())));
    }

    private void send(String device, Presence presence) throws Exception {
        kafka.producer()
                .send(new ProducerRecord<>(
                        topics.presence(), DeviceRef.of("default", device).key(), presence.toJson()))
                .get();
    }

    private static boolean online(String device) {
        return given().auth()
                .oauth2(Tokens.admin())
                .get("/api/v1/devices/" + device)
                .then()
                .statusCode(200)
                .extract()
                .path("online");
    }

    private static @Nullable String lastSeen(String device) {
        return given().auth()
                .oauth2(Tokens.admin())
                .get("/api/v1/devices/" + device)
                .then()
                .statusCode(200)
                .extract()
                .path("lastSeen");
    }
}
