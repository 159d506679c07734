package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyTest {
    private static final String PLAN = """
            {"digest":"4711","applied":false,"unchanged":3,"undelivered":[],"labelled":0,
             "changes":[{"kind":"Group","name":"cameras","action":"change","file":"g.yaml","line":3,"devices":12,"note":null,
                         "fields":[{"name":"devices","before":"tag==cam","after":"tag==camera"}]},
                        {"kind":"Role","name":"seeing","action":"delete","file":null,"line":null,"devices":null,"note":null,
                         "fields":[{"name":"yaml","before":"a\\nb\\n","after":null}]}],
             "deliveries":[{"kind":"Policy","what":"policy version 4","devices":40,"changed":7,"rollout":null,"waits":true}]}""";

    private static final String NOTHING = """
            {"digest":"0","applied":false,"unchanged":5,"undelivered":[],"labelled":0,"changes":[],"deliveries":[]}""";

    private final FakeServer server = new FakeServer();

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("g.yaml"), "kind: Group\n");
        Files.createDirectories(folder.resolve(".github"));
        Files.writeString(folder.resolve(".github/ci.yaml"), "on: push\n");
        server.answer("POST /api/v1/fleet-files/plan", 200, PLAN);
        server.answer("POST /api/v1/fleet-files/apply", 200, PLAN.replace("\"applied\":false", "\"applied\":true"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void showsThePlanAndDoesWhatWasAgreedTo() {
        Ran ran = apply("yes\n", "--label", "fleet", "--prune");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("- devices: tag==cam\n")
                .contains("+ devices: tag==camera\n")
                .contains("- b\n")
                .contains(
                        "would bring policy version 4 to 40 devices, something changes on 7; waits for a second person")
                .contains("0 to create, 1 to change, 1 to delete, 3 as they are; plan 4711")
                .contains("0 created, 1 changed, 1 deleted");
        assertThat(server.calls()).hasSize(2);
        assertThat(server.calls().getLast().body())
                .contains("\"expected\":\"4711\"")
                .contains("\"label\":\"fleet\"")
                .contains("\"prune\":true")
                .contains("g.yaml")
                .doesNotContain("ci.yaml");
    }

    @Test
    void changesNothingWithoutAYes() {
        assertThat(apply("no\n").exit()).isEqualTo(1);
        assertThat(apply("").exit()).isEqualTo(2);
        assertThat(apply("", "--dry-run").exit()).isZero();

        assertThat(server.calls()).allSatisfy(call -> assertThat(call.request()).endsWith("/plan"));
    }

    @Test
    void doesAPlanThatWasAgreedToElsewhere() {
        Ran ran = apply("", "--expect", "4711", "--wave", "canary=1", "--wave", "100%");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls()).hasSize(1);
        assertThat(server.calls().getFirst().body())
                .contains("\"expected\":\"4711\"")
                .contains("\"name\":\"canary\"");
    }

    @Test
    void asksNobodyWhereNothingChanges() {
        server.answer("POST /api/v1/fleet-files/plan", 200, NOTHING);

        Ran ran = apply("");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("0 to create, 0 to change, 0 to delete, 5 as they are");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void diffEndsWithEightWhereSomethingDiffers() {
        server.answer("POST /api/v1/fleet-files/diff", 200, PLAN.replace("\"deliveries\":[{", "\"ignored\":[{"));
        assertThat(verb("", "diff", "-f", folder.toString()).exit()).isEqualTo(8);

        server.answer("POST /api/v1/fleet-files/diff", 200, NOTHING);
        assertThat(verb("", "diff", "-f", folder.toString()).exit()).isZero();

        server.answer(
                "POST /api/v1/fleet-files/diff",
                200,
                NOTHING.replace("\"undelivered\":[]", "\"undelivered\":[\"Settings\"]"));
        Ran ran = verb("", "diff", "-f", folder.toString());
        assertThat(ran.exit()).isEqualTo(8);
        assertThat(ran.out()).contains("written and not brought to devices yet: Settings");
    }

    @Test
    void whatFilesNameIsTakenFromTheEnvironment() throws IOException {
        Files.writeString(
                folder.resolve("w.yaml"),
                "apiVersion: muster.dev/v1\nkind: Webhook\nmetadata: {name: erp}\nspec: {urlFrom: {env: ERP_HOOK}}\n");
        Files.delete(folder.resolve("g.yaml"));
        server.answer("POST /api/v1/fleet-files/diff", 200, NOTHING);

        Ran without = apply("", "--yes");

        assertThat(without.exit()).isEqualTo(2);
        assertThat(without.err())
                .contains("w.yaml:3:18: Webhook `erp`: environment variable `ERP_HOOK` expected, found none");
        assertThat(server.calls()).isEmpty();

        Map<String, String> environment =
                Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url(), "ERP_HOOK", "https://erp.example/4711");
        Ran with = Ran.verb(environment, "", "apply", "-f", folder.toString(), "--yes");
        assertThat(with.exit()).as(with.err()).isZero();
        assertThat(server.calls()).hasSize(2).allSatisfy(call -> assertThat(call.body())
                .contains("\"values\":{\"ERP_HOOK\":\"https://erp.example/4711\"}"));
        assertThat(with.out() + with.err()).doesNotContain("erp.example");

        // Looking for differences takes no secret.
        assertThat(verb("", "diff", "-f", folder.toString()).exit()).isZero();
    }

    @Test
    void namesFileAndLineOfEveryMistake() {
        server.answer(
                "POST /api/v1/fleet-files/plan",
                400,
                "{\"code\":\"fleet-files-invalid\",\"detail\":\"1 mistake\",\"errors\":[{\"source\":\"g.yaml\",\"line\":4,"
                        + "\"column\":9,\"message\":\"one of `devices`, `members` expected, found `device`\"}]}");

        Ran ran = apply("yes\n");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("fleet-files-invalid: 1 mistake")
                .contains("g.yaml:4:9: one of `devices`, `members` expected, found `device`");
    }

    private Ran apply(String stdin, String... more) {
        String[] words = new String[more.length + 3];
        words[0] = "apply";
        words[1] = "-f";
        words[2] = folder.toString();
        System.arraycopy(more, 0, words, 3, more.length);
        return verb(stdin, words);
    }

    private Ran verb(String stdin, String... words) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), stdin, words);
    }
}
