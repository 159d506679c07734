package dev.muster.cli.token;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The OpenID provider's side of a login: device flow (RFC 8628), password grant for scripts, refresh (RFC 6749), revocation (RFC 7009). */
public final class OpenIdProvider {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    private final HttpClient http;
    private final InstantSource clock;
    private final String clientId;
    private final Map<String, Object> endpoints;

    private OpenIdProvider(HttpClient http, InstantSource clock, String clientId, Map<String, Object> endpoints) {
        this.http = http;
        this.clock = clock;
        this.clientId = clientId;
        this.endpoints = endpoints;
    }

    /** Reads the provider's own description (OpenID Connect Discovery 1.0, section 4). */
    public static OpenIdProvider discover(HttpClient http, InstantSource clock, String issuer, String clientId) {
        URI where = URI.create(issuer.replaceAll("/+$", "") + "/.well-known/openid-configuration");
        Answer answer = send(
                http, HttpRequest.newBuilder(where).timeout(ANSWER_LIMIT).GET().build());
        if (answer.status() != 200) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "expected the OpenID provider at `" + where + "`, found status " + answer.status());
        }
        // RFC 8414, section 3.3: another issuer's description must not be used.
        if (!issuer.equals(answer.body().get("issuer"))) {
            throw new CliException(
                    ExitCode.FAILED,
                    "expected issuer `" + issuer + "`, found `" + answer.body().get("issuer") + "`");
        }
        return new OpenIdProvider(http, clock, clientId, answer.body());
    }

    /** What a person must open and type to let this terminal in. */
    public record DeviceCode(String code, String userCode, String address, Duration interval, Duration validFor) {}

    /** Starts the device flow. */
    public DeviceCode startDeviceFlow() {
        Answer answer = post("device_authorization_endpoint", Map.of("client_id", clientId, "scope", "openid"));
        if (answer.status() != 200) {
            throw refused(answer);
        }
        Map<String, Object> body = answer.body();
        Object complete = body.get("verification_uri_complete");
        return new DeviceCode(
                text(body, "device_code"),
                text(body, "user_code"),
                complete == null ? text(body, "verification_uri") : complete.toString(),
                Duration.ofSeconds(seconds(body, "interval", 5)),
                Duration.ofSeconds(seconds(body, "expires_in", 600)));
    }

    /** Waits, in the pace the provider asks for, until the person has agreed. */
    public Tokens awaitDeviceFlow(DeviceCode device) {
        long pauseSeconds = device.interval().toSeconds();
        var end = clock.instant().plus(device.validFor());
        while (clock.instant().isBefore(end)) {
            pause(pauseSeconds);
            Answer answer = post(
                    "token_endpoint",
                    Map.of("grant_type", DEVICE_GRANT, "device_code", device.code(), "client_id", clientId));
            if (answer.status() == 200) {
                return tokens(answer.body());
            }
            String error = String.valueOf(answer.body().get("error"));
            if (error.equals("slow_down")) {
                pauseSeconds += 5; // RFC 8628, section 3.5
            } else if (!error.equals("authorization_pending")) {
                throw refused(answer);
            }
        }
        throw new CliException(ExitCode.NOT_LOGGED_IN, "nobody entered the code in time; run `muster login` again");
    }

    /** Logs in with a name and a password, for scripts. */
    public Tokens password(String username, String password) {
        return grant(Map.of(
                "grant_type", "password",
                "username", username,
                "password", password,
                "scope", "openid",
                "client_id", clientId));
    }

    /** New tokens for an old refresh token. */
    public Tokens refresh(String refreshToken) {
        return grant(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken, "client_id", clientId));
    }

    /** Ends what a refresh token stands for (RFC 7009); nothing where the provider has no address for that. */
    public void revoke(String refreshToken) {
        if (!endpoints.containsKey("revocation_endpoint")) {
            return;
        }
        Answer answer = post(
                "revocation_endpoint",
                Map.of("token", refreshToken, "token_type_hint", "refresh_token", "client_id", clientId));
        if (answer.status() / 100 != 2) {
            throw refused(answer);
        }
    }

    private Tokens grant(Map<String, String> form) {
        Answer answer = post("token_endpoint", form);
        if (answer.status() != 200) {
            throw refused(answer);
        }
        return tokens(answer.body());
    }

    private Tokens tokens(Map<String, Object> body) {
        return new Tokens(
                text(body, "access_token"),
                clock.instant().plusSeconds(seconds(body, "expires_in", 60)),
                Optional.ofNullable(body.get("refresh_token")).map(Object::toString));
    }

    private static CliException refused(Answer answer) {
        Object error = answer.body().getOrDefault("error", answer.status());
        Object description = answer.body().getOrDefault("error_description", "no reason given");
        return new CliException(ExitCode.NOT_LOGGED_IN, "the OpenID provider refused: " + error + ": " + description);
    }

    private Answer post(String endpoint, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(
                http,
                HttpRequest.newBuilder(URI.create(text(endpoints, endpoint)))
                        .timeout(ANSWER_LIMIT)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body))
                        .build());
    }

    private record Answer(int status, Map<String, Object> body) {}

    private static Answer send(HttpClient http, HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            byte[] body = response.body();
            boolean json = body.length > 0 && body[0] == '{';
            return new Answer(response.statusCode(), json ? JSON.std.mapFrom(body) : Map.of());
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "cannot reach the OpenID provider at `" + request.uri() + "`: "
                            + (e.getMessage() == null ? "no connection" : e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }

    private static void pause(long seconds) {
        try {
            Thread.sleep(Duration.ofSeconds(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }

    private static String text(Map<String, Object> body, String member) {
        Object value = body.get(member);
        if (value == null) {
            throw new CliException(
                    ExitCode.FAILED, "expected `" + member + "` from the OpenID provider, found nothing");
        }
        return value.toString();
    }

    private static long seconds(Map<String, Object> body, String member, long otherwise) {
        return body.get(member) instanceof Number number ? number.longValue() : otherwise;
    }
}
