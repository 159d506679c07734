package dev.muster.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.process.KeyStoreFile;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {
    @TempDir
    Path folder;

    @Test
    void listensOnThisMachineOnlyWithoutAHostName() {
        Map<String, String> settings = settings(Optional.empty());

        assertThat(settings)
                .containsEntry("muster.bind", "127.0.0.1")
                .containsEntry("quarkus.http.port", "7400")
                .containsEntry("muster.external.api-url", "http://localhost:7400")
                .containsEntry("muster.oidc.issuer", "http://localhost:7403/realms/muster")
                .doesNotContainKey("quarkus.http.ssl-port")
                .doesNotContainKey("muster.oidc.former-issuers");
    }

    @Test
    void listensEverywhereWithHttpsOnlyUnderAHostName() {
        Map<String, String> settings = settings(Optional.of("muster.example"));

        assertThat(settings)
                .containsEntry("muster.bind", "0.0.0.0")
                .containsEntry("quarkus.http.insecure-requests", "disabled")
                .containsEntry("quarkus.http.ssl-port", "7400")
                .containsEntry("muster.external.api-url", "https://muster.example:7400")
                .containsEntry("muster.oidc.issuer", "https://muster.example:7403/realms/muster")
                .doesNotContainKey("quarkus.http.port");
        assertThat(settings.get("muster.db.url")).contains("127.0.0.1");
        assertThat(settings.get("muster.kafka.bootstrap")).startsWith("127.0.0.1:");
    }

    @Test
    void tellsTheServerUnderWhichIssuersItsKeycloakWasKnownBefore() {
        DataDirectory data = DataDirectory.prepare(folder.resolve("data"));
        KnownIssuers known = new KnownIssuers(data);
        known.add("http://localhost:7400/realms/muster");
        known.add("http://localhost:7403/realms/muster");
        known.add("http://localhost:7403/realms/muster");

        assertThat(settings(Optional.empty()))
                .containsEntry("muster.oidc.issuer", "http://localhost:7403/realms/muster")
                .containsEntry("muster.oidc.former-issuers", "http://localhost:7400/realms/muster");
    }

    @Test
    void refusesAPortBaseThatLeavesNoRoom() {
        assertThat(new PortPlan(65_527).management()).isEqualTo(65_535);
        assertThatThrownBy(() -> new PortPlan(65_528)).isInstanceOf(StandaloneException.class);
        assertThatThrownBy(() -> new PortPlan(0)).isInstanceOf(StandaloneException.class);
    }

    @Test
    void whatTheEnvironmentSaysOfTheJvmComesAfterItsOwnOptions() throws IOException {
        Path jar = folder.resolve("control-plane/target/quarkus-app/quarkus-run.jar");
        Files.createDirectories(jar.resolveSibling(""));
        Files.createFile(jar);
        ControlPlane plane = plane(Optional.empty());
        Path file = folder.resolve("application.properties");

        List<String> words = plane.command(file, Map.of("MUSTER_SERVER_JVM", " -Xmx2g  -XX:+UseZGC "));

        assertThat(words).containsSubsequence("-Xmx384m", "-Xmx2g", "-XX:+UseZGC", "-jar");
        assertThat(plane.command(file, Map.of("MUSTER_SERVER_JVM", " ")))
                .isEqualTo(plane.command(file, Map.of()))
                .doesNotContain("");
    }

    private Map<String, String> settings(Optional<String> host) {
        return plane(host).settings();
    }

    private ControlPlane plane(Optional<String> host) {
        UpOptions options = new UpOptions(10, folder, new PortPlan(7400), host, true);
        DataDirectory data = DataDirectory.prepare(folder.resolve("data"));
        Secrets secrets = Secrets.loadOrCreate(data.secrets());
        return new ControlPlane(
                options,
                data,
                secrets,
                new ProductFiles(folder),
                host.map(name -> new WebCertificate(
                        new KeyStoreFile(folder.resolve("web.p12"), "secret"), folder.resolve("web.pem"))));
    }
}
