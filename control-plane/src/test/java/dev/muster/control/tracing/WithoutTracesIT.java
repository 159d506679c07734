package dev.muster.control.tracing;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** A server that nobody told where traces go. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class WithoutTracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @Inject
    DeviceServer devices;

    @Inject
    CertificateAuthority authority;

    @Inject
    OpenTelemetry telemetry;

    @Inject
    Tracing tracing;

    @Test
    void noSpanOfAnybodyIsATraceThatGoesOn() {
        Span span = telemetry.getTracer("test").spanBuilder("test").startSpan();

        try (Scope scope = span.makeCurrent()) {
            assertThat(tracing.current()).isEmpty();
        }
        assertThat(tracing.on()).isFalse();
    }

    @Test
    void answersWithoutATraceWhateverTheCallerNames() throws Exception {
        try (TestDevice device = new TestDevice(URI.create("https://localhost:" + devices.port()), authority.root())) {
            assertThat(device.enrol(FleetApi.enrolmentToken("untraced"), "untraced-1")
                            .statusCode())
                    .isEqualTo(200);
            admin().contentType("application/json")
                    .header("traceparent", SENT)
                    .body("{\"name\":\"of nobody\"}")
                    .patch("/api/v1/devices/untraced-1")
                    .then()
                    .statusCode(200)
                    .header("traceparent", nullValue());

            HttpResponse<byte[]> answer = device.get("/device/v1/director/timestamp.json", "traceparent", SENT);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("traceparent")).isEmpty();
            get("/devices/untraced-1/desired").body("trace", nullValue());
            get("/audit?object=device/untraced-1").body("items.detail.trace", everyItem(not(TRACE)));
        }
    }
}
