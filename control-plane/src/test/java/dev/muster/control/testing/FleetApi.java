package dev.muster.control.testing;

import static io.restassured.RestAssured.given;

import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What a release engineer and a security officer ask over REST, as the administrator. */
public final class FleetApi {
    private static final String YAML = "application/yaml";

    private FleetApi() {}

    /** A request of the administrator. */
    public static RequestSpecification admin() {
        return given().auth().oauth2(Tokens.admin());
    }

    /** A one-use enrolment token that tags the device. */
    public static String enrolmentToken(String tag) {
        return post("/enrolment-tokens", Map.of("uses", 1, "tags", java.util.List.of(tag)))
                .statusCode(201)
                .extract()
                .path("token");
    }

    /** A request of the administrator with policy documents as its body. */
    public static RequestSpecification policy(String yaml) {
        EncoderConfig yamlIsText = EncoderConfig.encoderConfig().encodeContentTypeAs(YAML, ContentType.TEXT);
        return admin().config(RestAssured.config().encoderConfig(yamlIsText))
                .contentType(YAML)
                .body(yaml);
    }

    /** Uploads an image for {@code test-board} and returns its hash. */
    public static String uploadImage(byte[] bytes, String version, long releaseCounter) {
        return admin().contentType("application/octet-stream")
                .body(bytes)
                .post("/api/v1/artifacts?kind=image&name=os&hardware=test-board&version=" + version + "&releaseCounter="
                        + releaseCounter)
                .then()
                .statusCode(200)
                .extract()
                .path("sha256");
    }

    /** Uploads a package and returns its hash. */
    public static String uploadApp(byte[] hap) {
        return admin().contentType("application/octet-stream")
                .body(hap)
                .post("/api/v1/artifacts?kind=app")
                .then()
                .statusCode(200)
                .extract()
                .path("sha256");
    }

    /** Makes a release of artifacts and returns its id. */
    public static String release(String name, String version, String... hashes) {
        String targets = Arrays.stream(hashes)
                .map(hash -> "{\"sha256\":\"" + hash + "\"}")
                .collect(Collectors.joining(","));
        return postJson(
                        "/releases",
                        "{\"name\":\"" + name + "\",\"version\":\"" + version + "\",\"targets\":[" + targets + "]}")
                .statusCode(200)
                .extract()
                .path("id");
    }

    /** Rolls a release out to the devices with a tag: one canary, then the rest. */
    public static String rollout(String name, String release, String tag) {
        return postJson("/rollouts", """
                        {"name":"%s","release":"%s","selector":"tag==%s",
                         "waves":[{"name":"canary","count":1},{"name":"rest","percent":100}]}""".formatted(name, release, tag))
                .statusCode(200)
                .extract()
                .path("id");
    }

    /** A rollout as it is now. */
    public static ValidatableResponse rollout(String id) {
        return get("/rollouts/" + id).statusCode(200);
    }

    /** A GET. */
    public static ValidatableResponse get(String path) {
        return admin().get("/api/v1" + path).then();
    }

    /** A POST of a map. */
    public static ValidatableResponse post(String path, Map<String, ?> body) {
        return admin().contentType("application/json")
                .body(body)
                .post("/api/v1" + path)
                .then();
    }

    /** A POST of JSON text. */
    public static ValidatableResponse postJson(String path, String body) {
        return admin().contentType("application/json")
                .body(body)
                .post("/api/v1" + path)
                .then();
    }
}
