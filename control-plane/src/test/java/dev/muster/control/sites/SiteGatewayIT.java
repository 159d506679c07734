package dev.muster.control.sites;

import static dev.muster.control.testing.FleetApi.admin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway of a site gets what devices there are to have, and no more. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class SiteGatewayIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @Test
    void aGatewayMayHaveTheImagesOfItsSitesAndNothingElse() throws Exception {
        try (FleetDevice gateway = fleet.enrol(directory, "cache-gw", "cache-gw-1");
                FleetDevice device = fleet.enrol(directory, "cache-dev", "cache-dev-1")) {
            FleetApi.post("/sites", Map.of("name", "cache-site")).statusCode(org.hamcrest.Matchers.lessThan(300));
            FleetApi.post("/sites", Map.of("name", "cache-hall", "parent", "cache-site"))
                    .statusCode(org.hamcrest.Matchers.lessThan(300));
            patch("/devices/cache-dev-1", "{\"site\":\"cache-hall\"}");
            String image = FleetApi.uploadImage("an image for a site".getBytes(StandardCharsets.UTF_8), "7.1.0", 7);
            String rollout = FleetApi.rollout("cached", FleetApi.release("cached", "1", image), "cache-dev");
            Awaitility.await().atMost(SOON).untilAsserted(() -> {
                FleetApi.rollout(rollout).body("state", equalTo("running"));
                assertThat(device.fetch(image).statusCode()).isEqualTo(200);
            });
            assertThat(gateway.fetch(image).statusCode()).as("of no site yet").isEqualTo(404);

            patch("/sites/cache-site", "{\"gateway\":\"cache-gw-1\"}");
            assertThat(gateway.fetch(image).statusCode()).as("a site below").isEqualTo(200);
            assertThat(gateway.fetch("00".repeat(32)).statusCode()).isEqualTo(404);

            patch("/sites/cache-hall", "{\"gateway\":\"cache-dev-1\"}");
            assertThat(gateway.fetch(image).statusCode())
                    .as("that site has its own")
                    .isEqualTo(404);
            patch("/sites/cache-hall", "{\"gateway\":\"\"}");
            admin().post("/api/v1/devices/cache-dev-1/suspend").then().statusCode(200);
            assertThat(gateway.fetch(image).statusCode())
                    .as("nobody active needs it")
                    .isEqualTo(404);
        }
    }

    private static void patch(String path, String json) {
        admin().contentType("application/json")
                .body(json)
                .patch("/api/v1" + path)
                .then()
                .statusCode(200);
    }
}
