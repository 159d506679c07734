package dev.muster.control.deltas;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.delta.BaseChunks;
import dev.muster.protocol.delta.ChunkIndex;
import dev.muster.protocol.delta.DeltaHead;
import dev.muster.protocol.delta.DeltaPath;
import dev.muster.protocol.delta.SegmentDecoder;
import dev.muster.protocol.delta.SegmentManifest;
import dev.muster.protocol.delta.make.ImageBytes;
import dev.muster.protocol.desired.TargetName;
import dev.muster.trust.metadata.TargetFile;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deltas made by the worker and found by a device, through real PostgreSQL, metadata and TLS. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class DeltasIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LENGTH = 5 << 20;

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @Test
    void whatADeviceRunsDecidesWhatIsMadeAndTheDeviceMakesTheSignedImageOfIt() throws Exception {
        byte[] old = image(1);
        byte[] fresh = changed(old);
        String base = FleetApi.uploadImage(old, "1.0.0", 1);
        String output = FleetApi.uploadImage(fresh, "1.1.0", 2);
        try (FleetDevice device = fleet.enrol(directory, "delta", "delta-1");
                FleetDevice other = fleet.enrol(directory, "delta-other", "delta-2")) {
            assertThat(device.runs(base, "1.0.0", old.length).statusCode()).isLessThan(300);
            String release = FleetApi.release("delta", "1.1.0", output);

            await().atMost(SOON).untilAsserted(() -> get("/deltas/" + output + "/" + base)
                    .statusCode(200)
                    .body("state", equalTo("done"))
                    .body("devices", equalTo(1))
                    .body("segments", equalTo(3))
                    .body("segmentsDone", equalTo(3))
                    .body("length", lessThan(LENGTH / 10))
                    .body("outputLength", equalTo(LENGTH))
                    .body("askedByName", equalTo("deltas")));
            FleetApi.rollout("delta", release, "delta");
            await().atMost(SOON).untilAsserted(() -> {
                device.refresh();
                assertThat(device.target(new TargetName.Image())).isPresent();
            });

            TargetFile segments = device.delta(DeltaPath.segments(output)).orElseThrow();
            TargetFile delta = device.delta(DeltaPath.delta(output, base)).orElseThrow();
            byte[] file = device.fetch(delta.sha256()).body();
            SegmentManifest manifest =
                    SegmentManifest.parse(device.fetch(segments.sha256()).body());

            assertThat(file).hasSize((int) delta.length());
            assertThat(manifest.outputSha256()).isEqualTo(output);
            assertThat(applied(file, old, manifest)).isEqualTo(fresh);
            TargetFile chunks = device.delta(DeltaPath.chunks(output)).orElseThrow();
            TargetFile store = device.delta(DeltaPath.store(output)).orElseThrow();
            ChunkIndex index = ChunkIndex.parse(device.fetch(chunks.sha256()).body());
            assertThat(index.outputSha256()).isEqualTo(output);
            assertThat(index.storeLength()).isEqualTo(store.length());
            assertThat(BaseChunks.find(index, ImageBytes.of(old), old.length).missing(index, 0, index.outputLength()))
                    .isBetween(200_000L, 600_000L);
            assertThat(device.fetch(store.sha256()).body()).hasSize((int) store.length());
            assertThat(other.fetch(delta.sha256()).statusCode())
                    .as("not for a device that is not to have the image")
                    .isEqualTo(404);
        }
        postJson("/deltas", body(output, base)).statusCode(200).body("state", equalTo("done"));
        postJson("/deltas/" + output + "/" + base + "/cancel", "")
                .statusCode(409)
                .body("code", equalTo("conflict"));
    }

    @Test
    void aDeltaThatWouldSaveTooLittleIsDeclinedAndSaysSo() throws Exception {
        String base = FleetApi.uploadImage(image(21), "2.0.0", 1);
        String output = FleetApi.uploadImage(image(22), "2.1.0", 2);

        postJson("/deltas", body(output, base)).statusCode(200).body("askedByName", equalTo("root"));

        await().atMost(SOON).untilAsserted(() -> get("/deltas/" + output + "/" + base)
                .statusCode(200)
                .body("state", equalTo("declined"))
                .body("problem", containsString("too little"))
                .body("cpuMillis", greaterThan(0)));
    }

    @Test
    void onlyImagesThatAreThereHaveDeltas() {
        String image = FleetApi.uploadImage(image(31), "3.0.0", 1);

        postJson("/deltas", body(image, "0".repeat(64)))
                .statusCode(400)
                .body("detail", containsString("expected `base` as the sha256 of an image"));
        postJson("/deltas", body(image, image)).statusCode(400);
        get("/deltas/" + image + "/" + "0".repeat(64)).statusCode(404).body("code", equalTo("delta-not-found"));
    }

    private static String body(String output, String base) {
        return "{\"output\":\"" + output + "\",\"base\":\"" + base + "\"}";
    }

    private static byte[] image(long seed) {
        byte[] image = new byte[LENGTH];
        new SplittableRandom(seed).nextBytes(image);
        return image;
    }

    private static byte[] changed(byte[] old) {
        byte[] fresh = old.clone();
        for (int i = 3_000_000; i < 3_200_000; i += 100) {
            fresh[i] = (byte) (fresh[i] + 8);
        }
        return fresh;
    }

    private static byte[] applied(byte[] file, byte[] old, SegmentManifest manifest) throws Exception {
        DeltaHead head = DeltaHead.parse(Arrays.copyOf(file, DeltaHead.length(file)));
        SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(old));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] target = new byte[1 << head.segmentLog()];
        for (int segment = 0; segment < head.segments(); segment++) {
            int at = (int) head.payloadAt(segment);
            int length =
                    decoder.decode(segment, Arrays.copyOfRange(file, at, at + head.payloadLength(segment)), target);
            assertThat(manifest.matches(segment, target, length)).isTrue();
            out.write(target, 0, length);
        }
        return out.toByteArray();
    }
}
