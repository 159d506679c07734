package dev.muster.standalone.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
    private static final String HOST = "registry.example.com:5000";

    @TempDir
    Path folder;

    private Map<String, String> docker(String config) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        return Map.of("DOCKER_CONFIG", folder.toString());
    }

    private static String auth(String both) {
        return Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isThatOfTheEnvironmentBeforeThatOfDocker() throws IOException {
        Map<String, String> kept =
                docker("{\"auths\":{\"" + HOST + "\":{\"auth\":\"" + auth("alice:se:cret") + "\"}}}");
        Map<String, String> both =
                Map.of("DOCKER_CONFIG", folder.toString(), Login.NAME, "bob", Login.PASSWORD, "other");

        assertThat(Login.find(HOST, kept)).contains(new Login("alice", "se:cret"));
        assertThat(Login.find(HOST, both)).contains(new Login("bob", "other"));
        assertThat(Login.find("elsewhere.example.com", kept)).isEmpty();
        assertThat(Login.find(HOST, Map.of("HOME", folder.resolve("nobody").toString())))
                .isEmpty();
    }

    @Test
    void neverShowsAPassword() throws IOException {
        assertThat(new Login("alice", "se:cret")).hasToString("Login[alice]");
        assertThatThrownBy(() -> Login.find(HOST, docker("{\"auths\":{\"x\":\"se:cret\",}")))
                .hasMessageContaining("cannot be read")
                .hasMessageNotContaining("se:cret");
        assertThatThrownBy(() -> Login.find(HOST, docker("{\"auths\":{\"" + HOST + "\":{\"auth\":\"se:cret\"}}}")))
                .hasMessageContaining("expected name and password of `" + HOST)
                .hasMessageNotContaining("se:cret");
    }

    @Test
    void halfALoginIsNone() {
        assertThatThrownBy(() -> Login.find(HOST, Map.of(Login.NAME, "bob")))
                .hasMessageContaining("expected MUSTER_REGISTRY_USER and MUSTER_REGISTRY_PASSWORD together");
    }

    @Test
    void aHelperThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Login.find(HOST, docker("{\"credsStore\":\"nowhere-at-all\"}")))
                .hasMessageContaining("`docker-credential-nowhere-at-all`");
    }
}
