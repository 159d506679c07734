package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTest {
    private static final String ROLE = """
            apiVersion: muster.dev/v1
            kind: Role
            metadata: {name: camera-user}
            spec: {permissions: [ohos.permission.CAMERA]}
            """;
    private static final String BINDING = """
            apiVersion: muster.dev/v1
            kind: Binding
            metadata: {name: all-cameras}
            spec: {roles: [camera-user], apps: all, devices: all}
            """;

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

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void lintsFilesTogetherWithoutAServer() throws IOException {
        Ran ran = muster("policy", "lint", file("role.yaml", ROLE), file("binding.yaml", BINDING));

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).isEqualTo("2 documents are valid\n");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void namesFileLineAndColumnOfEachMistake() throws IOException {
        String wrong = file("wrong.yaml", ROLE.replace("CAMERA", "CAMRA"));

        Ran ran = muster("policy", "lint", wrong);

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).startsWith("muster: policy-invalid: 1 mistake\n  " + wrong + ":4:");
    }

    @Test
    void appliesABindingWhoseRoleIsOnlyOnTheServer() throws IOException {
        server.answer(
                "GET /api/v1/policy/documents?limit=200",
                200,
                "{\"items\":[{\"kind\":\"Role\",\"name\":\"camera-user\"}],\"next\":null}");
        server.answer(
                "PUT /api/v1/policy/documents",
                200,
                "{\"items\":[{\"kind\":\"Binding\",\"name\":\"all-cameras\",\"changed\":true}]}");

        Ran ran = muster("policy", "apply", file("binding.yaml", BINDING));

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).contains("Binding  all-cameras  yes");
        assertThat(server.calls().getLast().body()).isEqualTo(BINDING);
    }

    @Test
    void appliesNothingWhenOneFileIsWrong() throws IOException {
        server.answer("GET /api/v1/policy/documents?limit=200", 200, "{\"items\":[],\"next\":null}");

        Ran ran = muster(
                "policy",
                "apply",
                file("role.yaml", ROLE),
                file("binding.yaml", BINDING.replace("camera-user", "nobody")));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(server.calls()).noneMatch(call -> call.request().startsWith("PUT"));
    }

    @Test
    void saysWhyAPermissionIsDenied() {
        server.answer(
                "GET /api/v1/policy/explain?device=d&bundle=b&permission=p",
                200,
                "{\"granted\":false,\"reason\":\"guard-rail\",\"detail\":\"guard rail `x`\",\"policyVersion\":3,"
                        + "\"levelText\":\"observed only: so\"}");

        Ran plain = muster("policy", "explain", "--device", "d", "--app", "b", "--permission", "p");
        Ran check = muster("policy", "explain", "--device", "d", "--app", "b", "--permission", "p", "--check");

        assertThat(plain.exit()).isZero();
        assertThat(plain.out()).contains("denied", "guard-rail", "observed only: so");
        assertThat(check.exit()).isEqualTo(1);
    }

    @Test
    void saysWhenAFileHoldsNoVectors() throws IOException {
        Ran ran = muster("policy", "conformance", file("x.json", "[1"));

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("holds no conformance vectors");
    }
}
