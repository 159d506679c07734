package dev.muster.protocol.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Whatever bytes a file of a delta or a manifest has: segments of the size it says come out, or it is refused with a {@link
 * ProtocolException}. The base is there and is read only where it is.
 */
class DeltaFuzzTest {
    private static final byte[] OLD = Pairs.image(new SplittableRandom(11), 150_000);

    @FuzzTest(maxDuration = "2m")
    void decodesOrRefuses(byte[] bytes) throws IOException {
        try {
            SegmentManifest manifest = SegmentManifest.parse(bytes);
            assertThat(manifest.toBytes()).isEqualTo(bytes);
        } catch (ProtocolException refused) {
            // Expected of nearly all.
        }
        try {
            ChunkIndex index = ChunkIndex.parse(bytes);
            for (int chunk = 0; chunk < index.chunks(); chunk++) {
                assertThat(index.length(chunk)).isBetween(1, 4 << index.chunkLog());
            }
        } catch (ProtocolException refused) {
            // Expected of nearly all.
        }
        DeltaHead head;
        try {
            head = Applied.head(bytes);
        } catch (ProtocolException refused) {
            return;
        }
        assertThat(head.baseLength()).isBetween(0L, DeltaFormat.MAX_OUTPUT_BYTES);
        SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(OLD));
        byte[] target = new byte[1 << head.segmentLog()];
        for (int segment = 0; segment < Math.min(head.segments(), 50); segment++) {
            int from = (int) Math.min(bytes.length, head.payloadAt(segment));
            int to = (int) Math.min(bytes.length, head.payloadAt(segment + 1));
            try {
                int length = decoder.decode(segment, Arrays.copyOfRange(bytes, from, to), target);
                assertThat(length).isEqualTo(head.length(segment));
            } catch (ProtocolException | IOException refused) {
                // A base that is shorter than the head says cannot be read.
                assertThat(refused).hasMessageNotContaining("Exception");
            }
        }
    }
}
