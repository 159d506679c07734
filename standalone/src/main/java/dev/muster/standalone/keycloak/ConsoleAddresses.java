package dev.muster.standalone.keycloak;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.KeyStoreFile;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where Keycloak may send people back to, and where it tells that a session ended. The realm is imported once, with the
 * addresses of that day; this follows when the same data is started under another name or port.
 */
public final class ConsoleAddresses {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String CONSOLE = "muster-console";
    private static final String CLI = "muster-cli";

    private final KeycloakOptions options;
    private final HttpClient http;

    private ConsoleAddresses(KeycloakOptions options, HttpClient http) {
        this.options = options;
        this.http = http;
    }

    /**
     * Tells a running Keycloak the console's address, unless it was the last one told. Answers what went wrong, in words
     * for the person at the terminal; nothing but the console's login depends on it.
     */
    public static Optional<String> ensure(KeycloakOptions options) {
        Path told = options.directory().resolve("console.origin");
        String origin = options.consoleOrigin().toString();
        String wanted = origin + "\n" + options.backChannel();
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        options.tls().map(KeyStoreFile::trusting).ifPresent(builder::sslContext);
        try (HttpClient http = builder.build()) {
            if (!Files.exists(told) || !Files.readString(told).strip().equals(wanted)) {
                new ConsoleAddresses(options, http).tell();
                Folders.writeOwnerOnly(told, wanted + "\n");
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("  Keycloak: cannot change the console's address to `" + origin + "` (" + e.getMessage()
                    + "); log in from there fails until client `" + CONSOLE + "` allows it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Origins the console may be called by: the public one, and on this machine its address too. */
    static List<String> origins(URI consoleOrigin) {
        String origin = consoleOrigin.toString();
        return List.of(origin, origin.replace("//localhost:", "//127.0.0.1:")).stream()
                .distinct()
                .toList();
    }

    private void tell() throws IOException, InterruptedException {
        String token = token();
        List<String> origins = origins(options.consoleOrigin());
        // Exact addresses: whatever else is served below the origin never gets a code.
        update(
                token,
                CONSOLE,
                Map.of(
                        "redirectUris",
                        origins.stream()
                                .map(origin -> origin + "/console/login")
                                .toList(),
                        "webOrigins",
                        origins,
                        "attributes",
                        Map.of(
                                "post.logout.redirect.uris",
                                origins.stream()
                                        .map(origin -> origin + "/console/")
                                        .collect(Collectors.joining("##")),
                                "backchannel.logout.url",
                                options.backChannel().toString())));
        update(
                token,
                CLI,
                Map.of(
                        "attributes",
                        Map.of("backchannel.logout.url", options.backChannel().toString())));
    }

    /** Changes one client; Keycloak keeps what the update does not name. */
    private void update(String token, String clientId, Map<String, ?> change) throws IOException, InterruptedException {
        URI clients = options.localUrl().resolve("/admin/realms/" + KeycloakServer.REALM + "/clients");
        List<Object> found = JSON.std.listFrom(send(
                authorized(URI.create(clients + "?clientId=" + clientId), token).GET()));
        if (found.isEmpty() || !(found.getFirst() instanceof Map<?, ?> client)) {
            throw new IOException("realm `" + KeycloakServer.REALM + "` has no client `" + clientId + "`");
        }
        Map<String, Object> update = new HashMap<>(change);
        update.put("clientId", clientId);
        send(authorized(URI.create(clients + "/" + client.get("id")), token)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(JSON.std.asString(update))));
    }

    private String token() throws IOException, InterruptedException {
        String form = "grant_type=password&client_id=admin-cli&username=bootstrap&password="
                + URLEncoder.encode(options.bootstrapPassword(), StandardCharsets.UTF_8);
        Map<String, Object> answer = JSON.std.mapFrom(
                send(HttpRequest.newBuilder(options.localUrl().resolve("/realms/master/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))));
        return String.valueOf(answer.get("access_token"));
    }

    private static HttpRequest.Builder authorized(URI address, String token) {
        return HttpRequest.newBuilder(address).header("Authorization", "Bearer " + token);
    }

    private String send(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpRequest request = builder.timeout(TIMEOUT).build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.method() + " " + request.uri().getPath() + " answered "
                    + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }
}
