package dev.muster.control.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class SecurityHeadersIT {
    @Test
    void everyAnswerForbidsFramingSniffingAndRemembering() {
        for (String path : List.of("/api/v1/config", "/api/v1/devices", "/api/v1/nothing-here", "/nowhere")) {
            given().get(path)
                    .then()
                    .header("X-Content-Type-Options", equalTo("nosniff"))
                    .header("X-Frame-Options", equalTo("DENY"))
                    .header("Referrer-Policy", equalTo("no-referrer"))
                    .header("Cross-Origin-Opener-Policy", equalTo("same-origin"))
                    .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                    // RFC 6797: never over plain HTTP.
                    .header("Strict-Transport-Security", nullValue());
        }
        given().auth()
                .oauth2(Tokens.admin())
                .get("/api/v1/devices?limit=1")
                .then()
                .statusCode(200)
                .header("Cache-Control", equalTo("no-store"));
    }

    @Test
    void whatSomebodyForwardsCountsForNothingWhereNoProxyIsTrusted() {
        given().header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-For", "192.0.2.1")
                .get("/api/v1/config")
                .then()
                .statusCode(200)
                .header("Strict-Transport-Security", nullValue());
    }

    @Test
    void aForeignPageGetsNoPermissionToRead() {
        given().header("Origin", "https://evil.example")
                .header("Access-Control-Request-Method", "GET")
                .options("/api/v1/devices")
                .then()
                .header("Access-Control-Allow-Origin", nullValue());
    }
}
