package dev.muster.control.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.testing.PackagedServers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server with profile {@code production}. */
class ProductionIT {
    private static final Map<String, String> PRODUCTION = Map.of(
            "muster.profile", "production",
            "muster.oidc.issuer", "http://idp.test/realms/muster",
            "muster.artifacts.store", "s3",
            "muster.artifacts.s3.endpoint", "http://bucket.test");

    @TempDir
    Path directory;

    @Test
    void refusesKeysOfPeopleOnTheServerAndAddressesInTheClearAndListsAllOfIt() throws Exception {
        try (PackagedServers servers = new PackagedServers(directory)) {
            PackagedServers.Instance trial = servers.start("trial");
            trial.admin().get("/api/v1/trust/status").then().statusCode(200);
            trial.kill();

            assertThatThrownBy(() -> servers.start("production", PRODUCTION)).isInstanceOf(RuntimeException.class);

            assertThat(directory.resolve("production.log"))
                    .content()
                    .contains("profile `production` does not start with")
                    .contains("trust keys of tenant default")
                    .contains("root, targets, director-root, publisher-default")
                    .contains("muster.external.api-url")
                    .contains("muster.oidc.issuer")
                    .contains("muster.artifacts.s3.endpoint");
        }
    }

    @Test
    void makesNoKeysOfPeopleForATenantThatHasNone() throws Exception {
        try (PackagedServers servers = new PackagedServers(directory)) {
            PackagedServers.Instance safe = servers.start(
                    "safe",
                    Map.of(
                            "muster.profile", "production",
                            "muster.external.api-url", "https://muster.example.com"));

            safe.admin().get("/api/v1/trust/status").then().statusCode(503);

            assertThat(directory.resolve("data/trust/default/root.pem")).doesNotExist();
            assertThat(directory.resolve("data/trust/default/publisher-default.pem"))
                    .doesNotExist();
        }
    }
}
