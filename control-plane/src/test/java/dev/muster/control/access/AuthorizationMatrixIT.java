package dev.muster.control.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the OpenAPI document against every role, no login, another tenant and devices out of scope. Bodies
 * are empty on purpose: whoever may not do something learns nothing about the body it would need.
 */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class AuthorizationMatrixIT {
    private static final TenantId OTHER = new TenantId("matrix");
    private static final String INSIDE = "matrix-inside";
    private static final String OUTSIDE = "matrix-outside";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

    @Inject
    TenantTransactions transactions;

    @Inject
    DeviceService devices;

    @Inject
    RoleBindingStore bindings;

    @TestHTTPResource("/")
    @Nullable URI server;

    // Not HTTP/2: a stream that is cut there can take the connection of the calls beside it along.
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void people() {
        transactions.run(OTHER, handle -> {
            handle.execute("insert into tenant (tenant) values ('matrix') on conflict do nothing");
            if (!bindings.any(handle)) {
                bind(handle, "matrix-foreign-admin", Role.ADMIN, "", false);
            }
        });
        transactions.run(TenantId.DEFAULT, handle -> {
            for (String id : List.of(INSIDE, OUTSIDE)) {
                devices.register(
                        handle,
                        TenantId.DEFAULT,
                        new NewDevice(
                                new DeviceId(id),
                                "board",
                                null,
                                null,
                                id.equals(INSIDE) ? List.of("matrix") : List.of(),
                                Map.of()));
            }
            Set<String> bound =
                    bindings.all(handle).stream().map(RoleBinding::subject).collect(Collectors.toSet());
            if (!bound.contains("matrix-fleet-viewer")) {
                for (Role role : Role.values()) {
                    bind(handle, "matrix-fleet-" + role.text(), role, "", false);
                    bind(handle, "matrix-scoped-" + role.text(), role, "tag==matrix", false);
                    bind(handle, "matrix-denied-" + role.text(), role, "", false);
                    bind(handle, "matrix-denied-" + role.text(), role, "tag==matrix", true);
                }
            }
        });
    }

    @Test
    void everyOperationHasARowAndEveryRowAnOperation() throws Exception {
        Set<String> documented = new TreeSet<>();
        JsonObject paths = JsonObject.parse(
                        given().get("/q/openapi?format=json").asByteArray())
                .object("paths");
        for (String path : paths.members().keySet()) {
            for (String method : paths.object(path).members().keySet()) {
                if (METHODS.contains(method)) {
                    documented.add(method.toUpperCase(Locale.ROOT) + " " + path.replaceFirst("^/api/v1", ""));
                }
            }
        }

        Set<String> rows = matrix().stream().map(Operation::key).collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isNotEmpty();
        assertThat(rows).isEqualTo(documented);
    }

    @Test
    void withoutALoginEverythingButOpenOperationsIsRefused() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Operation operation : matrix()) {
            for (String token : List.of("", "not-a-token", foreignToken(), expiredToken(), otherAudience())) {
                int status = call(operation, INSIDE, token, null);

                softly.assertThat(status)
                        .as("%s without a valid login", operation)
                        .isEqualTo(
                                switch (operation.reach()) {
                                    case "open" -> 200;
                                    case "signed" -> 400;
                                    default -> 401;
                                });
            }
        }
        softly.assertAll();
    }

    @Test
    void aRoleThatDoesNotImplyTheNeededOneIsRefused() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Operation operation : matrix()) {
            for (Role role : Role.values()) {
                int status = call(operation, "none", Tokens.of("matrix-fleet-" + role.text()), null);
                boolean allowed = operation.role().map(role::implies).orElse(true);
                if (allowed) {
                    softly.assertThat(status)
                            .as("%s as %s", operation, role)
                            .isNotIn(401, 403)
                            .isLessThan(500);
                } else {
                    softly.assertThat(status).as("%s as %s", operation, role).isEqualTo(403);
                }
            }
        }
        softly.assertAll();
    }

    @Test
    void whoHasNoRightsInATenantGetsNothingThere() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Operation operation : guarded()) {
            softly.assertThat(call(operation, INSIDE, Tokens.of("matrix-nobody"), null))
                    .as("%s without a binding", operation)
                    .isEqualTo(403);
            softly.assertThat(call(operation, INSIDE, Tokens.of("matrix-foreign-admin"), null))
                    .as("%s with a binding in another tenant", operation)
                    .isEqualTo(403);
            softly.assertThat(call(operation, INSIDE, Tokens.of("matrix-fleet-admin"), OTHER))
                    .as("%s in another tenant", operation)
                    .isEqualTo(403);
        }
        softly.assertAll();
    }

    @Test
    void anotherTenantsDeviceDoesNotExist() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Operation operation : guarded()) {
            if (operation.namesADevice()) {
                softly.assertThat(call(operation, INSIDE, Tokens.of("matrix-foreign-admin"), OTHER))
                        .as("%s from another tenant", operation)
                        .isEqualTo(404);
            }
        }
        softly.assertAll();
    }

    @Test
    void aDeviceOutOfScopeDoesNotExistAndNoBindingGivesTheWholeFleet() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Operation operation : guarded()) {
            String role = operation.role().orElseThrow().text();
            if (operation.reach().equals("fleet")) {
                softly.assertThat(call(operation, INSIDE, Tokens.of("matrix-scoped-" + role), null))
                        .as("%s for some devices only", operation)
                        .isEqualTo(403);
                softly.assertThat(call(operation, INSIDE, Tokens.of("matrix-denied-" + role), null))
                        .as("%s with a deny", operation)
                        .isEqualTo(403);
            } else if (operation.namesADevice()) {
                softly.assertThat(call(operation, OUTSIDE, Tokens.of("matrix-scoped-" + role), null))
                        .as("%s out of scope", operation)
                        .isEqualTo(404);
                softly.assertThat(call(operation, INSIDE, Tokens.of("matrix-denied-" + role), null))
                        .as("%s denied", operation)
                        .isEqualTo(404);
            }
        }
        softly.assertAll();
    }

    @Test
    void listsShowWhatIsInScopeOnly() {
        List<String> scoped = given().auth()
                .oauth2(Tokens.of("matrix-scoped-viewer"))
                .get("/api/v1/devices?limit=500")
                .then()
                .statusCode(200)
                .extract()
                .path("items.id");
        List<String> denied = given().auth()
                .oauth2(Tokens.of("matrix-denied-viewer"))
                .get("/api/v1/devices?limit=500")
                .then()
                .statusCode(200)
                .extract()
                .path("items.id");

        assertThat(scoped).containsExactly(INSIDE);
        assertThat(denied).contains(OUTSIDE).doesNotContain(INSIDE);
    }

    private int call(Operation operation, String device, String token, @Nullable TenantId tenant)
            throws IOException, InterruptedException {
        if (server == null) {
            throw new IllegalStateException("no server");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(operation.request(device)))
                .timeout(Duration.ofSeconds(60))
                .method(
                        operation.method(),
                        operation.method().startsWith("P")
                                ? HttpRequest.BodyPublishers.ofString("{}")
                                : HttpRequest.BodyPublishers.noBody());
        if (operation.method().startsWith("P")) {
            request.header("Content-Type", operation.contentType());
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (tenant != null) {
            request.header(Guard.TENANT_HEADER, tenant.value());
        }
        // Streams never end by themselves: the status is all we want.
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    private static List<Operation> guarded() throws IOException {
        return matrix().stream()
                .filter(operation -> operation.role().isPresent())
                .toList();
    }

    private static List<Operation> matrix() throws IOException {
        try (InputStream in = AuthorizationMatrixIT.class.getResourceAsStream("/authorization-matrix.txt")) {
            if (in == null) {
                throw new IllegalStateException("`authorization-matrix.txt` is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Operation::parse)
                    .toList();
        }
    }

    private void bind(org.jdbi.v3.core.Handle handle, String subject, Role role, String selector, boolean deny) {
        bindings.insert(
                handle,
                new RoleBinding(
                        UUID.randomUUID(),
                        RoleBinding.Kind.PERSON,
                        Tokens.ISSUER,
                        subject,
                        role,
                        Selector.parse(selector),
                        deny),
                "test");
    }

    private static String foreignToken() {
        return Tokens.of("https://evil.test", "muster-api", "root", Duration.ofMinutes(5), Tokens.ADMINS);
    }

    private static String expiredToken() {
        return Tokens.of(Tokens.ISSUER, "muster-api", "root", Duration.ofMinutes(-5), Tokens.ADMINS);
    }

    private static String otherAudience() {
        return Tokens.of(Tokens.ISSUER, "account", "root", Duration.ofMinutes(5), Tokens.ADMINS);
    }
}
