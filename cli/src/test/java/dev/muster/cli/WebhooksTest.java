package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhooksTest {
    private static final String ERP =
            "{\"name\":\"erp\",\"url\":\"https://erp.test/m\",\"types\":[\"rollout.*\"],\"selector\":\"\",\"state\":\"active\","
                    + "\"enabled\":true,\"waiting\":2,\"parked\":1,\"said\":\"\"}";

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    @Test
    void makesAWebhookAndShowsItsSecretOnce() {
        server.answer("POST /api/v1/webhooks", 201, "{\"webhook\":" + ERP + ",\"secret\":\"whsec_abc\"}");

        Ran ran = verb("webhooks", "create", "erp", "--url", "https://erp.test/m", "--type", "rollout.*");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getFirst().body())
                .contains("\"name\":\"erp\"", "\"types\":[\"rollout.*\"]", "\"enabled\":true");
        assertThat(ran.out()).contains("whsec_abc", "muster webhooks test erp");
    }

    @Test
    void changesOnlyWhatIsNamed() {
        server.answer("PATCH /api/v1/webhooks/erp", 200, "{\"webhook\":" + ERP + ",\"secret\":null}");

        assertThat(verb("webhooks", "update", "erp", "--off").exit()).isZero();
        assertThat(verb("webhooks", "update", "erp", "--all-types", "-q", "site==north")
                        .exit())
                .isZero();

        assertThat(server.calls().getFirst().body()).isEqualTo("{\"enabled\":false}");
        assertThat(server.calls().getLast().body()).isEqualTo("{\"types\":[],\"selector\":\"site==north\"}");
        assertThat(verb("webhooks", "update", "erp").exit()).isEqualTo(2);
        assertThat(verb("webhooks", "update", "erp", "--on", "--off").exit()).isEqualTo(2);
        assertThat(server.calls()).hasSize(2);
    }

    @Test
    void replaysOneThingAtATime() {
        server.answer("POST /api/v1/webhooks/erp/replay", 200, "{\"events\":7}");

        Ran ran = verb("webhooks", "replay", "erp", "--from", "2026-11-27T08:00:00Z");

        assertThat(ran.out()).contains("events told again: 7");
        assertThat(server.calls().getFirst().body()).isEqualTo("{\"from\":\"2026-11-27T08:00:00Z\"}");
        assertThat(verb("webhooks", "replay", "erp", "--from", "PT2H").exit()).isZero();
        assertThat(server.calls().getLast().body()).matches("\\{\"from\":\"2.*Z\"}");
        assertThat(verb("webhooks", "replay", "erp", "--from", "Ptwo").exit()).isEqualTo(2);
        assertThat(verb("webhooks", "replay", "erp").exit()).isEqualTo(2);
        assertThat(verb("webhooks", "replay", "erp", "--parked", "--event", "x").exit())
                .isEqualTo(2);
        assertThat(server.calls()).hasSize(2);
    }

    @Test
    void aTestThatIsNotDeliveredFails() {
        server.answer(
                "POST /api/v1/webhooks/erp/test", 200, "{\"delivered\":false,\"said\":\"expected 2xx, found 500\"}");

        Ran ran = verb("webhooks", "test", "erp");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("not delivered: expected 2xx, found 500");
    }

    @Test
    void listsAndRotates() {
        server.answer("GET /api/v1/webhooks", 200, "{\"items\":[" + ERP + "]}");
        server.answer("POST /api/v1/webhooks/erp/secret", 200, "{\"webhook\":" + ERP + ",\"secret\":\"whsec_new\"}");
        server.answer(
                "GET /api/v1/webhooks/erp/deliveries?state=parked&limit=50",
                200,
                "{\"items\":[{\"event\":\"e-1\",\"type\":\"dev.muster.rollout.started\",\"subject\":\"rollout/1\","
                        + "\"state\":\"parked\",\"replay\":false,\"attempts\":9,\"time\":\"2026-11-27T08:00:00Z\","
                        + "\"said\":\"no\"}]}");

        assertThat(verb("webhooks", "list").out()).contains("erp", "active", "rollout.*", "all");
        assertThat(verb("webhooks", "rotate-secret", "erp", "--keep-old-for", "PT1H")
                        .out())
                .contains("whsec_new");
        assertThat(server.calls().getLast().body()).isEqualTo("{\"keepOldFor\":\"PT1H\"}");
        Ran deliveries = verb("webhooks", "deliveries", "erp", "--state", "parked");
        assertThat(deliveries.out()).as(deliveries.err()).contains("e-1", "parked", "rollout/1");
    }
}
