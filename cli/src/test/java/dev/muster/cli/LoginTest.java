package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
    private static final String TOKENS = "POST /realms/muster/token";

    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    @BeforeEach
    void describeProvider() {
        String issuer = server.url() + "/realms/muster";
        server.answer("GET /api/v1/config", 200, "{\"issuer\":\"" + issuer + "\",\"cliClient\":\"muster-cli\"}")
                .answer(
                        "GET /realms/muster/.well-known/openid-configuration",
                        200,
                        "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"" + issuer
                                + "/token\",\"device_authorization_endpoint\":\"" + issuer + "/device\"}")
                .answer("GET /api/v1/fleet", 200, "{\"devices\":10,\"online\":9}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran muster(String stdin, String... words) {
        return Ran.verb(Map.of("MUSTER_SERVER", server.url(), "MUSTER_CONFIG_DIR", folder.toString()), stdin, words);
    }

    @Test
    void keepsAPasswordLoginInAFileOnlyTheOwnerCanRead() throws IOException {
        server.answer(TOKENS, 200, "{\"access_token\":\"a1\",\"expires_in\":300,\"refresh_token\":\"r1\"}");

        Ran login = muster("s3cret &\n", "login", "--username", "ann", "--password-stdin");
        Ran fleet = muster("", "fleet");

        assertThat(login.exit()).isZero();
        assertThat(bodies(TOKENS).getFirst()).contains("password=s3cret+%26", "client_id=muster-cli");
        assertThat(fleet.out()).contains("Devices:").contains("10");
        assertThat(server.calls().getLast().authorization()).isEqualTo("Bearer a1");
        try (var files = Files.list(folder.resolve("tokens"))) {
            assertThat(files.toList()).singleElement().satisfies(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void refreshesAnOldTokenByItself() {
        server.answer(TOKENS, 200, "{\"access_token\":\"a1\",\"expires_in\":5,\"refresh_token\":\"r1\"}");
        muster("pw\n", "login", "--username", "ann", "--password-stdin");
        server.answer(TOKENS, 200, "{\"access_token\":\"a2\",\"expires_in\":300,\"refresh_token\":\"r2\"}");

        Ran fleet = muster("", "fleet");

        assertThat(fleet.exit()).isZero();
        assertThat(bodies(TOKENS).getLast()).contains("grant_type=refresh_token", "refresh_token=r1");
        assertThat(server.calls().getLast().authorization()).isEqualTo("Bearer a2");
    }

    @Test
    void asksToLogInAgainWhenTheRefreshTokenHasEnded() {
        server.answer(TOKENS, 200, "{\"access_token\":\"a1\",\"expires_in\":5,\"refresh_token\":\"r1\"}");
        muster("pw\n", "login", "--username", "ann", "--password-stdin");
        server.answer(TOKENS, 400, "{\"error\":\"invalid_grant\"}");

        Ran fleet = muster("", "fleet");

        assertThat(fleet.exit()).isEqualTo(3);
        assertThat(fleet.err()).contains("has ended; run `muster login`");
    }

    @Test
    void tellsAWrongPassword() {
        server.answer(TOKENS, 401, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid user credentials\"}");

        Ran login = muster("pw\n", "login", "--username", "ann", "--password-stdin");

        assertThat(login.exit()).isEqualTo(3);
        assertThat(login.err()).contains("invalid_grant: Invalid user credentials");
        assertThat(folder.resolve("tokens")).doesNotExist();
    }

    @Test
    void showsWhereToEnterTheCodeAndWaitsForIt() {
        server.answer(
                "POST /realms/muster/device",
                200,
                "{\"device_code\":\"dc\",\"user_code\":\"WDJB\",\"verification_uri\":\"" + server.url()
                        + "/enter\",\"interval\":0,\"expires_in\":60}");
        server.answer(TOKENS, 200, "{\"access_token\":\"a1\",\"expires_in\":300}");

        Ran login = muster("", "login");

        assertThat(login.exit()).isZero();
        assertThat(login.err()).contains(server.url() + "/enter", "WDJB");
        assertThat(bodies(TOKENS)).singleElement().asString().contains("device_code=dc");
    }

    @Test
    void refusesAProviderThatCallsItselfDifferently() {
        server.answer(
                "GET /realms/muster/.well-known/openid-configuration",
                200,
                "{\"issuer\":\"https://evil.example\",\"token_endpoint\":\"" + server.url()
                        + "/realms/muster/token\"}");

        Ran login = muster("pw\n", "login", "--username", "ann", "--password-stdin");

        assertThat(login.exit()).isEqualTo(1);
        assertThat(login.err()).contains("found `https://evil.example`");
        assertThat(bodies(TOKENS)).isEmpty();
    }

    @Test
    void logoutEndsTheLoginAtTheProviderToo() {
        String issuer = server.url() + "/realms/muster";
        server.answer(
                        "GET /realms/muster/.well-known/openid-configuration",
                        200,
                        "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"" + issuer
                                + "/token\",\"revocation_endpoint\":\"" + issuer + "/revoke\"}")
                .answer(TOKENS, 200, "{\"access_token\":\"a1\",\"expires_in\":300,\"refresh_token\":\"r1\"}")
                .answer("POST /realms/muster/revoke", 200, "{}");
        muster("pw\n", "login", "--username", "ann", "--password-stdin");

        Ran logout = muster("", "logout");

        assertThat(logout.exit()).isZero();
        assertThat(bodies("POST /realms/muster/revoke"))
                .singleElement()
                .asString()
                .contains("token=r1");
        assertThat(muster("", "fleet").exit()).isEqualTo(3);
    }

    @Test
    void logoutForgetsTheLoginAlsoWhereTheProviderCannotBeTold() {
        server.answer(TOKENS, 200, "{\"access_token\":\"a1\",\"expires_in\":300,\"refresh_token\":\"r1\"}");
        muster("pw\n", "login", "--username", "ann", "--password-stdin");
        server.answer("GET /realms/muster/.well-known/openid-configuration", 503, "{}");

        Ran logout = muster("", "logout");

        assertThat(logout.exit()).isZero();
        assertThat(logout.err()).contains("the OpenID provider was not told");
        assertThat(muster("", "fleet").exit()).isEqualTo(3);
    }

    @Test
    void refusesATokenFileOthersCanRead() throws IOException {
        server.answer(TOKENS, 200, "{\"access_token\":\"a1\",\"expires_in\":300}");
        muster("pw\n", "login", "--username", "ann", "--password-stdin");
        try (var files = Files.list(folder.resolve("tokens"))) {
            Files.setPosixFilePermissions(files.toList().getFirst(), PosixFilePermissions.fromString("rw-r--r--"));
        }

        Ran fleet = muster("", "fleet");

        assertThat(fleet.exit()).isEqualTo(3);
        assertThat(fleet.err()).contains("found rw-r--r--");
    }

    private List<String> bodies(String request) {
        return server.calls().stream()
                .filter(call -> call.request().equals(request))
                .map(FakeServer.Call::body)
                .toList();
    }
}
