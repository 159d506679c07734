package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that need no server: {@code policy lint} and {@code policy test}. */
class PolicyFilesTest {
    private static final String ROLE = """
            apiVersion: muster.dev/v1
            kind: Role
            metadata: {name: camera-user}
            spec: {permissions: [ohos.permission.CAMERA]}
            """;
    private static final String BINDING = """
            apiVersion: muster.dev/v1
            kind: Binding
            metadata: {name: b}
            spec: {roles: [camera-user], apps: all, devices: all}
            """;
    private static final String TEST = """
            apiVersion: muster.dev/v1
            kind: PolicyTest
            metadata: {name: t}
            spec:
              app: {bundle: a, requested: [ohos.permission.CAMERA]}
              at: 2026-03-02T08:00:00Z
              expect: [{permission: ohos.permission.CAMERA, answer: granted}]
            """;

    @TempDir
    private Path folder;

    private static Ran muster(String... words) {
        // No server answers there: these verbs must not ask one.
        return Ran.verb(Map.of("MUSTER_SERVER", "http://localhost:1"), "", words);
    }

    private String file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    @Test
    void lintsEveryFileBelowAFolder() throws IOException {
        file("a/role.yaml", ROLE);
        file("a/deep/er/binding.yml", BINDING);
        file("a/notes.txt", "not: [yaml");

        Ran ran = muster("policy", "lint", folder.resolve("a").toString());

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("2 documents are valid\n");
        assertThat(ran.exit()).isZero();
    }

    @Test
    void refusesAFolderWithoutPolicies() {
        Ran ran = muster("policy", "lint", folder.toString());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("at least one .yaml file expected, found none");
    }

    @Test
    void warnsAndEndsWellUnlessStrict() throws IOException {
        String role = file("role.yaml", ROLE);

        Ran plain = muster("policy", "lint", role);
        Ran strict = muster("policy", "lint", "--strict", role);

        assertThat(plain.exit()).isZero();
        assertThat(strict.exit()).isEqualTo(1);
        assertThat(plain.out())
                .isEqualTo(role + ":3:18: warning: Role `camera-user`: no binding gives this role; bind it or remove it"
                        + " [role-unused]\n1 document is valid; 0 errors, 1 warning\n")
                .isEqualTo(strict.out());
    }

    @Test
    void endsWithOneWhereSomethingCannotDoWhatItSays() throws IOException {
        Ran ran = muster(
                "policy",
                "lint",
                file("p.yaml", ROLE + "---\n" + BINDING.replace("devices: all", "devices: all, when: \"false\"")));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("error: Binding `b`: this condition can never hold [condition-never]");
    }

    @Test
    void printsJsonForPrograms() throws IOException {
        Ran good = muster("policy", "lint", "--format", "json", file("role.yaml", ROLE));
        Ran bad = muster("policy", "lint", "--format", "json", file("bad.yaml", ROLE.replace("CAMERA", "CAMRA")));

        assertThat(JSON.std.mapFrom(good.out()))
                .containsEntry("valid", true)
                .containsEntry("documents", List.of(Map.of("kind", "Role", "name", "camera-user")))
                .containsEntry("errors", List.of())
                .extractingByKey("warnings")
                .asString()
                .contains("rule=role-unused", "severity=warning", "line=3", "column=18");
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(JSON.std.mapFrom(bad.out()))
                .containsEntry("valid", false)
                .extractingByKey("errors")
                .asString()
                .contains("line=4", "did you mean `ohos.permission.CAMERA`?");
    }

    @Test
    void knowsNamesThatAreElsewhere() throws IOException {
        String binding = file(
                "b.yaml", BINDING.replace("devices: all", "devices: all, when: \"'pit' in zones && 'day' in shifts\""));

        assertThat(muster("policy", "lint", binding).exit()).isEqualTo(1);
        assertThat(muster(
                                "policy",
                                "lint",
                                "--known-role",
                                "camera-user",
                                "--known-zone",
                                "pit",
                                "--known-shift",
                                "day",
                                binding)
                        .exit())
                .isZero();
    }

    @Test
    void passesAPolicysTests() throws IOException {
        Ran ran = muster("policy", "test", file("p.yaml", ROLE + "---\n" + BINDING + "---\n" + TEST));

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("passed  t\n1 passed, 0 failed\n");
        assertThat(ran.exit()).isZero();
    }

    @Test
    void saysWhatATestExpectedAndFound() throws IOException {
        String policy = file("p.yaml", ROLE + "---\n" + TEST);

        Ran ran = muster("policy", "test", policy);
        Ran json = muster("policy", "test", "--format", "json", policy);

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("""
                FAILED  t
                        ohos.permission.CAMERA: granted expected, found denied (unbound)
                        denied: no binding is for `a@100` on this device
                0 passed, 1 failed
                """);
        assertThat(json.exit()).isEqualTo(1);
        assertThat(JSON.std.mapFrom(json.out()))
                .containsEntry("passed", 0)
                .containsEntry("failed", 1)
                .extractingByKey("tests")
                .asString()
                .contains("name=t", "passed=false", "found=denied (unbound)");
    }

    @Test
    void runsNoTestOfAPolicyWithMistakes() throws IOException {
        Ran ran = muster("policy", "test", file("p.yaml", BINDING + "---\n" + TEST));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).startsWith("muster: policy-invalid: 1 mistake\n");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void theWorkedExampleIsGood() {
        String folder = "../docs/examples/policies";

        assertThat(muster("policy", "lint", "--strict", folder).out()).isEqualTo("25 documents are valid\n");
        assertThat(muster("policy", "test", folder).out()).endsWith("10 passed, 0 failed\n");
    }
}
