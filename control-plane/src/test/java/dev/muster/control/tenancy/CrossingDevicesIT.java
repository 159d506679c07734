package dev.muster.control.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.control.access.Guard;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PermissionFleet;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The same attempt by devices, over Kafka and through streams: what one tenant has does not come to another. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class CrossingDevicesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Set<String> RESTLESS = Set.of(
            "audit_seal",
            "bridge_run",
            "audit_unsealed",
            "webhook_event",
            "device_compliance",
            "compliance_count",
            "device_presence",
            "presence_history",
            "drift_history",
            "settings_due");

    @Inject
    FilledTenant.Maker maker;

    @Inject
    KafkaClients kafka;

    @TestHTTPResource("/")
    URI server;

    @TempDir
    static Path directory;

    private FilledTenant theirs;
    private FilledTenant ours;
    private FleetDevice device;

    @BeforeEach
    void tenants() throws Exception {
        if (theirs == null) {
            ours = maker.empty("devices-b", "ibex");
            device = ours.enrol(directory, "ibex-device");
            theirs = maker.filled("devices-a", "marten", directory);
        }
    }

    @AfterAll
    void close() {
        if (theirs != null) {
            theirs.close();
            device.close();
        }
    }

    @Test
    void aDeviceDoesNotGetBytesOfAnotherTenantByTheirHash() throws Exception {
        HttpResponse<byte[]> known = device.fetch(theirs.id("artifact"));
        HttpResponse<byte[]> unknown = device.fetch("ab".repeat(32));

        assertThat(known.statusCode()).isEqualTo(404);
        assertThat(text(known).replace(theirs.id("artifact"), "ID"))
                .isEqualTo(text(unknown).replace("ab".repeat(32), "ID"));
        // Their compiled policy, which every device of theirs may have.
        theirs.device().refresh();
        String bundle = theirs.device()
                .target(new dev.muster.protocol.desired.TargetName.Policy())
                .map(target -> target.file().sha256())
                .orElse("");
        if (!bundle.isEmpty()) {
            assertThat(theirs.device().fetch(bundle).statusCode()).isEqualTo(200);
            assertThat(device.fetch(bundle).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void bytesThatBothHaveComeToWhoIsToHaveThemOnly() throws Exception {
        byte[] shared = "bytes that both have ".repeat(40).getBytes(StandardCharsets.UTF_8);
        String hash = theirs.upload(shared, "50", 50);
        assertThat(device.fetch(hash).statusCode()).isEqualTo(404);

        assertThat(ours.upload(shared, "50", 50)).isEqualTo(hash);

        // It is an artifact of its own tenant now, and still nobody said that this device is to have it.
        HttpResponse<byte[]> mine = device.fetch(hash);
        assertThat(mine.statusCode()).isEqualTo(404);
        ours.get("/artifacts/" + hash).statusCode(200);
        ours.send("POST", "/artifacts/" + hash + "/removal", "{}");
        theirs.get("/artifacts/" + hash).statusCode(200);
    }

    @Test
    void aDeviceFindsNoCommandAndNoUploadOfAnotherTenant() throws Exception {
        byte[] bytes = "0123456789".getBytes(StandardCharsets.UTF_8);

        assertThat(device.announce(new UploadRequest(theirs.id("command"), 10, FilledTenant.sha256(bytes)))
                        .statusCode())
                .isEqualTo(404);
        assertThat(device.piece(theirs.id("upload"), bytes, "bytes 0-9/10").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aManifestNamesTheDeviceOfTheCertificateOnly() throws Exception {
        Map<String, Set<String>> before = theirs.rows(RESTLESS);

        assertThat(device.manifestOf(theirs.device().ref()).statusCode()).isBetween(400, 499);
        assertThat(device.manifestOf(DeviceRef.of("devices-a", "ibex-device")).statusCode())
                .isBetween(400, 499);

        assertUntouched(before);
    }

    @Test
    void metadataOfOneTenantIsNotTheOthers() throws Exception {
        device.refresh();
        theirs.device().refresh();

        // Each verifies with the roots of its own tenant: the other's would not do.
        assertThat(theirs.get("/trust/roots/images").extract().asString())
                .isNotEqualTo(ours.get("/trust/roots/images").extract().asString());
        assertThat(theirs.get("/trust/roots/director").extract().asString())
                .isNotEqualTo(ours.get("/trust/roots/director").extract().asString());
    }

    @Test
    void anEnrolmentTokenLetsDevicesIntoItsOwnTenantOnly() throws Exception {
        String token = theirs.enrolmentToken();
        Map<String, Set<String>> before = ours.rows(RESTLESS);

        try (TestDevice forged = maker.device()) {
            assertThat(forged.enrol(token.replaceFirst("devices-a", "devices-b"), "ibex-device")
                            .statusCode())
                    .isEqualTo(401);
        }
        try (TestDevice same = maker.device()) {
            // The name of a device of ours, in their tenant: another device.
            assertThat(same.enrol(token, "ibex-device").statusCode()).isEqualTo(200);
            assertThat(same.identity().device()).isEqualTo(DeviceRef.of("devices-a", "ibex-device"));
        }

        // That somebody was refused at our door stands in our trail, and nothing else does.
        Map<String, Set<String>> after = ours.rows(RESTLESS);
        Set<String> trail = before.getOrDefault("audit", Set.of());
        assertThat(after.get("audit"))
                .containsAll(trail)
                .filteredOn(row -> !trail.contains(row))
                .allMatch(row -> row.contains("unknown token or wrong secret"));
        after.forEach((table, rows) -> {
            if (!table.equals("audit")) {
                assertThat(rows).as(table).isEqualTo(before.get(table));
            }
        });
        theirs.send("POST", "/devices/ibex-device/suspend", "{}").statusCode(200);
        assertThat(device.fetch("ab".repeat(32)).statusCode())
                .as("ours is not suspended")
                .isEqualTo(404);
    }

    @Test
    void recordsThatNameWhatAnotherTenantHasChangeNothingThere() throws Exception {
        Map<String, Set<String>> before = theirs.rows(RESTLESS);
        Instant now = Clock.systemUTC().instant();
        // Our device speaks of their command, as only a gateway that was broken into could let it.
        device.answer(new CommandAnswer(theirs.id("command"), CommandAnswer.Outcome.FAILED, "forged"));
        for (String key : List.of(
                "devices-b/marten-device",
                "devices-none/marten-device",
                "devices-b/",
                "devices-a",
                "",
                "/marten-device")) {
            send(kafka.topics().reported(), key, new ReportedState(99, Map.of("os.forged", "1"), List.of()).toJson());
            send(kafka.topics().events(), key, new DeviceEvent("forged", now, Map.of("a", "b")).toJson());
            send(kafka.topics().presence(), key, new Presence(false, 99, now, "forged", "").toJson());
            send(
                    kafka.topics().commandAnswers(),
                    key,
                    new CommandAnswer(theirs.id("command"), CommandAnswer.Outcome.FAILED, "forged").toJson());
        }
        // Key of ours, value of theirs, and the other way round.
        telemetry(device.ref().key(), theirs.device().ref(), "forged.metric");
        telemetry(theirs.device().ref().key(), device.ref(), "forged.metric");
        telemetry("devices-none/x", device.ref(), "forged.metric");

        // What comes after them arrives: nothing is stuck, and all of the above was taken.
        device.event(new DeviceEvent("honest", now, Map.of("n", "1")));
        device.presence(true, 7);
        telemetry(device.ref().key(), device.ref(), "honest.metric");
        await().atMost(SOON).until(() -> ours.get("/devices/ibex-device/events")
                .extract()
                .asString()
                .contains("honest"));
        await().atMost(SOON)
                .until(() -> ours.get("/devices/ibex-device").extract().<Boolean>path("online"));
        await().atMost(SOON).until(() -> ours.get("/devices/ibex-device/telemetry/latest")
                .extract()
                .asString()
                .contains("honest.metric"));

        assertUntouched(before);
        assertThat(ours.get("/devices/ibex-device/telemetry/latest").extract().asString())
                .doesNotContain("forged");
        assertThat(theirs.get("/devices/marten-device/telemetry/latest")
                        .extract()
                        .asString())
                .doesNotContain("forged");
        assertThat(ours.get("/devices?limit=500").extract().<List<String>>path("items.id"))
                .containsExactly("ibex-device");
    }

    @Test
    void anOpenPageHearsOfItsOwnTenantOnly() throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<InputStream> stream = http.send(
                    HttpRequest.newBuilder(server.resolve("/api/v1/stream"))
                            .header("Authorization", "Bearer " + ours.token())
                            .header(Guard.TENANT_HEADER, ours.id().value())
                            .timeout(SOON)
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            List<String> heard = new ArrayList<>();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                theirs.device().presence(true, 21);
                theirs.device().manifest(PermissionFleet.app("com.marten.other"));
                theirs.send("PATCH", "/devices/marten-device", "{\"name\":\"marten anew\"}")
                        .statusCode(200);
                String command = theirs.send(
                                "POST", "/commands", "{\"kind\":\"refresh\",\"devices\":[\"marten-device\"]}")
                        .statusCode(201)
                        .extract()
                        .path("id");
                theirs.send("POST", "/rollouts/" + theirs.id("rollout") + "/pause", "{}");
                await().atMost(SOON)
                        .until(() ->
                                theirs.get("/devices/marten-device").extract().<Boolean>path("online"));
                // Other tests look for rows that change.
                await().atMost(SOON)
                        .until(() ->
                                theirs.get("/commands/" + command).extract().<Integer>path("sent") == 1);
                // The one that is for us comes last: whatever else was for us would stand before it.
                ours.send("PATCH", "/devices/ibex-device", "{\"name\":\"ibex anew\"}")
                        .statusCode(200);
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    heard.add(line);
                    if (line.contains("ibex-device")) {
                        break;
                    }
                }
            }
            http.shutdownNow();

            assertThat(heard).anyMatch(line -> line.contains("ibex-device"));
            assertThat(String.join("\n", heard)).doesNotContain("marten");
            assertThat(String.join("\n", heard))
                    .doesNotContain(new HashSet<>(theirs.ids().values())
                            .stream().filter(id -> id.length() > 3).toArray(String[]::new));
        }
    }

    private void telemetry(String key, DeviceRef named, String metric) throws Exception {
        long now = Clock.systemUTC().millis();
        send(
                kafka.topics().telemetry(),
                key,
                TelemetryBatch.newBuilder()
                        .setTenant(named.tenant().value())
                        .setDevice(named.device().value())
                        .setReceivedAtMs(now)
                        .addMetrics(
                                Metric.newBuilder().setName(metric).setAtMs(now).setNumber(1))
                        .build()
                        .toByteArray());
    }

    private void send(String topic, String key, byte[] value) throws Exception {
        kafka.producer().send(new ProducerRecord<>(topic, key, value)).get();
    }

    private void assertUntouched(Map<String, Set<String>> before) {
        Map<String, Set<String>> after = theirs.rows(RESTLESS);
        before.forEach((table, rows) -> assertThat(after.get(table)).as(table).isEqualTo(rows));
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
