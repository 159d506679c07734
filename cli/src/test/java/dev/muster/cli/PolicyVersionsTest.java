package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyVersionsTest {
    private static final String ROLE = """
            apiVersion: muster.dev/v1
            kind: Role
            metadata: {name: camera-user}
            spec: {permissions: [ohos.permission.CAMERA]}
            """;
    private static final String IMPACT = """
            {"devices":3,"profiles":1,"changedDevices":2,"unchangedDevices":1,"unknownInventory":1,
             "killedProcesses":4,"killedProcessesUnknown":1,"notEnforceable":0,
             "changes":[{"bundle":"com.eye","permission":"ohos.permission.CAMERA",
               "before":{"granted":true,"reason":"role","condition":null},
               "after":{"granted":false,"reason":"guard-rail","condition":"now < 2027"},
               "devices":2,"byLevel":{"enforced-at-verify":2},"kills":4}],
             "next":"abc"}""";

    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran muster(String... words) {
        return Ran.verb(Map.of("MUSTER_SERVER", server.url(), "MUSTER_TOKEN", "t"), "", words);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("p.yaml"), text).toString();
    }

    @Test
    void publishesWithTheTermsAskedFor() {
        server.answer("POST /api/v1/policy/publish", 200, "{\"version\":4,\"rollout\":\"r1\"}");

        Ran ran = muster("policy", "publish", "--now", "--force", "--shadow", "--selector", "tag==a");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("Version: 4\nRollout: r1\n");
        assertThat(server.calls().getLast().body())
                .contains("\"percent\":100", "\"force\":true", "\"shadow\":true", "\"selector\":\"tag==a\"");
    }

    @Test
    void leavesTheWavesToTheServerUnlessAsked() {
        server.answer("POST /api/v1/policy/publish", 200, "{\"version\":4,\"rollout\":null}");

        Ran ran = muster("policy", "publish", "-o", "name");

        assertThat(ran.out()).isEqualTo("4\n");
        assertThat(server.calls().getLast().body()).isEqualTo("{\"comment\":\"\"}");
    }

    @Test
    void namesThePolicyTestsThatStandInTheWay() {
        server.answer("POST /api/v1/policy/publish", 409, """
                {"code":"policy-tests-failed","detail":"1 of 2 policy tests failed, the first: `night`",
                 "failures":[{"name":"night","passed":false,"failures":[
                   {"permission":"ohos.permission.CAMERA","expected":"denied","found":"granted (role)","detail":"x"}]}]}""");

        Ran ran = muster("policy", "publish");

        assertThat(ran.exit()).isEqualTo(6);
        assertThat(ran.err()).isEqualTo("""
                        muster: policy-tests-failed: 1 of 2 policy tests failed, the first: `night`
                          night: ohos.permission.CAMERA expected denied, found granted (role)
                        """);
    }

    @Test
    void goesBackToAVersion() {
        server.answer("POST /api/v1/policy/rollback", 200, "{\"version\":9,\"rollout\":\"r9\"}");

        Ran ran = muster("policy", "rollback", "6", "--comment", "dark");

        assertThat(ran.exit()).isZero();
        assertThat(server.calls().getLast().body()).contains("\"version\":6", "\"comment\":\"dark\"");
    }

    @Test
    void showsHistoryAndTheTextOfOneVersion() {
        server.answer("GET /api/v1/policy/versions?limit=50", 200, """
                {"items":[{"version":3,"kind":"live","comment":"c","publishedAt":"2026-11-22T08:59:30Z",
                  "publishedBy":"root","rollout":null,"rolledBackFrom":1}],"next":null}""");
        server.answer("GET /api/v1/policy/versions/3", 200, "{\"version\":3,\"yaml\":\"kind: Role\\n\"}");

        assertThat(muster("policy", "history").out()).contains("VERSION  KIND", "3        live");
        assertThat(muster("policy", "versions").out()).contains("3        live");
        assertThat(muster("policy", "history", "3").out()).isEqualTo("kind: Role\n");
    }

    @Test
    void showsWhatDiffersDownToTheLine() {
        server.answer("GET /api/v1/policy/diff?from=live&to=draft", 200, """
                {"from":"3","to":"draft","documents":[{"kind":"Role","name":"r","change":"changed",
                  "before":"a\\nb\\nc","after":"a\\nx\\nc"}]}""");

        Ran ran = muster("policy", "diff", "--text");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).contains("changed  Role  r").endsWith("Role/r\n  a\n- b\n+ x\n  c\n");
    }

    @Test
    void showsImpactWithoutStoringAnything() throws IOException {
        server.answer("POST /api/v1/policy/impact", 200, IMPACT);

        Ran ran = muster("policy", "impact", file(ROLE), "--selector", "site==north");

        assertThat(ran.out())
                .contains("Changed:           2", "Processes to end:  4, unknown for 1 apps")
                .contains("com.eye  ohos.permission.CAMERA  granted  guard-rail if now < 2027  2");
        assertThat(ran.err()).isEqualTo("more: --cursor abc\n");
        assertThat(server.calls()).hasSize(1);
        assertThat(server.calls().getLast().body()).contains("\"yaml\":", "\"selector\":\"site==north\"");
    }

    @Test
    void appliesAndShowsTheImpactOfTheDraft() throws IOException {
        server.answer("GET /api/v1/policy/documents?limit=200", 200, "{\"items\":[],\"next\":null}");
        server.answer(
                "PUT /api/v1/policy/documents",
                200,
                "{\"items\":[{\"kind\":\"Role\",\"name\":\"camera-user\",\"changed\":true}]}");
        server.answer("POST /api/v1/policy/impact", 200, IMPACT);

        Ran ran = muster("policy", "apply", "--impact", file(ROLE));

        assertThat(ran.out()).contains("Role  camera-user  yes", "com.eye");
        assertThat(server.calls().getLast().body()).isEqualTo("{}");
    }

    @Test
    void validatesWithPlacesAndFailedTests() throws IOException {
        server.answer("POST /api/v1/policy/validate", 200, """
                {"valid":false,"documents":[],"warnings":[],"tests":[],
                 "errors":[{"source":"Role/x","line":4,"column":2,"message":"found `y`"}]}""");
        Ran wrong = muster("policy", "validate", file(ROLE));
        server.answer("POST /api/v1/policy/validate", 200, """
                {"valid":true,"documents":[{"kind":"Role","name":"x"}],"errors":[],
                 "warnings":[{"rule":"unused","source":"request","line":1,"column":1,"message":"nobody has it"}],
                 "tests":[{"name":"t","passed":true,"failures":[]}]}""");
        Ran good = muster("policy", "validate");

        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).contains("Role/x:4:2: found `y`");
        assertThat(good.exit()).isZero();
        assertThat(good.err()).isEqualTo("warning: request:1:1: nobody has it\n");
        assertThat(good.out()).isEqualTo("1 documents are valid, 1 policy tests passed\n");
    }

    @Test
    void enforcesWithdrawsAndRevokes() {
        String answer = "{\"kind\":\"guard-rail\",\"name\":\"g\",\"since\":\"2026-11-22T08:59:30Z\",\"pending\":12}";
        server.answer("POST /api/v1/policy/guard-rails/g/enforce-now", 200, answer);
        server.answer("DELETE /api/v1/policy/guard-rails/g/enforce-now", 204, "");
        server.answer("POST /api/v1/policy/capabilities/c/revoke", 200, answer);

        assertThat(muster("policy", "enforce-now", "g", "--reason", "leak").out())
                .contains("Pending devices: 12");
        assertThat(server.calls().getLast().body()).isEqualTo("{\"reason\":\"leak\"}");
        assertThat(muster("policy", "withdraw", "g").out()).isEqualTo("withdrew g\n");
        assertThat(muster("policy", "revoke", "c").exit()).isZero();
    }

    @Test
    void listsCapabilitiesAndUrgentChanges() {
        server.answer("GET /api/v1/policy/capabilities?limit=50", 200, """
                {"items":[{"name":"night","state":"active","permissions":["a","b"],"notBefore":null,
                  "notAfter":"2026-12-01T00:00:00Z","devices":{"ids":["press-1"]},"devicesHolding":1}],"next":null}""");
        server.answer("GET /api/v1/policy/urgent?limit=50", 200, """
                {"items":[{"kind":"revocation","name":"night","reason":"lost","since":"2026-11-22T08:59:30Z",
                  "absorbedBy":null,"pending":0}],"next":null}""");

        assertThat(muster("policy", "capabilities").out()).contains("night  active  a,b");
        assertThat(muster("policy", "urgent", "-o", "name").out()).isEqualTo("night\n");
    }
}
