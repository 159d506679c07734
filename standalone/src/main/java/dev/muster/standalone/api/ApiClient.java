package dev.muster.standalone.api;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Calls {@code /api/v1} as one person, with a password grant on the command line's client. Fetches a new token when the
 * old one is about to expire. Not thread-safe.
 */
public final class ApiClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long TOKEN_USED_NANOS = Duration.ofMinutes(2).toNanos();

    private final HttpClient http;
    private final URI api;
    private final URI tokenEndpoint;
    private final String user;
    private final String password;
    private @Nullable String token;
    private long tokenSince;

    /**
     * Does not connect yet.
     *
     * @param api such as {@code http://localhost:7400}
     * @param issuer such as {@code http://localhost:7403/realms/muster}
     * @param tls what to trust when they are HTTPS
     */
    public ApiClient(URI api, URI issuer, String user, String password, Optional<SSLContext> tls) {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
        tls.ifPresent(builder::sslContext);
        this.http = builder.build();
        this.api = api;
        this.tokenEndpoint = URI.create(issuer + "/protocol/openid-connect/token");
        this.user = user;
        this.password = password;
    }

    /** {@code GET}; the answer is a JSON object. */
    public Map<String, Object> get(String path) {
        return json(send(request(path).GET()));
    }

    /** {@code POST} of a JSON object; the answer is one too, empty if there is no content. */
    public Map<String, Object> post(String path, Map<String, ?> body) {
        try {
            return json(send(request(path)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(JSON.std.asString(body)))));
        } catch (IOException e) {
            throw new ApiException(0, "cannot write the request for `" + path + "`: " + e.getMessage());
        }
    }

    /** {@code PUT} of text of some type. */
    public Map<String, Object> put(String path, String contentType, String body) {
        return json(send(request(path).header("Content-Type", contentType).PUT(BodyPublishers.ofString(body))));
    }

    /** {@code POST} of the bytes of a file. */
    public Map<String, Object> upload(String path, Path file) {
        try {
            BodyPublisher body = BodyPublishers.ofFile(file);
            return json(send(request(path)
                    .header("Content-Type", "application/octet-stream")
                    .POST(body)));
        } catch (IOException e) {
            throw new ApiException(0, "cannot read `" + file + "`: " + e.getMessage());
        }
    }

    /** {@code value} as part of a query. */
    public static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + "/api/v1" + path))
                .timeout(TIMEOUT)
                .header("Accept", "application/json, application/problem+json")
                .header("Authorization", "Bearer " + token());
    }

    private String token() {
        String current = token;
        if (current != null && System.nanoTime() - tokenSince < TOKEN_USED_NANOS) {
            return current;
        }
        String form = "grant_type=password&client_id=muster-cli&scope=openid&username=" + encode(user) + "&password="
                + encode(password);
        Map<String, Object> answer = json(send(HttpRequest.newBuilder(tokenEndpoint)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))));
        if (!(answer.get("access_token") instanceof String granted)) {
            throw new ApiException(0, "the token endpoint `" + tokenEndpoint + "` answered without a token");
        }
        token = granted;
        tokenSince = System.nanoTime();
        return granted;
    }

    private HttpResponse<String> send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new ApiException(
                        response.statusCode(),
                        request.method() + " " + request.uri() + " answered " + response.statusCode() + ": "
                                + response.body());
            }
            return response;
        } catch (IOException e) {
            throw new ApiException(
                    0,
                    request.method() + " " + request.uri() + " got no answer: "
                            + e.getClass().getSimpleName() + " " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(0, "interrupted while calling " + request.uri());
        }
    }

    private static Map<String, Object> json(HttpResponse<String> response) {
        String body = response.body();
        if (body.isBlank()) {
            return Map.of();
        }
        try {
            return JSON.std.mapFrom(body);
        } catch (IOException e) {
            throw new ApiException(
                    response.statusCode(), response.uri() + " answered something that is not JSON: " + e.getMessage());
        }
    }
}
