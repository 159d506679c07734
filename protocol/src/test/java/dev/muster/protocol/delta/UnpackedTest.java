package dev.muster.protocol.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips in images, such as HAPs: compared unpacked where packing them again gives exactly the signed bytes. */
class UnpackedTest {
    private static final int FILES = 4;

    @TempDir
    Path directory;

    /** Files of words, in each of which some bytes differ between versions. */
    private static byte[] zip(int version, int level) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(level);
            write(zip, version);
        }
        return out.toByteArray();
    }

    /** Packed as no level of zlib packs by itself. */
    private static byte[] zipByAnother(int version) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OtherZip zip = new OtherZip(out)) {
            write(zip, version);
        }
        return out.toByteArray();
    }

    private static final class OtherZip extends ZipOutputStream {
        OtherZip(OutputStream out) {
            super(out);
            def.setStrategy(Deflater.HUFFMAN_ONLY);
        }
    }

    private static void write(ZipOutputStream zip, int version) throws IOException {
        for (int file = 0; file < FILES; file++) {
            byte[] content = Pairs.image(new SplittableRandom(file), 150_000);
            for (int at = 100; at < content.length; at += 2_000) {
                content[at] = (byte) (content[at] + version);
            }
            ZipEntry entry = new ZipEntry("libs/lib" + file + ".so");
            entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
            zip.putNextEntry(entry);
            zip.write(content);
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9})
    void aZipInWhichAFewBytesChangedCostsThemAlone(int level) throws IOException {
        byte[] old = zip(0, level);
        byte[] fresh = zip(1, level);

        Applied.Made made = Applied.delta(directory, old, fresh, 21);

        assertThat(Applied.apply(made.file(), old, made.manifest())).isEqualTo(fresh);
        assertThat(Applied.head(made.file()).recipe(0).codec()).isEqualTo(Codec.UNPACKED);
        // 75 bytes in each of four files differ; in the zip nearly all do.
        assertThat(made.file().length).isLessThan(4_000).isLessThan(fresh.length / 30);
    }

    @Test
    void zipsAreFoundWhereverTheyLieAndFilesThatSegmentsCutAreInBoth() throws IOException {
        byte[] around = Pairs.image(new SplittableRandom(77), 90_001);
        byte[] old = join(around, zip(0, 6), around);
        byte[] fresh = join(Arrays.copyOf(around, 70_003), zip(1, 6), around);

        Applied.Made made = Applied.delta(directory, old, fresh, 16);

        assertThat(Applied.apply(made.file(), old, made.manifest())).isEqualTo(fresh);
        DeltaHead head = Applied.head(made.file());
        int unpacked = 0;
        for (int segment = 0; segment < head.segments(); segment++) {
            unpacked += head.recipe(segment).codec() == Codec.UNPACKED ? 1 : 0;
        }
        assertThat(unpacked).isGreaterThan(2);
    }

    @Test
    void whatAnotherDeflaterPackedIsComparedAsItLies() throws IOException {
        byte[] old = zipByAnother(0);
        byte[] fresh = zipByAnother(1);

        Applied.Made made = Applied.delta(directory, old, fresh, 21);

        assertThat(Applied.apply(made.file(), old, made.manifest())).isEqualTo(fresh);
        assertThat(Applied.head(made.file()).recipe(0).codec()).isNotEqualTo(Codec.UNPACKED);
    }

    @Test
    void aDamagedBaseIsTheBasesFaultOrIsSeenInTheSegment() throws IOException {
        byte[] old = zip(0, 6);
        byte[] fresh = zip(1, 6);
        Applied.Made made = Applied.delta(directory, old, fresh, 21);
        DeltaHead head = Applied.head(made.file());
        byte[] payload = Arrays.copyOfRange(made.file(), (int) head.payloadAt(0), made.file().length);

        for (int at = 200; at < old.length; at += old.length / 20) {
            byte[] damaged = old.clone();
            damaged[at] ^= 0x55;
            byte[] target = new byte[1 << 21];
            try {
                int length = new SegmentDecoder(head, ImageBytes.of(damaged)).decode(0, payload, target);
                if (made.manifest().matches(0, target, length)) {
                    assertThat(Arrays.copyOf(target, length)).isEqualTo(fresh);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("packed part of the base");
            } catch (ProtocolException e) {
                assertThat(e).hasMessageContaining("delta: ");
            }
        }
    }

    @Test
    void everyFlipInAPayloadIsRefused() throws IOException {
        byte[] old = zip(0, 6);
        Applied.Made made = Applied.delta(directory, old, zip(1, 6), 21);
        DeltaHead head = Applied.head(made.file());
        SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(old));
        byte[] target = new byte[1 << 21];
        byte[] good = Arrays.copyOfRange(made.file(), (int) head.payloadAt(0), made.file().length);

        for (int at = 0; at < good.length; at += 1 + good.length / 60) {
            byte[] payload = good.clone();
            payload[at] ^= (byte) (1 << (at & 7));
            boolean matches;
            try {
                matches = made.manifest().matches(0, target, decoder.decode(0, payload, target));
            } catch (ProtocolException refused) {
                matches = false;
            }
            assertThat(matches).as("flip at %d", at).isFalse();
        }
        assertThat(made.manifest().matches(0, target, decoder.decode(0, good, target)))
                .as("what was refused before does not stand in the way")
                .isTrue();
    }

    @Test
    void unpackingThatDoesNotFitTogetherIsRefused() {
        // Parts: count, then place, packed length, unpacked length each; streams: count, then before, content, skipped,
        // length, level.
        assertRefused("within the base", 1, 2 * 90_000, 20_000, 0, 0);
        assertRefused("within the base", 1, 1, 10, 0, 0);
        assertRefused("a number of at most", 1, 0, 10, DeltaFormat.MAX_UNPACKED_BASE_BYTES + 1L, 0);
        assertRefused("a number of at most", 2, 0, 10, DeltaFormat.MAX_UNPACKED_BASE_BYTES, 0, 10, 1, 0);
        assertRefused("a number of at most", DeltaFormat.MAX_UNPACKED_PARTS + 1L);
        assertRefused("a number of at most", 0, 1, 4_000, 10, 0, 97, 6);
        assertRefused("a number of at most", 0, 1, 0, DeltaFormat.MAX_UNPACKED_BYTES + 1L, 0, 10, 6);
        assertRefused("a number of at most", 0, 1, 0, 10, 0, 10, 10);
        assertRefused("at least one byte and a level", 0, 1, 0, 10, 0, 10, 0);
        assertRefused("at least one byte and a level", 0, 1, 0, 10, 0, 0, 6);
    }

    private static void assertRefused(String why, long... numbers) {
        byte[] bytes = HostileDeltaTest.numbers(numbers);
        assertThatThrownBy(() -> Unpacking.read(new Varints(bytes, 0, bytes.length), 4_096, 100_000))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }

    @Test
    void theMakerProvesItsOwnWork() throws IOException {
        Path file = directory.resolve("delta");
        ImageBytes old = ImageBytes.of(zip(0, 6));

        DeltaMaker.Result made =
                new DeltaMaker(18, 2).delta(old, ImageBytes.of(zip(3, 6)), file, new DeltaMaker.Watcher() {});

        assertThat(DeltaMaker.verify(file, old, made.manifest())).isTrue();
        assertThat(Files.size(file)).isEqualTo(made.length());
    }
}
