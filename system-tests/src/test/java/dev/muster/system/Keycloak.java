package dev.muster.system;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The product's Keycloak, administered as its owner would: for the people that a test needs. */
public final class Keycloak implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SharedProduct.Running running;
    private final HttpClient http = HttpClient.newHttpClient();

    /** That of {@code running}. */
    public Keycloak(SharedProduct.Running running) {
        this.running = running;
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

    /** Makes a person who is in {@code group}, which is made as well. */
    public Person addPerson(String name, String group) {
        String password = "of-" + name;
        String token = token();
        send(token, "POST", "groups", Map.of("name", group));
        send(
                token,
                "POST",
                "users",
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
                        "Tester",
                        "groups",
                        List.of("/" + group),
                        "credentials",
                        List.of(Map.of("type", "password", "value", password, "temporary", false))));
        return new Person(idOf(send(token, "GET", "users?exact=true&username=" + name, Map.of())), name, password);
    }

    /** Takes the person and the group away. */
    public void remove(Person person, String group) {
        String token = token();
        send(token, "DELETE", "users/" + person.id(), Map.of());
        send(
                token,
                "DELETE",
                "groups/" + idOf(send(token, "GET", "groups?exact=true&search=" + group, Map.of())),
                Map.of());
    }

    private static String idOf(String found) {
        try {
            return Product.text(
                    JSON.std.mapFrom(JSON.std.asString(JSON.std.listFrom(found).getFirst())), "id");
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + found, e);
        }
    }

    private String token() {
        String form = "grant_type=password&client_id=admin-cli&username=bootstrap&password="
                + URLEncoder.encode(running.secret("keycloak.bootstrap"), StandardCharsets.UTF_8);
        String answer = answer(HttpRequest.newBuilder(address("realms/master/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        try {
            return Product.text(JSON.std.mapFrom(answer), "access_token");
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + answer, e);
        }
    }

    private String send(String token, String method, String path, Map<String, ?> body) {
        try {
            return answer(HttpRequest.newBuilder(address("admin/realms/muster/" + path))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body.isEmpty()
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(JSON.std.asString(body))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer(HttpRequest.Builder builder) {
        HttpRequest request = builder.timeout(PATIENCE).build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new AssertionError(request.method() + " " + request.uri().getPath() + " answered "
                        + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private URI address(String path) {
        return URI.create("http://localhost:" + running.product().port(3) + "/" + path);
    }

    @Override
    public void close() {
        http.close();
    }
}
