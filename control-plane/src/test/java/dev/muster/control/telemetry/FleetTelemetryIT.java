package dev.muster.control.telemetry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Telemetry of many devices, from Kafka through the sink to who asks. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class FleetTelemetryIT {
    private static final TenantId TENANT = new TenantId("fleet-telemetry");
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    @Inject
    KafkaClients kafka;

    /** The same for every test: values sent again are the same values. */
    private final Instant at =
            Clock.systemUTC().instant().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofMinutes(30));

    @BeforeEach
    void threeDevices() throws Exception {
        boolean first = transactions.in(TENANT, handle -> {
            int made = handle.execute("insert into tenant (tenant) values ('fleet-telemetry') on conflict do nothing");
            if (made == 1) {
                for (String device : List.of("mill-a", "mill-b", "mill-c")) {
                    handle.execute(
                            "insert into device (id, name, status, hardware) values (?, ?, 'active', 'board')",
                            device,
                            device);
                }
                bind("whole", "");
                bind("part", "name=in=(mill-a,mill-b)");
            }
            return made == 1;
        });
        if (first) {
            send(
                    "mill-a",
                    1,
                    metric("temperature.celsius", 0).setNumber(10),
                    metric("label", 0).setText("say \"hi\", ok"));
            send("mill-b", 1, metric("temperature.celsius", 0).setNumber(30));
            send("mill-c", 1, metric("temperature.celsius", 0).setNumber(500));
            send("mill-a", 2, metric("temperature.celsius", 60).setNumber(20));
            await().atMost(SOON).untilAsserted(() -> get("whole", "/telemetry/latest?metric=temperature.celsius")
                    .body("items", hasSize(3))
                    .body("items[0].value", equalTo(20.0f)));
        }
    }

    @Test
    void aSeriesTakesAllDevicesOfTheQueryTogetherAsFarAsTheyAreInScope() {
        get("whole", series("")).body("devices", equalTo(3)).body("points.max.max()", equalTo(500.0f));

        get("whole", series("&q=name=in=(mill-a,mill-b)"))
                .body("devices", equalTo(2))
                .body("points", hasSize(2))
                .body("points[0].min", equalTo(10.0f))
                .body("points[0].max", equalTo(30.0f))
                .body("points[0].mean", equalTo(20.0f))
                .body("points[0].devices", equalTo(2))
                .body("points[1].mean", equalTo(20.0f))
                .body("points[1].devices", equalTo(1));
        assertThat(get("part", series("")).extract().asString())
                .isEqualTo(get("whole", series("&q=name=in=(mill-a,mill-b)"))
                        .extract()
                        .asString());
    }

    @Test
    void theNamesOfNumbersAndTheNewestValuesAreThoseOfVisibleDevices() {
        get("part", "/telemetry/metrics").body("items", equalTo(List.of("temperature.celsius")));
        get("part", "/telemetry/latest?metric=temperature.celsius")
                .body("items.device", equalTo(List.of("mill-a", "mill-b")));
        get("whole", "/telemetry/latest?metric=none").body("items", hasSize(0));
    }

    @Test
    void anExportHoldsEverySampleOfTheSpanAndIsWrittenDown() {
        String span = "from=" + at.minusSeconds(1) + "&to=" + at.plusSeconds(61);

        assertThat(get("part", "/telemetry/export?" + span).extract().asString())
                .isEqualTo("device,metric,at,value\r\n"
                        + "mill-a,label," + at + ",\"say \"\"hi\"\", ok\"\r\n"
                        + "mill-a,temperature.celsius," + at + ",10.0\r\n"
                        + "mill-b,temperature.celsius," + at + ",30.0\r\n"
                        + "mill-a,temperature.celsius," + at.plusSeconds(60) + ",20.0\r\n");
        assertThat(get("part", "/telemetry/export?format=ndjson&metric=label&" + span)
                        .extract()
                        .asString())
                .isEqualTo("{\"device\":\"mill-a\",\"metric\":\"label\",\"at\":\"" + at
                        + "\",\"value\":\"say \\\"hi\\\", ok\"}\n");
        List<String> told = transactions.in(TENANT, handle -> handle.createQuery(
                        "select distinct detail ->> 'format' from audit where verb = 'telemetry.export' order by 1")
                .mapTo(String.class)
                .list());
        assertThat(told).containsExactly("csv", "ndjson");
    }

    @Test
    void aStreamHandsOnWhatDevicesOfTheQueryInScopeSend() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port
                        + "/api/v1/telemetry/stream?metric=mode&q=name=in=(mill-b,mill-c)"))
                .header("Authorization", "Bearer " + Tokens.of("part"))
                .header(Guard.TENANT_HEADER, TENANT.value())
                .build();
        HttpClient client = HttpClient.newHttpClient();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        HttpResponse<Stream<String>> answer = client.send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        Thread reading = Thread.ofVirtual().start(() -> answer.body().forEach(lines::add));
        try {
            // What was sent before the stream read its first record is not handed on, so it is sent until something
            // comes.
            long[] seq = {100};
            List<String> seen = new ArrayList<>();
            await().atMost(SOON).untilAsserted(() -> {
                for (String device : List.of("mill-a", "mill-b", "mill-c")) {
                    send(
                            device,
                            ++seq[0],
                            metric("mode", 3_000).setText("fast"),
                            metric("other", 3_000).setText("slow"));
                }
                lines.drainTo(seen);
                assertThat(seen).anyMatch(line -> line.startsWith("data:"));
            });
            assertThat(seen).contains("event:sample").noneMatch(line -> line.contains("mill-a"));
            assertThat(seen)
                    .filteredOn(line -> line.startsWith("data:"))
                    .allMatch(line -> line.equals("data:{\"device\":\"mill-b\",\"metric\":\"mode\",\"at\":\""
                            + at.plusSeconds(3_000) + "\",\"value\":\"fast\"}"));
        } finally {
            client.shutdownNow();
            reading.interrupt();
        }
    }

    @Test
    void whatCannotBeAnsweredSaysWhatWasExpected() {
        refused("/telemetry?metric=m&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "`from` before `to`");
        refused("/telemetry?metric=m&points=0", "`points`");
        refused("/telemetry", "metric");
        refused("/telemetry/export?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", "31 days");
        refused("/telemetry/export?format=xml", "csv or ndjson");
        refused("/telemetry/stream?q=nonsense==", "expected a value");
        refused("/telemetry/latest?metric=m&q=nonsense==", "expected a value");
    }

    private String series(String more) {
        return "/telemetry?metric=temperature.celsius&points=60&from=" + at.minusSeconds(600) + "&to="
                + at.plusSeconds(600) + more;
    }

    private static Metric.Builder metric(String name, int unused) {
        return Metric.newBuilder().setName(name).setAtMs(unused);
    }

    private void send(String device, long seq, Metric.Builder... metrics) throws Exception {
        DeviceRef ref = DeviceRef.of(TENANT.value(), device);
        TelemetryBatch.Builder batch = TelemetryBatch.newBuilder()
                .setTenant(TENANT.value())
                .setDevice(device)
                .setBoot(1)
                .setSeq(seq)
                .setReceivedAtMs(Clock.systemUTC().millis());
        for (Metric.Builder metric : metrics) {
            batch.addMetrics(metric.setAtMs(at.toEpochMilli() + metric.getAtMs() * 1000));
        }
        kafka.producer()
                .send(new ProducerRecord<>(
                        kafka.topics().telemetry(), ref.key(), batch.build().toByteArray()))
                .get();
    }

    private void bind(String subject, String selector) {
        transactions.run(
                TENANT,
                handle -> bindings.insert(
                        handle,
                        new RoleBinding(
                                UUID.randomUUID(),
                                RoleBinding.Kind.PERSON,
                                Tokens.ISSUER,
                                subject,
                                Role.VIEWER,
                                Selector.parse(selector),
                                false),
                        "test"));
    }

    private static void refused(String path, String reason) {
        as("whole", path).statusCode(400).body("detail", containsString(reason));
    }

    private static ValidatableResponse get(String subject, String path) {
        return as(subject, path).statusCode(200);
    }

    private static ValidatableResponse as(String subject, String path) {
        return given().auth()
                .oauth2(Tokens.of(subject))
                .header(Guard.TENANT_HEADER, TENANT.value())
                .get("/api/v1" + path)
                .then();
    }
}
