package dev.muster.control.channels;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.uploadImage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases on their way through channels, and rollouts that take the newest of one. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ChannelsIT {
    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @AfterEach
    void withdrawAll() {
        List<String> ids = get("/channels").extract().path("items.releases.flatten().id");
        ids.forEach(
                id -> post("/channels/releases/" + id + "/withdraw", Map.of()).statusCode(200));
    }

    private static String release(String name, String version) {
        byte[] image = (name + " " + version).getBytes(StandardCharsets.UTF_8);
        return FleetApi.release(name, version, uploadImage(image, version, 1));
    }

    private static String promote(String id, String note) {
        return post("/channels/releases/" + id + "/promote", Map.of("note", note))
                .statusCode(200)
                .extract()
                .asString();
    }

    private static List<String> in(String channel) {
        return get("/channels")
                .statusCode(200)
                .extract()
                .path("items.find { it.name == '" + channel + "' }.releases.id");
    }

    @Test
    void aReleaseIsPromotedOneChannelAtATimeAndItsWayIsKept() {
        String id = release("channel-way", "1");
        get("/channels").statusCode(200).body("items.name", equalTo(List.of("dev", "beta", "stable")));
        post("/channels/releases/" + id + "/promote", Map.of("to", "stable"))
                .statusCode(409)
                .body("detail", containsString("one channel at a time"));

        promote(id, "built tonight");
        assertThat(in("dev")).contains(id);
        // A page that was open too long says where it thinks the release goes.
        post("/channels/releases/" + id + "/promote", Map.of("to", "dev")).statusCode(409);
        post("/channels/releases/" + id + "/promote", Map.of("to", "beta")).statusCode(200);
        promote(id, "two weeks on the test bench");
        assertThat(in("stable")).contains(id);
        assertThat(in("beta")).doesNotContain(id);
        post("/channels/releases/" + id + "/promote", Map.of())
                .statusCode(409)
                .body("detail", containsString("the last channel"));

        get("/channels/history?release=" + id)
                .body("items.to", contains("stable", "beta", "dev"))
                .body("items.from", contains("beta", "dev", ""))
                .body("items[0].note", equalTo("two weeks on the test bench"))
                .body("items[0].byName", equalTo("root"));
        get("/audit?object=release/" + id).body("items.verb", hasItems("release.promote", "release.create"));
    }

    @Test
    void aReleaseGoesBackOnlyWhenSomebodySaysSo() {
        String id = release("channel-back", "1");
        promote(id, "");
        promote(id, "");
        post("/channels/releases/" + id + "/demote", Map.of("to", "stable")).statusCode(409);
        post("/channels/releases/" + id + "/demote", Map.of("to", "nowhere")).statusCode(404);

        post("/channels/releases/" + id + "/demote", Map.of("to", "dev", "note", "leaks memory"))
                .statusCode(200);

        assertThat(in("dev")).contains(id);
        post("/channels/releases/" + id + "/withdraw", Map.of("note", "not worth it"))
                .statusCode(200);
        assertThat(in("dev")).doesNotContain(id);
        post("/channels/releases/" + id + "/withdraw", Map.of()).statusCode(409);
        get("/channels/history?channel=beta&limit=1")
                .body("items.action", contains("demote"))
                .body("items[0].note", equalTo("leaks memory"));
    }

    @Test
    void theTenantSetsItsOwnOrderAndLosesNoRelease() {
        String id = release("channel-order", "1");
        promote(id, "");
        admin().contentType("application/json")
                .body(Map.of("channels", List.of("lab", "field")))
                .put("/api/v1/channels")
                .then()
                .statusCode(409)
                .body("detail", containsString("channel `dev` holds 1 releases"));
        admin().contentType("application/json")
                .body(Map.of("channels", List.of("dev", "Field")))
                .put("/api/v1/channels")
                .then()
                .statusCode(400);

        admin().contentType("application/json")
                .body(Map.of("channels", List.of("lab", "dev", "field")))
                .put("/api/v1/channels")
                .then()
                .statusCode(200)
                .body("items.name", contains("lab", "dev", "field"))
                .body("items[1].releases.id", hasItem(id));

        promote(id, "");
        assertThat(in("field")).contains(id);
        get("/audit?object=channels").body("items.verb", hasItem("channel.set"));
        post("/channels/releases/" + id + "/withdraw", Map.of()).statusCode(200);
        admin().contentType("application/json")
                .body(Map.of("channels", List.of("dev", "beta", "stable")))
                .put("/api/v1/channels")
                .then()
                .statusCode(200);
    }

    @Test
    void aRolloutTakesTheNewestReleaseOfAChannelAndNothingMovesByItself() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "channel", "channel-1")) {
            String stable = release("channel-os", "1");
            String newer = release("channel-os", "2");
            for (int step = 0; step < 3; step++) {
                promote(stable, "");
            }
            promote(newer, "");
            device.refresh();
            assertThat(device.target(dev.muster.protocol.desired.TargetName.parse("image")))
                    .as("a channel moves no device")
                    .isEmpty();

            preview("stable").body("devices", equalTo(1));
            rollout("stable", Map.of()).statusCode(200).body("release", equalTo(stable));
            // What is stable is in dev and beta too, unless something newer is.
            rollout("beta", Map.of("release", "channel-os")).statusCode(200).body("release", equalTo(stable));
            rollout("dev", Map.of("hardware", "test-board"))
                    .statusCode(200)
                    .body("release", equalTo(newer))
                    .body("release", not(equalTo(stable)));
            rollout("stable", Map.of("hardware", "other-board"))
                    .statusCode(404)
                    .body("detail", containsString("fits hardware `other-board`"));
            rollout("nowhere", Map.of()).statusCode(404);
            post("/rollouts", Map.of("name", "r", "release", stable, "channel", Map.of("name", "stable")))
                    .statusCode(400);
            get("/channels").body("items", hasSize(3));
        }
    }

    private static io.restassured.response.ValidatableResponse rollout(String channel, Map<String, String> more) {
        Map<String, String> from = new java.util.HashMap<>(more);
        from.put("name", channel);
        return post("/rollouts", Map.of("name", "from-" + channel, "channel", from, "selector", "id==channel-1"));
    }

    private static io.restassured.response.ValidatableResponse preview(String channel) {
        return post("/rollouts/preview", Map.of("channel", Map.of("name", channel), "selector", "id==channel-1"))
                .statusCode(200);
    }
}
