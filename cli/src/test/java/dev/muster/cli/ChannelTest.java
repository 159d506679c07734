package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelTest {
    private static final String ID = "0198c0de-0000-7000-8000-000000000000";
    private static final String CHANNELS = """
            {"items":[{"name":"dev","releases":[]},{"name":"beta","releases":[{"id":"%s","name":"os","version":"2",
             "hardware":["rk3568"],"since":"2026-11-26T10:00:00Z","by":"i#a","byName":"Ann","note":"ok"}]}],"next":null}
            """.formatted(ID);

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    @Test
    void promotesAReleaseAndShowsWhereItIsNow() {
        server.answer("POST /api/v1/channels/releases/" + ID + "/promote", 200, CHANNELS);

        Ran ran = verb("release", "promote", ID, "--to", "beta", "--note", "bench");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("beta").contains("os 2");
        assertThat(server.calls().getFirst().body()).contains("\"to\":\"beta\"").contains("\"note\":\"bench\"");
    }

    @Test
    void listsChannelsAndTheReleasesOfOne() {
        server.answer("GET /api/v1/channels", 200, CHANNELS);

        assertThat(verb("channel", "list").out())
                .contains("CHANNEL")
                .contains("dev")
                .contains("os 2");
        assertThat(verb("channel", "show", "beta").out())
                .contains(ID)
                .contains("Ann")
                .contains("rk3568");
    }

    @Test
    void sendsWhatAReleaseRequires() {
        server.answer("POST /api/v1/releases", 200, "{\"id\":\"" + ID + "\",\"requires\":{\"image\":\"1.4\"}}");

        Ran ran = verb(
                "release",
                "create",
                "os",
                "2",
                "--artifact",
                "ab",
                "--needs-image",
                "1.4",
                "--needs-app",
                "com.example.base=3",
                "--needs-release",
                "base@1.0",
                "--needs-api",
                "12");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("image 1.4");
        assertThat(server.calls().getFirst().body())
                .contains("\"image\":\"1.4\"")
                .contains("\"versionCode\":3")
                .contains("\"api\":12")
                .contains("\"version\":\"1.0\"");
        assertThat(verb("release", "create", "os", "2", "--artifact", "ab", "--needs-release", "base")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void aRolloutTakesAReleaseOrAChannel() {
        server.answer("POST /api/v1/rollouts", 200, "{\"id\":\"" + ID + "\"}");

        Ran ran = verb("rollout", "create", "r", "--channel", "stable", "--of", "os", "--hardware", "rk3568");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getFirst().body())
                .contains("\"channel\":{\"name\":\"stable\",\"release\":\"os\",\"hardware\":\"rk3568\"}");
        assertThat(verb("rollout", "create", "r").exit()).isEqualTo(2);
        assertThat(verb("rollout", "create", "r", "--release", ID, "--channel", "stable")
                        .exit())
                .isEqualTo(2);
    }
}
