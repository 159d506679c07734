package dev.muster.control.tenancy;

import static io.restassured.RestAssured.given;

import dev.muster.control.testing.FilledTenant;
import dev.muster.protocol.json.JsonObject;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The operations of the OpenAPI document, and whose ids stand in their paths. */
final class CrossingPaths {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static final String UNKNOWN_UUID = "00000000-0000-4000-8000-00000000abcd";

    /**
     * Names that everybody chooses freely: making one that the other tenant has too is no crossing. And what is the installation's,
     * which nobody but its owner may touch.
     */
    static final Set<String> OWN_NAMES = Set.of(
            "PUT /freezes/{name}",
            "PUT /alert-rules/{name}",
            "PUT /alert-channels/{name}",
            "PUT /bridges/{name}",
            "PUT /trust/publishers/{name}",
            "GET /trust/roots/{repository}",
            "POST /ca/{id}/retire");

    /** Whose ids stand in a path, by what stands there; longest first. The second value is one that nobody has. */
    static final List<Part> PARTS = List.of(
            new Part("/policy/documents/{kind}/{name}", "policy", "nobody"),
            new Part("/policy/guard-rails/{name}", "guard-rail", "nobody"),
            new Part("/policy/capabilities/{name}", "capability", "nobody"),
            new Part("/policy/versions/{version}", "policy-version", "999999"),
            new Part("/service-accounts/{name}/tokens/{id}", "api-token", "0123456789ab"),
            new Part("/service-accounts/{name}", "service-account", "nobody"),
            new Part("/artifacts/uploads/{id}", "open-upload", UNKNOWN_UUID),
            new Part("/artifacts/{sha256}", "artifact", "ab".repeat(32)),
            new Part("/channels/releases/{id}", "release", UNKNOWN_UUID),
            new Part("/releases/{id}", "release", UNKNOWN_UUID),
            new Part("/rollouts/{id}", "rollout", UNKNOWN_UUID),
            new Part("/devices/{id}", "device", "nobody"),
            new Part("/sites/{name}", "site", "nobody"),
            new Part("/groups/{name}", "group", "nobody"),
            new Part("/freezes/{name}", "freeze", "nobody"),
            new Part("/views/{id}", "view", UNKNOWN_UUID),
            new Part("/alerts/{id}", "alert", "ab".repeat(16)),
            new Part("/alert-rules/{name}", "alert-rule", "nobody"),
            new Part("/alert-silences/{id}", "alert-silence", UNKNOWN_UUID),
            new Part("/bridges/{name}", "bridge", "nobody"),
            new Part("/deltas/{output}/{base}", "artifact", "ab".repeat(32)),
            new Part("/alert-channels/{name}", "alert-channel", "nobody"),
            new Part("/webhooks/{name}", "webhook", "nobody"),
            new Part("/enrolment-tokens/{id}", "enrolment-token", "0123456789ab"),
            new Part("/role-bindings/{id}", "role-binding", UNKNOWN_UUID),
            new Part("/vendor-roots/{sha256}", "vendor-root", "ab".repeat(32)),
            new Part("/trust/drafts/{id}", "trust-draft", UNKNOWN_UUID),
            new Part("/commands/{id}", "command", UNKNOWN_UUID),
            new Part("/help-sessions/{id}", "help-session", UNKNOWN_UUID),
            new Part("/permission-requests/{id}", "permission-request", UNKNOWN_UUID),
            new Part("/tenants/{id}", "tenant", "nobody"),
            new Part("/four-eyes/requests/{id}", "four-eyes-request", UNKNOWN_UUID),
            new Part("/enrolment-requests/{id}", "enrolment-request", "nobody"),
            new Part("/factory-anchors/{name}", "factory-anchor", "nobody"),
            new Part("/ca/{id}", "site", "nobody"),
            new Part("/uploads/{id}", "upload", UNKNOWN_UUID),
            new Part("/settings/{level}/{name}", "device", "nobody"),
            new Part("/trust/publishers/{name}", "site", "nobody"),
            new Part("/trust/roots/{repository}", "site", "nobody"));

    /** Bodies that would do something, so that nothing is refused for its form before anybody looks for the thing. */
    static final Map<String, String> BODIES = Map.of(
            "POST /devices/{id}/replace", "{\"serial\":\"crossing-serial\"}",
            "POST /groups/{name}/members", "{\"add\":[]}",
            "POST /bridges/{name}/devices", "{\"id\":\"crossing-press\"}",
            "POST /policy/capabilities/{name}/revocations", "{\"id\":\"" + "ab".repeat(32) + "\"}",
            "POST /rollouts/{id}/override", "{\"reason\":\"crossing\"}",
            "POST /channels/releases/{id}/demote", "{\"to\":\"dev\"}",
            "PUT /settings/{level}/{name}", "{\"agent\":{\"sampleSeconds\":11}}",
            "POST /service-accounts/{name}/tokens", "{\"name\":\"crossing\"}",
            "POST /factory-anchors/{name}/revocations", "{\"serial\":\"0a\"}");

    record Part(String path, String kind, String nobody) {}

    record Operation(String method, String path) {
        String key() {
            return method + " " + path;
        }
    }

    private CrossingPaths() {}

    /** Asks as the administrator of {@code ours}, with {@code id} in the place of the path's thing. */
    static Response call(FilledTenant ours, FilledTenant theirs, Operation operation, String id) {
        Part part = part(operation.path());
        String path = operation.path();
        if (part.path().startsWith("/service-accounts")) {
            path = path.replace("{name}", theirs.id("service-account")).replace("{id}", id);
            if (part.kind().equals("service-account")) {
                path = operation.path().replace("{name}", id);
            }
        }
        path = path.replace("{kind}", "role")
                .replace("{level}", "device")
                .replace("{wave}", "0")
                .replace("{child}", "press-1")
                .replace("{name}", id)
                .replace("{id}", id)
                .replace("{sha256}", id)
                .replace("{action}", "1")
                .replace("{output}", id)
                .replace("{base}", "cd".repeat(32))
                .replace("{version}", id)
                .replace("{repository}", "images");
        RequestSpecification request = ours.admin();
        if (operation.key().equals("PATCH /artifacts/uploads/{id}")) {
            request.config(RestAssured.config()
                            .encoderConfig(EncoderConfig.encoderConfig()
                                    .encodeContentTypeAs("application/partial-upload", ContentType.BINARY)))
                    .contentType("application/partial-upload")
                    .header("Upload-Offset", "0")
                    .body(new byte[] {1});
        } else if (operation.method().startsWith("P")) {
            request.contentType(ContentType.JSON).body(BODIES.getOrDefault(operation.key(), "{}"));
        }
        if (operation.path().endsWith("/telemetry")) {
            request.queryParam("metric", "m");
        }
        // What they have read must not help them either.
        request.header("If-Match", "\"1\"");
        return request.request(operation.method(), "/api/v1" + path);
    }

    /** What stands in a path; a failure for one that nobody has thought of yet. */
    static Part part(String path) {
        return PARTS.stream()
                .filter(part -> path.startsWith(part.path()))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("expected an id of the other tenant for `" + path + "`: add it to PARTS"));
    }

    /** All there are. */
    static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        JsonObject paths = JsonObject.parse(
                        given().get("/q/openapi?format=json").asByteArray())
                .object("paths");
        for (String path : paths.members().keySet()) {
            for (String method : paths.object(path).members().keySet()) {
                if (METHODS.contains(method)) {
                    operations.add(new Operation(method.toUpperCase(Locale.ROOT), path.replaceFirst("^/api/v1", "")));
                }
            }
        }
        return operations;
    }
}
