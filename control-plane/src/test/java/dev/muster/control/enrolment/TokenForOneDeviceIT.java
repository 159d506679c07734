package dev.muster.control.enrolment;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens that are for one device, by what it tells of itself. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class TokenForOneDeviceIT {
    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Test
    void letsInTheDeviceThatItIsForAndNoOther() throws Exception {
        String token = token(Map.of("serial", "sn-bound-1", "udid", "AB".repeat(32)));

        assertThat(enrol(token, "bound-2")).isEqualTo(401);
        get("/enrolment-tokens")
                .body("items.find{it.serial=='sn-bound-1'}.used", equalTo(0))
                .body("items.find{it.serial=='sn-bound-1'}.udid", equalTo("AB".repeat(32)));
        assertThat(enrol(token, "bound-1")).isEqualTo(200);
        assertThat(enrol(token, "bound-1")).as("used up").isEqualTo(401);
    }

    @Test
    void wantsOneOfBothToBeTold() throws Exception {
        String token = token(Map.of("udid", "CD".repeat(32)));

        assertThat(enrol(token, "bound-3")).as("tells a serial number only").isEqualTo(401);
    }

    @Test
    void anEmptyWordIsNoDevice() {
        post("/enrolment-tokens", Map.of("uses", 1, "serial", "")).statusCode(400);
    }

    private static String token(Map<String, String> device) {
        Map<String, Object> body = new java.util.HashMap<>(device);
        body.put("uses", 1);
        return post("/enrolment-tokens", body).statusCode(201).extract().path("token");
    }

    private int enrol(String token, String name) throws Exception {
        try (TestDevice device = new TestDevice(URI.create("https://localhost:" + server.port()), authority.root())) {
            return device.enrol(token, name).statusCode();
        }
    }
}
