package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the quick reader takes is, byte for byte, the record that the thorough reader makes of it. */
class PlainJsonFuzzTest {
    private static final DeviceRef DEVICE = DeviceRef.of("t", "d");
    private static final byte[] HEAD = {};

    @FuzzTest(maxDuration = "1m")
    void agreesWithTheThoroughReader(FuzzedDataProvider data) {
        StringBuilder json = new StringBuilder("{\"metrics\":[");
        int samples = data.consumeInt(1, 3);
        for (int i = 0; i < samples; i++) {
            json.append(i == 0 ? "{\"name\":\"" : ",{\"name\":\"")
                    .append(data.consumeAsciiString(8))
                    .append("\",\"at\":")
                    .append(data.consumeBoolean() ? Long.toString(data.consumeLong()) : data.consumeAsciiString(6))
                    .append(",\"value\":")
                    .append(data.pickValue(new String[] {
                        Double.toString(data.consumeDouble()),
                        Long.toString(data.consumeLong()),
                        data.consumeInt(-999_999, 999_999) + "." + data.consumeInt(0, 999_999_999),
                        "\"" + data.consumeString(6) + "\"",
                        "true",
                        "false",
                        data.consumeAsciiString(10)
                    }))
                    .append('}');
        }
        json.append("]}");
        agree((data.consumeBoolean() ? json.toString() : json + data.consumeRemainingAsString())
                .getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.1", "-0.0", "0", "-0", "123456789.125", "0.000001", "999999999999999", "-42", "1.10", "true",
                "false", "\"\"", "\"on\"", "999999999999.999", "1e3", "01", "1.", "0.30000000000000004", "null", "-",
                "9223372036854775807", "\"a\\nb\"", "\"\u00e9\""
            })
    void agreesOnValues(String value) {
        agree(("{\"metrics\":[{\"name\":\"m\",\"at\":1700000000000,\"value\":" + value + "}]}")
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void takesWhatAgentsWrite() {
        byte[] payload = """
            {"metrics":[{"name":"cpu.load","at":1790000000000,"value":0.25},{"name":"uptime","at":1790000000000,"value":1235}]}\
            """.getBytes(StandardCharsets.US_ASCII);

        assertThat(PlainJson.read(payload, HEAD)).isNotEmpty();
        agree(payload);
    }

    private static void agree(byte[] payload) {
        byte[] quick = PlainJson.read(payload, HEAD);
        if (quick.length > 0) {
            byte[] thorough =
                    TelemetryCodec.decodeAny(MqttTopic.Format.JSON, DEVICE, payload, null, null, 1_700_000_000_000L);
            byte[] taken =
                    TelemetryCodec.decode(MqttTopic.Format.JSON, DEVICE, payload, null, null, 1_700_000_000_000L);
            assertThat(taken).isEqualTo(thorough);
        }
    }
}
