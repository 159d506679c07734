package dev.muster.protocol.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2Options;

/** Deltas that a maker never makes, written by hand. All but the last ones are refused by their head alone. */
class HostileDeltaTest {
    private static final int SEGMENT = 4096;
    private static final long BASE = 100_000;

    @TempDir
    Path directory;

    @Test
    void aCopyOutOfRangeIsRefusedByItsHead() throws IOException {
        assertRefused(
                head(SEGMENT, numbers(1, SEGMENT << 1 | 1, 2 * (BASE - SEGMENT + 1), 0), 0), "copies within the base");
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1 | 1, 1, 0), 0), "copies within the base");
    }

    @Test
    void aSegmentThatIsTooLongOrTooShortIsRefusedByItsHead() throws IOException {
        assertRefused(head(SEGMENT, numbers(2, SEGMENT << 1 | 1, 0, 1 << 1 | 1, 0, 0), 0), "pieces of 4096 bytes");
        assertRefused(head(SEGMENT, numbers(1, (SEGMENT - 1) << 1 | 1, 0, 0), 0), "pieces of 4096 bytes");
        assertRefused(head(SEGMENT, numbers(1, 1, 0, 0), 0), "pieces of 4096 bytes");
    }

    @Test
    void morePiecesThanThereCanBeAreRefusedBeforeTheyTakeMemory() throws IOException {
        assertRefused(head(SEGMENT, numbers(Long.MAX_VALUE >>> 1), 0), "expected a number of at most");
    }

    @Test
    void windowsThatOverlapOrLeaveTheBaseAreRefused() throws IOException {
        int difference = Codec.DIFFERENCE.code();
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1, difference, 1, 5, 1, 10), 1), "number of at most 1");
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1, difference, 1, 0, 0, 10), 1), "windows within the base");
        assertRefused(
                head(SEGMENT, numbers(1, SEGMENT << 1, difference, 2, 0, 1, 1, 1, 10), 1), "windows within the base");
    }

    @Test
    void aPayloadThatIsLongerThanWhatItMakesIsRefused() throws IOException {
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1, Codec.LZMA.code(), SEGMENT + 1), 1), "at most 4096");
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1, Codec.STORED.code(), 17), 1), "stored bytes");
    }

    @Test
    void aResidualWithoutACodecAndACodecWithoutAResidualAreRefused() throws IOException {
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1, 0), 0), "codec NONE");
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1 | 1, 0, 2, 10), 1), "codec NONE");
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1, 99, 10), 1), "a codec of 0 to 4, 7 or 8, found 99");
    }

    @Test
    void bytesBehindTheLastSegmentAreRefused() throws IOException {
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1 | 1, 0, 0, 7), 0), "go on after the last segment");
        assertRefused(head(SEGMENT, numbers(1, SEGMENT << 1 | 1, 0, 0), 1), "bytes of digests");
    }

    @Test
    void moreSegmentsThanThereCanBeAreRefused() throws IOException {
        byte[] head = head(DeltaFormat.MAX_OUTPUT_BYTES, numbers(1), 0);
        assertRefused(head, "at most 65536 segments");
        assertRefused(head(-1, numbers(1), 0), "an image of at most");
    }

    @Test
    void recipesThatUnpackToMoreThanTheySayAreRefused() throws IOException {
        byte[] head = head(SEGMENT, numbers(1, SEGMENT << 1 | 1, 0, 0), 0);
        ByteBuffer.wrap(head).putInt(DeltaHead.PREFIX_BYTES - 12, 3);
        assertRefused(head, "go on after");
        ByteBuffer.wrap(head).putInt(DeltaHead.PREFIX_BYTES - 12, DeltaFormat.MAX_RECIPE_BYTES + 1);
        assertRefused(head, "recipes of at most");
    }

    @Test
    void aBombIsReadNoFurtherThanItsSegment() throws IOException {
        byte[] bomb = pack(new byte[50_000_000]);
        DeltaHead head = DeltaHead.parse(head(1 << 12, numbers(1, SEGMENT << 1, Codec.LZMA.code(), 4000), 1));
        byte[] payload = Arrays.copyOf(bomb, 4000);
        byte[] target = new byte[SEGMENT];

        assertThatThrownBy(() -> new SegmentDecoder(head, BaseBytes.NONE).decode(0, payload, target))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void differencesOutsideTheWindowsAreRefused() throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        byte[] control = numbers(1, 0, 2 * 70_000, SEGMENT - 1, 0, 0);
        byte[] packed = pack(control);
        byte[] added = pack(new byte[SEGMENT]);
        payload.writeBytes(numbers(control.length, packed.length, SEGMENT, added.length));
        payload.writeBytes(packed);
        payload.writeBytes(added);
        DeltaHead head = DeltaHead.parse(
                head(SEGMENT, numbers(1, SEGMENT << 1, Codec.DIFFERENCE.code(), 1, 0, 1, payload.size()), 1));
        SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(new byte[(int) BASE]));

        assertThatThrownBy(() -> decoder.decode(0, payload.toByteArray(), new byte[SEGMENT]))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("windows");
    }

    @Test
    void modelledDifferencesThatEndTooEarlyOrTooLateAreRefused() throws IOException {
        byte[] steps = numbers(SEGMENT, 0, 0);
        byte[] packed = pack(steps);
        for (int length : new int[] {0, 3, 1000}) {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            payload.writeBytes(numbers(steps.length, packed.length, SEGMENT, length));
            payload.writeBytes(packed);
            payload.writeBytes(new byte[length]);
            DeltaHead head = DeltaHead.parse(
                    head(SEGMENT, numbers(1, SEGMENT << 1, Codec.MODELLED.code(), 1, 0, 1, payload.size()), 1));
            SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(new byte[(int) BASE]));

            assertThatThrownBy(() -> decoder.decode(0, payload.toByteArray(), new byte[SEGMENT]))
                    .as("%d bytes", length)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("a payload");
        }
    }

    @Test
    void aGoodHeadIsNotRefused() throws IOException {
        assertThat(DeltaHead.parse(head(SEGMENT, numbers(1, SEGMENT << 1 | 1, 0, 0), 0))
                        .fileLength())
                .isPositive();
    }

    private static void assertRefused(byte[] head, String why) {
        assertThatThrownBy(() -> DeltaHead.parse(head))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }

    private static byte[] head(long outputLength, byte[] recipes, int payloads) throws IOException {
        byte[] packed = pack(recipes);
        return ByteBuffer.allocate(DeltaHead.PREFIX_BYTES + packed.length + 16 * payloads)
                .putLong(DeltaFormat.MAGIC)
                .put((byte) 12)
                .putLong(outputLength)
                .put(new byte[32])
                .putLong(BASE)
                .put(new byte[32])
                .putInt(recipes.length)
                .putInt(packed.length)
                .putInt(payloads)
                .put(packed)
                .array();
    }

    static byte[] numbers(long... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long value : values) {
            long left = value;
            while (left > 0x7F) {
                out.write((int) (left & 0x7F) | 0x80);
                left >>>= 7;
            }
            out.write((int) left);
        }
        return out.toByteArray();
    }

    private static byte[] pack(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LZMA2Options options = new LZMA2Options(6);
        options.setDictSize(4096);
        try (var xz = options.getOutputStream(new FinishableWrapperOutputStream(out))) {
            xz.write(bytes);
        }
        return out.toByteArray();
    }
}
