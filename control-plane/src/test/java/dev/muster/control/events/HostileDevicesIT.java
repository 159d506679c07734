package dev.muster.control.events;

import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PermissionFleet;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.reported.ReportedState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that says what no row can hold; the gateway passes payloads on as they are, and so do these tests. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class HostileDevicesIT {
    private static final String LONG = "a".repeat(5_000);

    /** What a string in JSON may hold and PostgreSQL does not. */
    private static final List<String> NO_TEXT = List.of("\\u0000", "a\\ud800", "\\udc00b");

    private static final List<String> NO_TIME = List.of(
            "+1000000000-12-31T23:59:59.999999999Z",
            "-1000000000-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "yesterday");

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    KafkaClients kafka;

    @TempDir
    Path directory;

    private PermissionFleet fleet;

    @BeforeEach
    void open() {
        fleet = new PermissionFleet(server.port(), authority, kafka, directory, "hostile");
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void eventsThatNoRowCanHoldStopNobodyBehindThem() throws Exception {
        FleetDevice liar = fleet.enrol("hostile-1");
        FleetDevice honest = fleet.enrol("hostile-2");
        String now = Clock.systemUTC().instant().toString();
        for (String text : NO_TEXT) {
            event(liar, "lifecycle." + text, now, "{}");
            event(liar, "lifecycle.started", now, "{\"text\":\"" + text + "\"}");
            event(liar, "lifecycle.started", now, "{\"" + text + "\":\"text\"}");
            event(liar, "permission.usage", now, usage("com." + text, "1"));
            event(liar, "permission.situation", now, situation("\\\"zone/" + text.replace("\\", "\\\\") + "\\\""));
            event(liar, "permission.lease", now, "{\"state\":\"" + text + "\",\"policyVersion\":\"1\"}");
        }
        for (String time : NO_TIME) {
            event(liar, "lifecycle.started", time, "{}");
            event(liar, "permission.usage", now, usage("com.a", "1").replace("1970-01-02T00:00:00Z", time));
        }
        event(liar, LONG, now, "{}");
        event(liar, "permission.usage", now, usage(LONG, "1"));
        event(liar, "permission.usage", now, usage("com.a", "9".repeat(400)));
        event(liar, "permission.drift", now, drift(LONG, "999999999999999999"));
        event(liar, "permission.drift", now, drift("com.a", "999999999999999999"));
        event(liar, "permission.situation", now, situation("\\\"zone/" + LONG + "\\\""));
        event(
                liar,
                "permission.situation",
                now,
                "{\"policySha256\":\"a\",\"capabilitiesSha256\":\"\",\"facts\":\"[\"}");
        send(kafka.topics().events(), liar, "no JSON");
        send(kafka.topics().events(), liar, "[]");

        send(
                kafka.topics().events(),
                honest,
                new String(
                        new DeviceEvent("lifecycle.started", Clock.systemUTC().instant(), Map.of("who", "honest"))
                                .toJson(),
                        StandardCharsets.UTF_8));

        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> get("/devices/hostile-2/events").body("items.kind", hasItem("lifecycle.started")));
        get("/devices/hostile-1/events").body("items.kind", not(hasItem(LONG)));
    }

    @Test
    void reportsThatNoRowCanHoldStopNobodyBehindThem() throws Exception {
        FleetDevice liar = fleet.enrol("hostile-3");
        FleetDevice honest = fleet.enrol("hostile-4");
        String now = Clock.systemUTC().instant().toString();
        for (String text : NO_TEXT) {
            report(liar, "{\"" + text + "\":\"12\"}", target("policy", now, "", "1"));
            report(liar, "{\"os.version\":\"" + text + "\"}", target("policy", now, "", "1"));
            report(liar, "{}", target("policy", now, text, "1"));
            report(liar, "{}", target("policy", now, "", text));
            report(liar, "{}", target("app/com." + text, now, "", "1"));
        }
        for (String time : NO_TIME) {
            report(liar, "{}", target("policy", time, "", "1"));
        }
        report(liar, "{\"" + LONG + "\":\"12\"}", target("policy", now, "", "1"));
        report(liar, "{\"os.version\":\"" + LONG + "\"}", target("policy", now, "", "1"));
        report(liar, "{}", target("policy", now, "", LONG));
        report(liar, "{}", target("app/" + LONG, now, "", "1"));
        send(kafka.topics().reported(), liar, "{\"generation\":" + "9".repeat(400) + ",\"targets\":[]}");
        send(kafka.topics().reported(), liar, "no JSON");

        send(
                kafka.topics().reported(),
                honest,
                new String(
                        new ReportedState(1, Map.of("os.version", "12"), List.of()).toJson(), StandardCharsets.UTF_8));

        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> get("/devices/hostile-4").body("facts.'os.version'", equalTo("12")));
    }

    @Test
    void aManifestThatNoRowCanHoldIsRefusedAndTheNextOneIsTaken() throws Exception {
        FleetDevice device = fleet.enrol("hostile-5");

        assertThat(device.manifest(named("com.\0")).statusCode()).isEqualTo(400);
        assertThat(device.manifest(named(LONG)).statusCode()).isEqualTo(400);
        assertThat(device.manifest(PermissionFleet.app("com.a", LONG)).statusCode())
                .isEqualTo(400);

        assertThat(device.manifest(named("com.a")).statusCode()).isEqualTo(204);
        get("/devices/hostile-5/manifest").body("apps.bundle", hasItem("com.a"));
    }

    private static InstalledApp named(String bundle) {
        return new InstalledApp(bundle, 1, "1.0", Optional.empty(), "normal", List.of());
    }

    private void event(FleetDevice device, String kind, String at, String detail) throws Exception {
        send(
                kafka.topics().events(),
                device,
                "{\"kind\":\"" + kind + "\",\"at\":\"" + at + "\",\"detail\":" + detail + "}");
    }

    private void report(FleetDevice device, String facts, String target) throws Exception {
        send(
                kafka.topics().reported(),
                device,
                "{\"generation\":1,\"facts\":" + facts + ",\"targets\":[" + target + "]}");
    }

    private static String target(String name, String since, String message, String version) {
        return "{\"name\":\"" + name + "\",\"state\":\"committed\",\"since\":\"" + since + "\",\"message\":\"" + message
                + "\",\"version\":\"" + version + "\"}";
    }

    private static String usage(String app, String granted) {
        return "{\"app\":\"" + app + "\",\"permission\":\"ohos.permission.CAMERA\",\"granted\":\"" + granted
                + "\",\"denied\":\"0\",\"from\":\"1970-01-02T00:00:00Z\",\"to\":\"1970-01-02T00:00:00Z\"}";
    }

    private static String drift(String app, String repeats) {
        return "{\"app\":\"" + app + "\",\"permission\":\"ohos.permission.CAMERA\",\"wanted\":\"true\","
                + "\"actual\":\"false\",\"level\":\"enforced-by-os\",\"repeats\":\"" + repeats
                + "\",\"action\":\"backing-off\"}";
    }

    private static String situation(String facts) {
        return "{\"policySha256\":\"a\",\"capabilitiesSha256\":\"\",\"facts\":\"{\\\"facts\\\":[" + facts + "]}\"}";
    }

    /** All to one partition, so that whoever comes later is behind. */
    private void send(String topic, FleetDevice device, String json) throws Exception {
        DeviceRef ref = device.ref();
        kafka.producer()
                .send(new ProducerRecord<>(topic, 0, ref.key(), json.getBytes(StandardCharsets.UTF_8)))
                .get();
    }
}
