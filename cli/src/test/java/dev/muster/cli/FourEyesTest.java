package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FourEyesTest {
    private static final String ID = "0198c0de-0000-7000-8000-000000000000";
    private static final String REQUEST = "{\"id\":\"" + ID + "\",\"kind\":\"freeze.weaken\",\"subject\":\"freeze/x\","
            + "\"summary\":\"freeze `x` is lifted\",\"change\":{\"name\":\"x\",\"lift\":true},\"state\":\"open\","
            + "\"askedAt\":\"2026-01-01T00:00:00Z\",\"askedBy\":\"idp#1\",\"askedByName\":\"Ann\","
            + "\"expiresAt\":\"2026-01-08T00:00:00Z\",\"settledAt\":null,\"settledBy\":null,\"settledByName\":null,"
            + "\"reason\":\"\"}";
    private static final String RULE = "{\"rollouts\":true,\"policies\":false,\"trust\":true,\"freezeOverrides\":false,"
            + "\"revision\":4,\"changedAt\":\"2026-01-01T00:00:00Z\",\"changedBy\":\"idp#1\",\"changedByName\":\"Ann\",";

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    @Test
    void changesOnlyWhatIsNamedAndSaysWhatWaits() {
        server.answer("GET /api/v1/four-eyes", 200, RULE + "\"pending\":null}");
        server.answer("PUT /api/v1/four-eyes", 202, RULE + "\"pending\":" + REQUEST + "}");

        Ran ran = verb("four-eyes", "set", "--policies", "on", "--trust", "off");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getLast().body())
                .isEqualTo("{\"rollouts\":true,\"policies\":true,\"trust\":false,\"freezeOverrides\":false}");
        assertThat(ran.out()).contains("two people", "muster four-eyes approve " + ID);
    }

    @Test
    void asksForSomethingToSet() {
        assertThat(verb("four-eyes", "set").exit()).isEqualTo(2);
        assertThat(verb("four-eyes", "set", "--trust", "perhaps").exit()).isEqualTo(2);
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void listsApprovesAndRejects() {
        server.answer("GET /api/v1/four-eyes/requests?limit=50", 200, "{\"items\":[" + REQUEST + "],\"next\":null}");
        server.answer("GET /api/v1/four-eyes/requests/" + ID, 200, REQUEST);
        server.answer("POST /api/v1/four-eyes/requests/" + ID + "/approve", 200, REQUEST.replace("open", "approved"));
        server.answer("POST /api/v1/four-eyes/requests/" + ID + "/reject", 200, REQUEST.replace("open", "rejected"));

        assertThat(verb("four-eyes", "requests").out()).contains(ID, "freeze `x` is lifted", "Ann");
        assertThat(verb("four-eyes", "requests", ID).out()).contains("lift true");
        assertThat(verb("four-eyes", "approve", ID).out()).contains("approved");
        assertThat(verb("four-eyes", "reject", ID, "--reason", "no").out()).contains("rejected");
        assertThat(server.calls().getLast().body()).contains("\"reason\":\"no\"");
    }

    @Test
    void saysThatNothingChangedYet() {
        server.answer("DELETE /api/v1/freezes/x", 202, REQUEST);
        server.answer("DELETE /api/v1/vendor-roots/5f2a", 202, REQUEST);

        assertThat(verb("freezes", "delete", "x").out())
                .contains("Nothing changed yet", "muster four-eyes approve " + ID)
                .doesNotContain("lifted freeze");
        assertThat(verb("freezes", "delete", "x", "-o", "name").out().strip()).isEqualTo(ID);
        assertThat(verb("trust", "vendors", "remove", "5f2a").out())
                .contains("Nothing changed yet")
                .doesNotContain("removed");
    }
}
