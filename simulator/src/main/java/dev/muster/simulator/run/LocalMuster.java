package dev.muster.simulator.run;

import dev.muster.protocol.json.JsonObject;
import dev.muster.simulator.identity.Enrolment.Invitation;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Muster that {@code ./muster up} runs on this machine: gives out a token to whoever may read its data directory. */
public final class LocalMuster {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern SERVER = Pattern.compile("--server[= ](\\S+)");
    private static final Pattern FINGERPRINT = Pattern.compile("--ca-fingerprint[= ](\\S+)");
    private static final int KEYCLOAK = 3;
    private static final int MOST_USES = 100_000;

    private final Path data;

    /** Of this data directory. */
    public LocalMuster(Path data) {
        this.data = data;
    }

    /** A token for so many devices, for a day. */
    public Invitation invitation(int devices) throws IOException, InterruptedException {
        Properties state = read(data.resolve("run").resolve("state.properties"));
        String host = state.getProperty("host", "");
        if (!host.isEmpty()) {
            throw new IOException(
                    "the Muster in `" + data + "` is `" + host
                            + "` for others; expected `--server`, `--token-env` and `--ca-fingerprint`, as `muster enrol token create` prints them");
        }
        int base = Integer.parseInt(state.getProperty("port-base", "7400"));
        String password = read(data.resolve("secrets.properties")).getProperty("login.admin", "");
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            String form = "grant_type=password&client_id=muster-cli&scope=openid&username=admin&password="
                    + URLEncoder.encode(password, StandardCharsets.UTF_8);
            String bearer = ask(
                            http,
                            request("http://localhost:" + (base + KEYCLOAK)
                                            + "/realms/muster/protocol/openid-connect/token")
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString(form))
                                    .build())
                    .string("access_token");
            JsonObject made = ask(
                    http,
                    request("http://localhost:" + base + "/api/v1/enrolment-tokens")
                            .header("Content-Type", "application/json")
                            .header("Authorization", "Bearer " + bearer)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(JsonObject.write(Map.of(
                                    "name",
                                    "simulated devices",
                                    "uses",
                                    Math.min(devices, MOST_USES),
                                    "expiresIn",
                                    "PT24H"))))
                            .build());
            String command = made.string("command");
            return new Invitation(URI.create(word(SERVER, command)), made.string("token"), word(FINGERPRINT, command));
        }
    }

    private static HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT);
    }

    private static JsonObject ask(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IOException(
                    "expected a running Muster at `" + request.uri() + "`, found none; run `./muster up`", e);
        }
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("expected a token from `" + request.uri() + "`, found " + answer.statusCode() + ": "
                    + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return JsonObject.parse(answer.body());
    }

    private static String word(Pattern pattern, String command) throws IOException {
        Matcher found = pattern.matcher(command);
        if (!found.find()) {
            throw new IOException("expected `" + pattern + "` in the server's command, found `" + command + "`");
        }
        return found.group(1);
    }

    private Properties read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("expected a Muster that `./muster up` started in `" + data
                    + "`, found none; name its folder with `--data`, or another server with `--server`");
        }
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
        }
        return values;
    }
}
