package dev.muster.standalone.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Keycloak on the real PostgreSQL, as {@code up} starts it. */
class KeycloakServerIT {
    private static final Pattern ACCESS_TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

    @TempDir
    Path directory;

    @Test
    void issuesTokensForTheApiWithTheGroupsOfThePersonAndRefusesAWrongPassword() throws Exception {
        try (PostgresServer postgres = PostgresServer.start(PostgresOptions.in(directory.resolve("postgres")));
                KeycloakServer server =
                        KeycloakServer.start(KeycloakOptions.in(directory.resolve("keycloak"), postgres, "generated"));
                HttpClient client = HttpClient.newHttpClient()) {

            HttpResponse<String> granted = token(client, server, "muster-cli", "generated");

            assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
            String claims = claims(granted.body());
            assertThat(claims)
                    .contains("\"aud\":\"muster-api\"")
                    .contains("\"groups\":[\"/muster-admins\"]")
                    .contains("\"iss\":\"" + server.issuer() + "\"")
                    .contains("\"sub\":\"");
            assertThat(token(client, server, "muster-cli", "wrong").body()).contains("invalid_grant");
            // A browser client never sends a password.
            assertThat(token(client, server, "muster-console", "generated").body())
                    .contains("unauthorized_client");
            assertThat(authorize(client, server, "http://localhost:7400/console/login", true))
                    .isEqualTo(200);
            assertThat(authorize(client, server, "http://elsewhere.invalid/console/login", true))
                    .isEqualTo(400);
            assertThat(authorize(client, server, "http://localhost:7400/console/login/other", true))
                    .as("no other page of the console either")
                    .isEqualTo(400);
            assertThat(authorize(client, server, "http://localhost:7400/console/login", false))
                    .as("without PKCE")
                    .isNotEqualTo(200);

            Optional<String> problem =
                    ConsoleAddresses.ensure(under(server.options(), URI.create("https://muster.example:9400")));

            assertThat(problem).isEmpty();
            assertThat(authorize(client, server, "https://muster.example:9400/console/login", true))
                    .isEqualTo(200);
            assertThat(authorize(client, server, "http://localhost:7400/console/login", true))
                    .as("the address before")
                    .isEqualTo(400);
            assertThat(authorize(client, server, "https://muster.example:9400/console/login", false))
                    .as("what the change does not name stays: PKCE")
                    .isNotEqualTo(200);
            assertThat(claims(token(client, server, "muster-cli", "generated").body()))
                    .contains("\"groups\":[\"/muster-admins\"]");
        }
    }

    private static KeycloakOptions under(KeycloakOptions options, URI consoleOrigin) {
        return new KeycloakOptions(
                options.directory(),
                options.log(),
                options.runtime(),
                options.databaseUrl(),
                options.databasePassword(),
                options.publicUrl(),
                consoleOrigin,
                options.adminPassword(),
                options.bootstrapPassword(),
                options.backChannel(),
                options.tls(),
                options.trusted());
    }

    private static HttpResponse<String> token(
            HttpClient client, KeycloakServer server, String clientId, String password) throws Exception {
        return client.send(
                HttpRequest.newBuilder(server.tokenEndpoint())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=password&client_id=" + clientId + "&username=admin&password=" + password))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int authorize(HttpClient client, KeycloakServer server, String redirect, boolean pkce)
            throws Exception {
        String challenge = pkce ? "&code_challenge_method=S256&code_challenge=" + "a".repeat(43) : "";
        URI uri = URI.create(server.issuer()
                + "/protocol/openid-connect/auth?response_type=code&scope=openid&client_id=muster-console&redirect_uri="
                + redirect + challenge);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String claims(String answer) {
        Matcher token = ACCESS_TOKEN.matcher(answer);
        assertThat(token.find()).isTrue();
        return new String(Base64.getUrlDecoder().decode(token.group(1).split("\\.", 3)[1]), StandardCharsets.UTF_8);
    }
}
