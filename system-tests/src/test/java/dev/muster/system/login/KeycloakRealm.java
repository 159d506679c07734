package dev.muster.system.login;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** One realm of a running Keycloak, as its administrator and as the people in it see it. For one thread. */
public final class KeycloakRealm implements AutoCloseable {
    private static final String PASSWORD = "correct horse";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI keycloak;
    private final String realm;
    private final String bootstrapPassword;

    /** {@code bootstrapPassword} is that of its own administrator. */
    public KeycloakRealm(URI keycloak, String realm, String bootstrapPassword) {
        this.keycloak = keycloak;
        this.realm = realm;
        this.bootstrapPassword = bootstrapPassword;
    }

    /** That of a product that runs. */
    public static KeycloakRealm of(SharedProduct.Running running) {
        return new KeycloakRealm(
                URI.create("http://localhost:" + running.product().port(3)),
                "muster",
                running.secret("keycloak.bootstrap"));
    }

    /**
     * Somebody who can log in.
     *
     * @param id the subject of the login
     */
    public record Person(String id, String name, String password) {
        /** Keeps the password out of reports. */
        @Override
        public String toString() {
            return "Person[" + name + "]";
        }
    }

    /** What a login gave. */
    record Tokens(String access, String refresh, String id) {
        /** The session they belong to. */
        String session() {
            return String.valueOf(Jwt.read(access).claims().get("sid"));
        }
    }

