package dev.muster.protocol.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File systems of squashfs in images: compared unpacked where zlib packs their blocks again to the byte, else as they lie. What is in
 * {@code delta/*.squashfs} was made by mksquashfs 4.5.1 with blocks of 4 KiB; in the new one eight bytes of a library of 18,000 and
 * one of a small file are others.
 */
@Timeout(120)
class SquashedDeltaTest {
    private static final Path MKSQUASHFS = Path.of("/usr/bin/mksquashfs");

    @TempDir
    Path directory;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(SquashedDeltaTest.class.getResourceAsStream("/delta/" + name))) {
            return in.readAllBytes();
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private byte[] applied(byte[] old, byte[] fresh, int segmentLog) throws IOException {
        Applied.Made made = Applied.delta(directory, old, fresh, segmentLog);
        assertThat(Applied.apply(made.file(), old, made.manifest())).isEqualTo(fresh);
        return made.file();
    }

    private static int unpacked(byte[] file) {
        DeltaHead head = Applied.head(file);
        int unpacked = 0;
        for (int segment = 0; segment < head.segments(); segment++) {
            unpacked += head.recipe(segment).codec() == Codec.UNPACKED ? 1 : 0;
        }
        return unpacked;
    }

    /** The delta of the same bytes, but for four that say that they are a squashfs. */
    private int ordinary(byte[] old, byte[] fresh) throws IOException {
        byte[] file = applied(hidden(old), hidden(fresh), 21);
        assertThat(unpacked(file)).isZero();
        return file.length;
    }

    private static byte[] hidden(byte[] image) {
        byte[] hidden = image.clone();
        Arrays.fill(hidden, 0, 4, (byte) 0);
        return hidden;
    }

    @Test
    void aFileInWhichAFewBytesChangedCostsThemAlone() throws IOException {
        byte[] old = resource("old.squashfs");
        byte[] fresh = resource("new.squashfs");

        byte[] file = applied(old, fresh, 21);

        assertThat(unpacked(file)).isEqualTo(1);
        assertThat(file.length).isLessThan(900).isLessThan(ordinary(old, fresh) / 8);
    }

    @Test
    void fileSystemsAreFoundWherePartitionsBeginAndBlocksThatSegmentsCutAreInBoth() throws IOException {
        byte[] around = Pairs.image(new SplittableRandom(77), 64 << 10);
        byte[] old = join(Arrays.copyOf(around, 8 << 10), resource("old.squashfs"), around);
        byte[] fresh = join(Arrays.copyOf(around, 20 << 10), resource("new.squashfs"), around);

        byte[] file = applied(old, fresh, 12);

        assertThat(unpacked(file)).isGreaterThan(2);
    }

    @Test
    void whatIsNoFileSystemIsComparedAsItLies() throws IOException {
        byte[] old = resource("old.squashfs");
        byte[] fresh = resource("new.squashfs");

        for (int field : new int[] {4, 12, 16, 20, 22, 28, 32, 40, 48, 64, 72, 80, 88}) {
            for (byte value : new byte[] {0, 0x11, -1}) {
                byte[] damaged = fresh.clone();
                Arrays.fill(damaged, field, field + (field < 20 ? 4 : field < 32 ? 2 : 8), value);
                applied(old, damaged, 21);
                byte[] damagedOld = old.clone();
                Arrays.fill(damagedOld, field, field + (field < 20 ? 4 : field < 32 ? 2 : 8), value);
                applied(damagedOld, fresh, 21);
            }
        }
        assertThat(unpacked(applied(old, Arrays.copyOf(fresh, fresh.length - 1), 21)))
                .isZero();
        assertThat(unpacked(applied(Arrays.copyOf(old, 500), fresh, 21))).isZero();
    }

    @Test
    void aDamagedBaseMakesAnotherDeltaAndNoFault() throws IOException {
        byte[] old = resource("old.squashfs");
        byte[] fresh = resource("new.squashfs");

        for (int at = 96; at < old.length; at += old.length / 40) {
            byte[] damaged = old.clone();
            damaged[at] ^= 0x55;
            applied(damaged, fresh, 21);
        }
    }

    /** Two versions of a tree of a library that changed here and there, one that did not, and small files. */
    private Path tree(int version, String library) throws IOException {
        Path tree = directory.resolve("tree-" + version);
        Files.createDirectories(tree.resolve("lib"));
        Files.createDirectories(tree.resolve("etc"));
        byte[] changed = Pairs.image(new SplittableRandom(1), 300_000);
        for (int at = 100; at < changed.length; at += 5_000) {
            changed[at] = (byte) (changed[at] + version);
        }
        byte[] moved = version == 0 ? changed : join(new byte[] {1, 2, 3, 4, 5, 6, 7}, changed);
        Files.write(tree.resolve("lib").resolve(library), moved);
        Files.write(tree.resolve("lib/libsame.so"), Pairs.image(new SplittableRandom(2), 150_000));
        for (int i = 0; i < 60; i++) {
            byte[] small = Pairs.image(new SplittableRandom(10 + i), 3_000);
            small[1_500] = (byte) (small[1_500] + (i % 3 == 0 ? version : 0));
            Files.write(tree.resolve("etc/" + i + ".conf"), small);
        }
        return tree;
    }

    private byte[] squashed(Path tree, String options) throws IOException, InterruptedException {
        assumeThat(Files.isExecutable(MKSQUASHFS))
                .as("mksquashfs is installed (`apt-get install squashfs-tools`)")
                .isTrue();
        Path image = tree.resolveSibling(tree.getFileName() + ".squashfs");
        List<String> command = new ArrayList<>(List.of(MKSQUASHFS.toString(), tree.toString(), image.toString()));
        command.addAll(List.of("-noappend -quiet -no-progress -processors 1 -all-root -no-xattrs".split(" ", -1)));
        command.addAll(List.of("-mkfs-time", "0", "-all-time", "0"));
        command.addAll(List.of(options.split(" ", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Files.readAllBytes(image);
    }

    @ParameterizedTest
    @CsvSource({
        "-b 128K, 21, 20",
        "-b 16K, 17, 10",
        "-b 4K, 16, 4",
        "-b 1M, 21, 20",
        "-Xcompression-level 6, 21, 20",
        "-Xcompression-level 1, 21, 20",
        "-noI -noF, 21, 10",
        "-no-fragments -no-exports, 21, 10",
        "-tailends, 21, 20"
    })
    void whatMksquashfsMakesIsComparedUnpacked(String options, int segmentLog, int times)
            throws IOException, InterruptedException {
        byte[] old = squashed(tree(0, "libmain.so.1.2.3"), options);
        byte[] fresh = squashed(tree(1, "libmain.so.1.2.3"), options);

        byte[] file = applied(old, fresh, segmentLog);

        assertThat(unpacked(file)).isPositive();
        assertThat(file.length).isLessThan(ordinary(old, fresh) / times);
    }

    @Test
    void aFileWhoseNameHasOtherNumbersIsTheSameFile() throws IOException, InterruptedException {
        byte[] old = squashed(tree(0, "libmain.so.1.2.9"), "-b 128K");
        byte[] fresh = squashed(tree(1, "libmain.so.1.10.0"), "-b 128K");

        byte[] file = applied(old, fresh, 21);

        assertThat(file.length).isLessThan(ordinary(old, fresh) / 20);
    }

    @Test
    void aNewFileIsPackedBetterThanItLies() throws IOException, InterruptedException {
        Path tree = tree(0, "libmain.so");
        byte[] old = squashed(tree, "-b 128K");
        Files.write(tree.resolve("lib/libnew.so"), Pairs.image(new SplittableRandom(3), 300_000));
        byte[] fresh = squashed(tree, "-b 128K");

        byte[] file = applied(old, fresh, 21);

        assertThat(unpacked(file)).isPositive();
        assertThat(file.length).isLessThan(ordinary(old, fresh) * 19 / 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-comp xz", "-comp lz4", "-comp zstd", "-Xwindow-size 9 -b 128K", "-Xstrategy huffman_only"})
    void whatZlibDoesNotMakeByItselfIsComparedAsItLies(String options) throws IOException, InterruptedException {
        byte[] old = squashed(tree(0, "libmain.so"), options);
        byte[] fresh = squashed(tree(1, "libmain.so"), options);

        byte[] file = applied(old, fresh, 21);

        // A small table may be packed alike.
        assertThat(file.length).isGreaterThan(ordinary(old, fresh) * 9 / 10);
    }
}
