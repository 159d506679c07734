package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Verbs that show one thing more of settings, alerts, trust and policies. */
class LookingTest {
    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran muster(String... words) {
        return Ran.verb(Map.of("MUSTER_SERVER", server.url(), "MUSTER_TOKEN", "t"), "", words);
    }

    @Test
    void settingsAreListedAndTheirSchemaIsPrinted() {
        server.answer("GET /api/v1/settings", 200, """
                {"items":[{"level":"site","name":"north","revision":3,"updatedAt":"2026-11-22T08:00:00Z","updatedBy":"i#a","updatedByName":"Ann"}]}""")
                .answer("GET /api/v1/settings/schema?platform=linux", 200, "{\"type\":\"object\"}");

        assertThat(muster("settings", "list").out()).contains("site", "north", "Ann (i#a)");
        assertThat(muster("settings", "schema", "--platform", "linux").out()).contains("\"type\" : \"object\"");
    }

    @Test
    void alertsAreCountedAndAChannelIsShown() {
        server.answer("GET /api/v1/alerts/counts", 200, "{\"pending\":1,\"firing\":7,\"loud\":5,\"critical\":2}")
                .answer(
                        "GET /api/v1/alert-channels/oncall",
                        200,
                        "{\"name\":\"oncall\",\"kind\":\"email\",\"recipients\":[\"a@example.org\"],\"enabled\":true}");

        assertThat(muster("alerts", "counts", "-o", "name").out()).isEqualTo("5\n");
        assertThat(muster("alerts", "channels", "show", "oncall").out()).contains("a@example.org", "yes");
    }

    @Test
    void aDraftSaysWhoseSignaturesItWaitsFor() {
        server.answer("GET /api/v1/trust/drafts/d-1", 200, """
                {"id":"d-1","repository":"images","role":"targets","version":4,"state":"open","waiting":"signature 1 of 2",
                 "needs":[{"keysOf":"targets","threshold":2,"keys":["k1","k2"],"signedBy":["k1"]}]}""");

        Ran ran = muster("trust", "draft", "d-1");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("signature 1 of 2", "KEYS OF", "k1");
    }

    @Test
    void aWatchedPolicyIsEnded() {
        server.answer("DELETE /api/v1/policy/shadow", 204, "");

        Ran ran = muster("policy", "shadow", "--end");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls()).singleElement().satisfies(call -> assertThat(call.request())
                .startsWith("DELETE "));
    }
}
