package dev.muster.control.bundles;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.bundle.BundleIndex;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.Signed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a bundle, who gets one, and that a device on the link goes on from the very same document. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class BundlesIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    private static ValidatableResponse create(String... devices) {
        return admin().contentType("application/json")
                .body(Map.of("devices", List.of(devices)))
                .post("/api/v1/bundles")
                .then();
    }

    private static Map<String, byte[]> entries(byte[] zip) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    @Test
    void carriesAllThatTheNamedDevicesWouldFetchSignedNow() throws Exception {
        byte[] image = "an image for a bundle".getBytes(StandardCharsets.UTF_8);
        try (FleetDevice first = fleet.enrol(directory, "bundled", "bundle-1");
                FleetDevice second = fleet.enrol(directory, "bundled", "bundle-2")) {
            String release = FleetApi.release("bundled", "1", FleetApi.uploadImage(image, "7.0.0", 7));
            String rollout = FleetApi.rollout("bundled", release, "bundled");
            Awaitility.await().atMost(SOON).untilAsserted(() -> FleetApi.rollout(rollout)
                    .body("state", equalTo("running")));
            FleetDevice canary = Awaitility.await()
                    .atMost(SOON)
                    .until(
                            () -> {
                                first.refresh();
                                second.refresh();
                                return first.generation() > 0 && hasImage(first)
                                        ? first
                                        : hasImage(second) ? second : null;
                            },
                            Objects::nonNull);

            byte[] zip = create("bundle-1", "bundle-2")
                    .statusCode(200)
                    .contentType(containsString("application/zip"))
                    .extract()
                    .asByteArray();

            Map<String, byte[]> entries = entries(zip);
            assertThat(entries.keySet().iterator().next()).isEqualTo(BundleIndex.ENTRY);
            BundleIndex index = BundleIndex.fromJson(Objects.requireNonNull(entries.get(BundleIndex.ENTRY)));
            assertThat(index.devices()).containsExactly(new DeviceId("bundle-1"), new DeviceId("bundle-2"));
            assertThat(index.expires()).isAfter(Clock.systemUTC().instant());
            assertThat(entries.get(BundleIndex.target(Hashes.sha256(image)))).isEqualTo(image);
            assertThat(entries).containsKeys("images/timestamp.json", "images/1.root.json");
            String stamp = BundleIndex.director(canary.ref().device(), "timestamp.json");
            long version =
                    Signed.timestamp(Objects.requireNonNull(entries.get(stamp))).version();
            assertThat(entries)
                    .containsKeys(
                            BundleIndex.director(canary.ref().device(), version + ".targets.json"),
                            BundleIndex.director(canary.ref().device(), version + ".snapshot.json"),
                            BundleIndex.director(canary.ref().device(), "1.root.json"));
            assertThat(canary.refresh().directorVersion())
                    .as("the link brings the same")
                    .isEqualTo(version);
            get("/audit?object=device/bundle-2").body("items.verb", hasItem("bundle.create"));
            canary.report(ConditionState.COMMITTED, "", "");
        }
    }

    private static boolean hasImage(FleetDevice device) {
        return device.target(new dev.muster.protocol.desired.TargetName.Image()).isPresent();
    }

    @Test
    void isRefusedForWhomItCannotBeMade() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "bundled-no", "bundle-3")) {
            assertThat(device.ref().device().value()).isEqualTo("bundle-3");
            admin().post("/api/v1/devices/bundle-3/suspend").then().statusCode(200);

            create("bundle-3").statusCode(409).body("detail", containsString("found it suspended"));
            create("bundle-none").statusCode(404);
            create().statusCode(400).body("detail", containsString("expected 1 to 200"));
            get("/audit?object=device/bundle-3")
                    .body("items.verb", org.hamcrest.Matchers.not(hasItem("bundle.create")));
        }
    }
}