    /** An answer of Keycloak. */
    record Answer(int status, String body) {
        Answer expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("expected status " + wanted + ", found " + status + ": " + body);
            }
            return this;
        }

        Map<String, Object> json() {
            try {
                return JSON.std.mapFrom(body);
            } catch (IOException e) {
                throw new UncheckedIOException(body, e);
            }
        }

        List<Map<String, Object>> rows() {
            try {
                List<Object> rows = JSON.std.listFrom(body);
                return rows.stream().map(KeycloakRealm::row).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(body, e);
            }
        }
    }

    String issuer() {
        return keycloak + "/realms/" + realm;
    }

    /** Another realm of the same Keycloak, made new. */
    KeycloakRealm another(String name) {
        admin("POST", "/admin/realms", Map.of("realm", name, "enabled", true)).expect(201);
        return new KeycloakRealm(keycloak, name, bootstrapPassword);
    }

    /** A group by its whole path, with the groups above it. */
    public void group(String path) {
        String parent = "";
        String above = "";
        for (String name : path.substring(1).split("/", -1)) {
            String here = above + "/" + name;
            Answer known = admin("GET", "/group-by-path" + here, null);
            if (known.status() == 404) {
                known = admin(
                        "POST", parent.isEmpty() ? "/groups" : "/groups/" + parent + "/children", Map.of("name", name));
                known.expect(201);
                known = admin("GET", "/group-by-path" + here, null);
            }
            parent = text(known.expect(200).json(), "id");
            above = here;
        }
    }

    /** A person who never logged in. */
    public Person person(String name, String... groups) {
        admin(
                        "POST",
                        "/users",
                        Map.of(
                                "username",
                                name,
                                "enabled",
                                true,
                                "email",
                                name + "@muster.invalid",
                                "emailVerified",
                                true,
                                "firstName",
                                name,
                                "lastName",
                                "Test",
                                "groups",
                                List.of(groups),
                                "credentials",
                                List.of(Map.of("type", "password", "value", PASSWORD, "temporary", false))))
                .expect(201);
        return new Person(id(name), name, PASSWORD);
    }

    /** Takes a person away, and the group at the path. */
    public void remove(Person person, String group) {
        admin("DELETE", "/users/" + person.id(), null).expect(204);
        String found =
                text(admin("GET", "/group-by-path" + group, null).expect(200).json(), "id");
        admin("DELETE", "/groups/" + found, null).expect(204);
    }

    /** A role of the realm, given to somebody. */
    void realmRole(String role, String person) {
        admin("POST", "/roles", Map.of("name", role)).expect(201);
        Map<String, Object> made =
                admin("GET", "/roles/" + role, null).expect(200).json();
        adminBody("POST", "/users/" + id(person) + "/role-mappings/realm", List.of(made))
                .expect(204);
    }

    /** A client that takes passwords, with claims made by {@code mappers}. */
    void client(String clientId, List<Map<String, Object>> mappers) {
        admin(
                        "POST",
                        "/clients",
                        Map.of(
                                "clientId", clientId,
                                "publicClient", true,
                                "directAccessGrantsEnabled", true,
                                "standardFlowEnabled", false,
                                "fullScopeAllowed", true,
                                "protocolMappers", mappers))
                .expect(201);
    }

    /** Makes a client's tokens be for {@code audience}. */
    static Map<String, Object> audience(String audience) {
        return Map.of(
                "name", "audience",
                "protocol", "openid-connect",
                "protocolMapper", "oidc-audience-mapper",
                "config", Map.of("included.custom.audience", audience, "access.token.claim", "true"));
    }

    /** Logs in with name and password. */
    Tokens login(String client, String person) {
        return tokens(token(Map.of(
                        "grant_type", "password",
                        "client_id", client,
                        "username", person,
                        "password", PASSWORD,
                        "scope", "openid"))
                .expect(200));
    }

    /** Asks for new tokens. */
    Answer refresh(String client, String refreshToken) {
        return token(Map.of("grant_type", "refresh_token", "client_id", client, "refresh_token", refreshToken));
    }

    static Tokens tokens(Answer answer) {
        Map<String, Object> json = answer.json();
        return new Tokens(text(json, "access_token"), text(json, "refresh_token"), text(json, "id_token"));
    }

    /** The person signs out of the session that the refresh token belongs to. */
    void signOut(String client, String refreshToken) {
        send(form(
                        "/realms/" + realm + "/protocol/openid-connect/logout",
                        Map.of("client_id", client, "refresh_token", refreshToken)))
                .expect(204);
    }

    /** An administrator of Keycloak ends one session. */
    void endSession(String session) {
        admin("DELETE", "/sessions/" + session, null).expect(204);
    }

    /** Adds a key that signs from now on; answers how to take it away. */
    String addKey(String name, KeyPair keys, int priority) {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        String realmId = text(admin("GET", "", null).expect(200).json(), "id");
        admin(
                        "POST",
                        "/components",
                        Map.of(
                                "name",
                                name,
                                "providerId",
                                "rsa",
                                "providerType",
                                "org.keycloak.keys.KeyProvider",
                                "parentId",
                                realmId,
                                "config",
                                Map.of(
                                        "priority", List.of(Integer.toString(priority)),
                                        "enabled", List.of("true"),
                                        "active", List.of("true"),
                                        "algorithm", List.of("RS256"),
                                        "privateKey", List.of(pem))))
                .expect(201);
        return admin("GET", "/components?type=org.keycloak.keys.KeyProvider&name=" + name, null)
                .expect(200)
                .rows()
                .stream()
                .map(row -> text(row, "id"))
                .findFirst()
                .orElseThrow();
    }

    void removeKey(String component) {
        admin("DELETE", "/components/" + component, null).expect(204);
    }

    /** What the realm calls a key in its tokens' headers. */
    String keyId(KeyPair keys) {
        String modulus = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(unsigned(((RSAPublicKey) keys.getPublic()).getModulus()));
        Object all = send(HttpRequest.newBuilder(URI.create(issuer() + "/protocol/openid-connect/certs")))
                .expect(200)
                .json()
                .get("keys");
        return ((List<?>) Objects.requireNonNull(all))
                .stream()
                        .map(KeycloakRealm::row)
                        .filter(key -> modulus.equals(key.get("n")))
                        .map(key -> text(key, "kid"))
                        .findFirst()
                        .orElseThrow();
    }

    @Override
    public void close() {
        http.close();
    }

    private String id(String person) {
        return text(
                admin("GET", "/users?exact=true&username=" + person, null)
                        .expect(200)
                        .rows()
                        .getFirst(),
                "id");
    }

    private Answer token(Map<String, String> form) {
        return send(form("/realms/" + realm + "/protocol/openid-connect/token", form));
    }

    private Answer admin(String method, String path, @org.jspecify.annotations.Nullable Map<String, ?> body) {
        return adminBody(method, path, body);
    }

    private Answer adminBody(String method, String path, @org.jspecify.annotations.Nullable Object body) {
        Map<String, String> login = new HashMap<>(Map.of(
                "grant_type", "password",
                "client_id", "admin-cli",
                "username", "bootstrap"));
        login.put("password", bootstrapPassword);
        String token = text(
                send(form("/realms/master/protocol/openid-connect/token", login))
                        .expect(200)
                        .json(),
                "access_token");
        try {
            URI address = URI.create(keycloak + (path.startsWith("/admin/") ? path : "/admin/realms/" + realm + path));
            return send(HttpRequest.newBuilder(address)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.std.asString(body))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder form(String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(URI.create(keycloak + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> row(Object row) {
        return (Map<String, Object>) row;
    }

    private static String text(Map<String, Object> row, String member) {
        return String.valueOf(Objects.requireNonNull(row.get(member), member));
    }
}
