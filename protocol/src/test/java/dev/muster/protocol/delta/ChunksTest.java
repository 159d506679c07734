package dev.muster.protocol.delta;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.make.ChunkMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
    @TempDir
    Path directory;

    private byte[] store = new byte[0];

    private ChunkIndex make(byte[] image) throws IOException {
        Path file = directory.resolve("store");
        ChunkIndex index = ChunkIndex.parse(ChunkMaker.make(ImageBytes.of(image), file, () -> false));
        store = Files.readAllBytes(file);
        assertThat(index.storeLength()).isEqualTo(store.length);
        return index;
    }

    /** As a device puts it together; {@code fetched} counts. */
    private byte[] put(ChunkIndex index, byte[] base, int[] fetched) throws IOException {
        BaseChunks had = BaseChunks.find(index, ImageBytes.of(base), base.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int chunk = 0; chunk < index.chunks(); chunk++) {
            int place = (int) had.place(chunk);
            byte[] bytes;
            if (place >= 0) {
                bytes = Arrays.copyOfRange(base, place, place + index.length(chunk));
            } else {
                int at = (int) index.storedAt(chunk);
                fetched[0] += index.storedLength(chunk);
                bytes = index.unpack(chunk, Arrays.copyOfRange(store, at, at + index.storedLength(chunk)));
            }
            assertThat(index.matches(chunk, bytes, bytes.length)).isTrue();
            out.writeBytes(bytes);
        }
        assertThat(had.missing(index, 0, index.outputLength())).isEqualTo(fetched[0]);
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 300_000})
    void anImageComesOutOfItsStoreAlone(int length) throws IOException {
        byte[] image = Pairs.image(new SplittableRandom(length), length);
        int[] fetched = {0};

        assertThat(put(make(image), new byte[0], fetched)).isEqualTo(image);
        assertThat(fetched[0]).isEqualTo(store.length - ChunkIndex.storeHead().length);
    }

    /** Files are known by their hashes: a store that is the image could not be handed out under its own name. */
    @Test
    void whatCannotBePackedHasAStoreOfItsOwn() throws IOException {
        byte[] image = new byte[100_000];
        new SplittableRandom(3).nextBytes(image);

        assertThat(put(make(image), new byte[0], new int[1])).isEqualTo(image);
        assertThat(store).isNotEqualTo(image);
    }

    @Test
    void whatIsInsertedAndWhatIsDamagedCostsTheChunksAroundIt() throws IOException {
        byte[] old = new byte[3_000_000];
        new SplittableRandom(1).nextBytes(old);
        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        longer.write(old, 0, 1_000_001);
        longer.writeBytes("something new".getBytes(US_ASCII));
        longer.write(old, 1_000_001, old.length - 1_000_001);
        ChunkIndex index = make(longer.toByteArray());
        old[2_000_000]++;
        int[] fetched = {0};

        assertThat(put(index, old, fetched)).isEqualTo(longer.toByteArray());
        assertThat(fetched[0]).isPositive().isLessThan(2 * (4 << index.chunkLog()));
    }

    @Test
    void whereCutsLieIsPartOfTheFormat() throws IOException {
        byte[] image = new byte[200_000];
        new SplittableRandom(9).nextBytes(image);
        Chunker chunker = new Chunker(ImageBytes.of(image), image.length, 14);
        ByteArrayOutputStream cuts = new ByteArrayOutputStream();
        for (int length = chunker.next(); length > 0; length = chunker.next()) {
            cuts.writeBytes((length + " ").getBytes(US_ASCII));
        }

        assertThat(cuts.toString(US_ASCII)).isEqualTo("18924 22470 30755 16598 16368 17209 30052 25129 18750 3745 ");
    }

    @Test
    void anIndexThatDoesNotFitTogetherIsRefused() throws IOException {
        byte[] image = new byte[100_000];
        new SplittableRandom(2).nextBytes(image);
        byte[] good = ChunkMaker.make(ImageBytes.of(image), directory.resolve("store"), () -> false);
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        byte[] count = good.clone();
        count[49] = 0x7F;
        byte[] length = good.clone();
        length[16]++;

        assertRefused(longer, "more lines");
        assertRefused(Arrays.copyOf(good, good.length - 1), "ends in the middle");
        assertRefused(count, "at most 65536 chunks");
        assertRefused(length, "bytes together");
        assertRefused(new byte[20], "expected an index of chunks");
        assertRefused(new byte[3], "expected more bytes");
        ChunkIndex index = ChunkIndex.parse(good);
        assertThatThrownBy(() -> index.unpack(0, new byte[1])).hasMessageContaining("packed bytes");
    }

    @Test
    void makingThemCanBeCancelled() {
        assertThatThrownBy(
                        () -> ChunkMaker.make(ImageBytes.of(new byte[100_000]), directory.resolve("store"), () -> true))
                .isInstanceOf(CancellationException.class);
    }

    private static void assertRefused(byte[] index, String why) {
        assertThatThrownBy(() -> ChunkIndex.parse(index))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }
}
