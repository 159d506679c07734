package dev.muster.control.tracing;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.agent.AgentHost;
import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.roles.TelemetryParts;
import dev.muster.control.testing.Collector;
import dev.muster.control.testing.Collector.Received;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.HookProfile;
import dev.muster.control.testing.Lines;
import dev.muster.control.testing.RealAgent;
import dev.muster.control.testing.Servers;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** A change made over REST, a real agent, and what a collector gets of it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(HookProfile.class)
class TracesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CALLER = "00f067aa0ba902b7";

    @Inject
    DeviceServer devices;

    @Inject
    CertificateAuthority authority;

    @Inject
    TelemetryParts parts;

    @Test
    void oneTraceFollowsAChangeFromTheRequestToTheDevicesReport() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        try (Lines lines = new Lines();
                Collector collector = new Collector(ConfigProvider.getConfig()
                        .getValue("muster.tracing.endpoint", URI.class)
                        .getPort());
                RealAgent agent = enrol("traced-1");
                AgentHost host = agent.start()) {
            await().atMost(PATIENCE).until(host::isConnected);

            String rollout = change("traced-1", 11, "00-" + trace + "-" + CALLER + "-01");
            follow("traced-1");

            await().atMost(PATIENCE).untilAsserted(() -> {
                List<Received> spans = collector.of(trace);
                Received request = one(spans, SpanKind.SPAN_KIND_SERVER, "POST /settings/rollout");
                assertThat(request.parent()).isEqualTo(CALLER);
                Received step = one(spans, SpanKind.SPAN_KIND_INTERNAL, "rollout step");
                assertThat(step.parent()).isEqualTo(request.id());
                assertThat(step.attributes()).containsEntry("muster.rollout", rollout);
                Received sent = spans.stream()
                        .filter(span -> span.kind() == SpanKind.SPAN_KIND_PRODUCER)
                        .filter(span -> span.name().endsWith("device-state"))
                        .findFirst()
                        .orElseThrow();
                assertThat(sent.parent()).isEqualTo(step.id());
                // The hint told the device, for nothing else knows of this span.
                Received fetch = one(spans, SpanKind.SPAN_KIND_SERVER, "GET /device/v1/director/:file");
                assertThat(fetch.parent()).isEqualTo(sent.id());
                assertThat(fetch.attributes())
                        .containsEntry("muster.tenant", "default")
                        .containsEntry("muster.device", "traced-1");
                one(spans, SpanKind.SPAN_KIND_SERVER, "GET /device/v1/targets/:sha256");
                one(spans, SpanKind.SPAN_KIND_SERVER, "PUT /device/v1/manifest");
                Received report = one(spans, SpanKind.SPAN_KIND_CONSUMER, "process");
                assertThat(report.attributes()).containsEntry("muster.device", "traced-1");
                Set<String> known = spans.stream().map(Received::id).collect(Collectors.toSet());
                assertThat(spans)
                        .allSatisfy(span -> assertThat(span.parent().equals(CALLER) || known.contains(span.parent()))
                                .as(span.toString())
                                .isTrue());
            });
            get("/devices/traced-1/desired").body("trace", equalTo(trace));
            get("/devices/traced-1/reported").body("trace", equalTo(trace));
            get("/audit?object=rollout/" + rollout).body("items.detail.trace", hasItem(trace));
            assertThat(lines.with("rollout.create of `rollout/" + rollout))
                    .singleElement()
                    .satisfies(line -> assertThat(line.fields())
                            .containsEntry("tenant", "default")
                            .containsEntry("requestId", "request-11")
                            .containsEntry("traceId", trace)
                            .containsKey("spanId"));
            assertThat(lines.with("report of generation"))
                    .filteredOn(line -> "traced-1".equals(line.fields().get("device")))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.fields()).containsEntry("tenant", "default"))
                    .anySatisfy(line -> assertThat(line.fields()).containsEntry("traceId", trace));
        }
    }

    @Test
    void aCallerWhoLeavesItsTraceOutIsFollowedNowhere() throws Exception {
        String trace = "11112222333344445555666677778888";
        try (Collector collector = new Collector(ConfigProvider.getConfig()
                        .getValue("muster.tracing.endpoint", URI.class)
                        .getPort());
                RealAgent agent = enrol("traced-2");
                AgentHost host = agent.start()) {
            await().atMost(PATIENCE).until(host::isConnected);

            change("traced-2", 12, "00-" + trace + "-" + CALLER + "-00");
            follow("traced-2");

            get("/devices/traced-2/desired").body("trace", nullValue());
            get("/devices/traced-2/reported").body("trace", nullValue());
            // One that is sent later arrives: what came before it would have come, too.
            String later = "99992222333344445555666677778888";
            change("traced-2", 13, "00-" + later + "-" + CALLER + "-01");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(collector.of(later)).isNotEmpty());
            assertThat(collector.of(trace)).isEmpty();
        }
    }

    private RealAgent enrol(String name) throws Exception {
        return new RealAgent(
                URI.create("https://localhost:" + devices.port()),
                "localhost:" + parts.gatewayAddress().orElseThrow().getPort(),
                authority.fingerprint(),
                FleetApi.enrolmentToken("traced"),
                name,
                Clock.systemUTC());
    }

    /** Changes what the device is to have, in a rollout of its own; its id. */
    private static String change(String device, int seconds, String traceparent) {
        admin().contentType("application/json")
                .body("{\"agent\":{\"sampleSeconds\":" + seconds + "}}")
                .put("/api/v1/settings/device/" + device)
                .then()
                .statusCode(200);
        return admin().contentType("application/json")
                .header("traceparent", traceparent)
                .header("X-Request-Id", "request-" + seconds)
                .body("{\"selector\":\"id==" + device + "\"}")
                .post("/api/v1/settings/rollout")
                .then()
                .statusCode(200)
                .extract()
                .path("rollout");
    }

    /** Until the device says that it has what it is to have. */
    private static void follow(String device) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            int generation = get("/devices/" + device + "/desired").extract().path("generation");
            get("/devices/" + device + "/reported")
                    .body("generation", equalTo(generation))
                    .body("targets.find { it.name == 'settings' }.state", equalTo("committed"));
        });
    }

    private static Received one(List<Received> spans, SpanKind kind, String name) {
        List<Received> found = spans.stream()
                .filter(span -> span.kind() == kind && span.name().contains(name))
                .toList();
        assertThat(found).as(name + " of " + spans).isNotEmpty();
        return found.getFirst();
    }
}
