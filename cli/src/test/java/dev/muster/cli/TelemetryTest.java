package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTest {
    private static final String SPAN = "from=2026-01-01T00%3A00%3A00Z&to=2026-01-02T00%3A00%3A00Z";

    @TempDir
    Path folder;

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    @Test
    void listsMetricsAndTheirNewestValues() {
        server.answer("GET /api/v1/telemetry/metrics?q=tag%3D%3Dcamera", 200, "{\"items\":[\"cpu.load\",\"fps\"]}");
        server.answer(
                "GET /api/v1/telemetry/latest?metric=fps",
                200,
                "{\"items\":[{\"device\":\"cam-1\",\"metric\":\"fps\",\"at\":\"2026-11-22T08:59:00Z\",\"value\":24.0}]}");

        assertThat(verb("telemetry", "metrics", "-q", "tag==camera").out()).isEqualTo("cpu.load\nfps\n");
        assertThat(verb("telemetry", "metrics", "-q", "tag==camera", "-o", "json")
                        .out())
                .contains("\"items\"");
        assertThat(verb("telemetry", "now", "fps").out())
                .contains("cam-1")
                .contains("24.0")
                .contains("60s ago");
    }

    @Test
    void showsOneMetricOfManyDevicesTogether() {
        server.answer(
                "GET /api/v1/telemetry?metric=cpu.load&points=60&q=site%3D%3Dnorth&" + SPAN,
                200,
                "{\"metric\":\"cpu.load\",\"devices\":7,\"points\":[{\"at\":\"2026-01-01T00:00:00Z\",\"min\":0.1,"
                        + "\"max\":0.9,\"mean\":0.4,\"devices\":6}]}");

        Ran ran = verb(
                "telemetry",
                "fleet",
                "cpu.load",
                "-q",
                "site==north",
                "--from",
                "2026-01-01T00:00:00Z",
                "--to",
                "2026-01-02T00:00:00Z");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("7", "0.4", "DEVICES");
    }

    @Test
    void writesAnExportToAFileOrToStandardOutput() throws IOException {
        String csv = "device,metric,at,value\r\na,m,2026-01-01T00:00:00Z,1\r\n";
        server.answer("GET /api/v1/telemetry/export?format=csv&" + SPAN, 200, csv);
        server.answer("GET /api/v1/telemetry/export?format=csv&" + SPAN + "&metric=m", 200, csv);
        Path file = folder.resolve("day.csv");
        String[] span = {"--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z"};

        Ran printed = verb("telemetry", "export", span[0], span[1], span[2], span[3]);
        Ran saved = verb(
                "telemetry", "export", "--metric", "m", "--out", file.toString(), span[0], span[1], span[2], span[3]);

        assertThat(printed.exit()).as(printed.err()).isZero();
        assertThat(printed.out()).contains("a,m,2026-01-01T00:00:00Z,1");
        assertThat(saved.exit()).as(saved.err()).isZero();
        assertThat(Files.readString(file)).isEqualTo(csv);
    }

    @Test
    void followsAllDevicesOfASelectorAndSaysWhatWasLost() {
        server.answer("GET /api/v1/telemetry/stream?q=site%3D%3Dnorth&metric=rpm", 200, """
                event:sample
                data:{"device":"a","metric":"rpm","at":"2026-01-01T00:00:00Z","value":7}

                event:dropped
                data:{"samples":12}

                event:sample
                data:{"device":"b","metric":"rpm","at":"2026-01-01T00:00:01Z","value":8}

                """);

        Ran ran = verb("telemetry", "tail", "--selector", "site==north", "--metric", "rpm");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).containsSubsequence("2026-01-01T00:00:00Z  a  rpm  7", "2026-01-01T00:00:01Z  b  rpm  8");
        assertThat(ran.err()).contains("12 values lost");
        assertThat(verb("telemetry", "tail").err()).contains("expected a device or --selector");
        assertThat(verb("telemetry", "tail", "a", "-q", "all").exit()).isEqualTo(2);
    }

    @Test
    void previewsARuleOverStoredSamples() throws IOException {
        Path rule = Files.writeString(folder.resolve("hot.yaml"), "kind: AlertRule");
        server.answer(
                "POST /api/v1/alert-rules/preview?" + SPAN,
                200,
                "{\"rule\":\"hot\",\"metric\":\"temp\",\"devices\":7,\"looked\":7,\"count\":1,\"neverFired\":2,\"alerts\":"
                        + "[{\"device\":\"kiln\",\"since\":\"2026-01-01T01:00:00Z\",\"firedAt\":\"2026-01-01T01:05:00Z\","
                        + "\"resolvedAt\":null,\"value\":97.5}]}");

        Ran ran = verb(
                "alerts", "preview", rule.toString(), "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("Would fire", "kiln", "2026-01-01T01:05:00Z", "97.5");
    }

    @Test
    void asksForATimeThatCanBeRead() {
        assertThat(verb("telemetry", "export", "--from", "yesterday").exit()).isEqualTo(2);
        assertThat(verb("telemetry", "fleet", "m", "--to", "noon").err()).contains("expected an instant or a duration");
        assertThat(server.calls()).isEmpty();
    }
}
