package dev.muster.control.access;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class CallerLimitsIT {
    private static Response me(String token) {
        return given().auth().oauth2(token).get("/api/v1/me");
    }

    @Test
    void aProgramInALoopIsToldWhenToComeBackAndOthersAreNot() {
        String loop = Tokens.of("limits-loop");

        Response refused = IntStream.range(0, 5_000)
                .mapToObj(i -> me(loop))
                .filter(answer -> answer.statusCode() != 200)
                .findFirst()
                .orElseThrow(() -> new AssertionError("5000 requests of one caller, and none refused"));

        refused.then()
                .statusCode(429)
                .contentType("application/problem+json")
                .header("Retry-After", Integer::parseInt, equalTo(1))
                .body("code", equalTo("too-many-requests"));
        me(Tokens.of("limits-other")).then().statusCode(200);
    }
}
