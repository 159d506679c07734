package dev.muster.system.instances;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** REST as the administrator asks; who that is says a token that servers trust by the key that they were given. Thread-safe. */
final class Api implements AutoCloseable {
    /** The provider that servers trust, and the group of administrators. */
    static final String ISSUER = "https://idp.test/realms/muster";

    static final String ADMINS = "muster-admins";

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int KEY_BITS = 2048;

    private final URI base;
    private final KeyPair provider;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** At {@code base}, such as {@code http://127.0.0.1:7400}. */
    Api(URI base) {
        this.base = base;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            this.provider = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What servers check tokens by. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(provider.getPublic().getEncoded());
    }

    /** The answer to a GET, which must be 200. */
    Map<String, Object> get(String path) throws IOException {
        return send(request(path).GET(), "GET " + path);
    }

    /** The answer to a POST of JSON, which must succeed. */
    Map<String, Object> post(String path, Map<String, Object> body) throws IOException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.std.asString(body))),
                "POST " + path);
    }

    /** The same of bytes. */
    Map<String, Object> upload(String path, byte[] bytes) throws IOException {
        return send(
                request(path)
                        .header("Content-Type", "application/octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes)),
                "POST " + path);
    }

    /** PUT of YAML. */
    Map<String, Object> putYaml(String path, String yaml) throws IOException {
        return send(
                request(path).header("Content-Type", "application/yaml").PUT(HttpRequest.BodyPublishers.ofString(yaml)),
                "PUT " + path);
    }

    /** The member {@code name}, which must be there, as text. */
    static String text(Map<String, Object> answer, String name) {
        return String.valueOf(Objects.requireNonNull(answer.get(name), name));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve("/api/v1" + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token());
    }

    private Map<String, Object> send(HttpRequest.Builder request, String what) throws IOException {
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException(what + " was answered " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body().isEmpty() ? Map.of() : JSON.std.mapFrom(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private String token() {
        long now = Clock.systemUTC().instant().getEpochSecond();
        try {
            String text = part(Map.of("alg", "RS256", "typ", "JWT"))
                    + "."
                    + part(Map.of(
                            "iss",
                            ISSUER,
                            "aud",
                            "muster-api",
                            "sub",
                            "root",
                            "preferred_username",
                            "root",
                            "groups",
                            List.of(ADMINS),
                            "iat",
                            now - 60,
                            "exp",
                            now + 300));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(provider.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String part(Map<String, Object> members) throws IOException {
        return base64(JSON.std.asBytes(members));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        http.close();
    }
}
