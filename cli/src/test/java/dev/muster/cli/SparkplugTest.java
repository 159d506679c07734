package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SparkplugTest {
    private static final String NODE = """
            {"device":"plc-4","group":"pit","node":"plc-4","online":true,"bdSeq":7,"bornAt":"2026-01-01T00:00:00Z",
             "gaps":2,"lost":5,"late":0,"refused":3,"rebirths":1,"devices":["fan","pump"],"at":"2026-01-01T00:00:00Z"}""";

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran muster(String... words) {
        return Ran.verb(Map.of("MUSTER_SERVER", server.url(), "MUSTER_TOKEN", "t"), "", words);
    }

    @Test
    void namesADeviceAsAnEdgeNodeAndShowsIt() {
        server.answer("PUT /api/v1/devices/plc-4/sparkplug", 200, NODE);

        Ran ran = muster("devices", "sparkplug", "name", "plc-4", "--group", "pit", "--node", "plc-4");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getFirst().body()).contains("\"group\":\"pit\"", "\"node\":\"plc-4\"");
        assertThat(ran.out()).contains("2 (5 messages)", "fan", "pump");
    }

    @Test
    void showsWhatADeviceThatIsNoNodeIsToldOf() {
        server.answer("GET /api/v1/devices/plc-5/sparkplug", 404, """
                {"code":"not-found","detail":"device `plc-5` is no Sparkplug edge node"}""");

        Ran ran = muster("devices", "sparkplug", "show", "plc-5");

        assertThat(ran.exit()).isNotZero();
        assertThat(ran.err()).contains("no Sparkplug edge node");
    }

    @Test
    void asksForBirthsAndTakesTheNameAway() {
        server.answer("POST /api/v1/devices/plc-4/sparkplug/rebirth", 204, "");
        server.answer("DELETE /api/v1/devices/plc-4/sparkplug", 204, "");

        assertThat(muster("devices", "rebirth", "plc-4").out()).contains("asked plc-4");
        assertThat(muster("devices", "sparkplug", "remove", "plc-4").exit()).isZero();
    }
}
