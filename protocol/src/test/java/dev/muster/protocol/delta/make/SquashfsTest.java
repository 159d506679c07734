package dev.muster.protocol.delta.make;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.delta.make.Squashfs.SquashedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read of a squashfs, and what no image can make the reader do. */
@Timeout(60)
class SquashfsTest {
    private static final int TABLES = 4;
    private static final int BLOCK_BYTES = 4 << 10;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(SquashfsTest.class.getResourceAsStream("/delta/" + name))) {
            return in.readAllBytes();
        }
    }

    private static List<Squashfs> find(byte[] image) {
        return Squashfs.find(ImageBytes.of(image), () -> false);
    }

    private static int blocks(Squashfs of) {
        return of.files().stream().mapToInt(file -> file.blocks().size()).sum();
    }

    @Test
    void filesAndTheirBlocksAreFound() throws IOException {
        byte[] image = resource("new.squashfs");

        Squashfs found = find(image).getFirst();

        List<SquashedFile> files = found.files().subList(TABLES, found.files().size());
        assertThat(files).hasSize(5);
        assertThat(files.stream().mapToLong(SquashedFile::size))
                .containsExactlyInAnyOrder(18_000L, 5_000L, 1_100L, 1_100L, 1_100L);
        SquashedFile library =
                files.stream().filter(file -> file.size() == 18_000).findFirst().orElseThrow();
        assertThat(library.blocks()).hasSize(5);
        assertThat(library.fragment()).isEqualTo(-1);
        ImageBytes bytes = ImageBytes.of(image);
        assertThat(library.blocks().stream().map(block -> Objects.requireNonNull(block.read(bytes, found.blockBytes()))
                        .raw()))
                .containsExactly(BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES, BLOCK_BYTES, 18_000 - 4 * BLOCK_BYTES);
        assertThat(files.stream().filter(file -> file.fragment() == 0)).hasSize(3);
        assertThat(found.fragments()).hasSize(1);
    }

    @Test
    void tablesThatAreNotPackedSayTheSame() throws IOException {
        Squashfs packed = find(resource("new.squashfs")).getFirst();
        Squashfs plain = find(resource("new-tables-as-they-are.squashfs")).getFirst();

        assertThat(plain.files().subList(TABLES, plain.files().size()))
                .isEqualTo(packed.files().subList(TABLES, packed.files().size()));
    }

    @Test
    void severalAreFoundWherePartitionsBegin() throws IOException {
        byte[] one = resource("old.squashfs");
        byte[] image = new byte[100_000];
        System.arraycopy(one, 0, image, 4 << 10, one.length);
        System.arraycopy(one, 0, image, 64 << 10, one.length);

        List<Squashfs> found = find(image);

        assertThat(found.stream().map(Squashfs::start)).containsExactly(4L << 10, 64L << 10);
        assertThat(found.get(1).fragments().getFirst().start()).isGreaterThan(64 << 10);
    }

    @Test
    void aShorterImageHasNone() throws IOException {
        byte[] whole = resource("new.squashfs");

        for (int length = 0; length < whole.length; length += 97) {
            assertThat(find(Arrays.copyOf(whole, length))).isEmpty();
        }
    }

    @Test
    void noFlipOfAByteIsMoreThanAnotherTreeOrNone() throws IOException {
        byte[] image = resource("new-tables-as-they-are.squashfs");
        ImageBytes old = ImageBytes.of(resource("old.squashfs"));
        int tables = (int) ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getLong(64);

        int trees = 0;
        for (int at = 0; at < image.length; at = at < 95 ? at + 1 : Math.max(tables, at + 3)) {
            for (int value : new int[] {0, 1, 0xFF}) {
                byte[] changed = image.clone();
                changed[at] = (byte) value;
                trees += find(changed).size();
                List<Repacked> repacked =
                        new SquashedChanges(old, ImageBytes.of(changed), Copies.none(), () -> false).find();
                assertThat(repacked)
                        .allMatch(each -> each.level() > 0 && each.stream().to() <= image.length);
            }
        }
        assertThat(trees).isGreaterThan(500);
    }

    @Test
    void directoriesThatLieInThemselvesAreReadOnce() {
        byte[] inodes = directory(0, 12 + 9);
        byte[] directories = listing(0, 0, 'a');

        List<Squashfs> found = find(image(inodes, directories));

        assertThat(found).hasSize(1);
        assertThat(found.getFirst().files()).hasSize(TABLES - 2);
    }

    @Test
    void tablesThatUnpackToMoreThanTheLimitAreNotRead() {
        byte[] most = Arrays.copyOf(directory(0, 0), SquashedTable.MOST_BYTES);
        byte[] more = Arrays.copyOf(most, most.length + 1);

        assertThat(find(image(most, new byte[0]))).hasSize(1);
        assertThat(image(more, new byte[0])).hasSizeLessThan(most.length / 100);
        assertThat(find(image(more, new byte[0]))).isEmpty();
    }

    @Test
    void moreBlocksThanTheLimitAreNotTaken() {
        assertThat(find(oneFile(Squashfs.MOST_BLOCKS - 1_000))).hasSize(1);
        assertThat(find(oneFile(Squashfs.MOST_BLOCKS))).isEmpty();
    }

    @Test
    void theLimitIsOfAllFileSystemsTogether() {
        byte[] one = oneFile(Squashfs.MOST_BLOCKS / 3);
        int room = (one.length + 4095) / 4096 * 4096;
        byte[] image = new byte[4 * room];
        for (int i = 0; i < 4; i++) {
            System.arraycopy(one, 0, image, i * room, one.length);
        }

        List<Squashfs> found = find(image);

        assertThat(found).hasSize(2);
        assertThat(found.stream().mapToInt(SquashfsTest::blocks).sum()).isLessThan(Squashfs.MOST_BLOCKS);
    }

    @Test
    void moreNamesThanTheLimitAreNotRead() {
        assertThat(find(names(Squashfs.MOST_NAMES))).hasSize(1);
        assertThat(find(names(Squashfs.MOST_NAMES + 256))).isEmpty();
    }

    @Test
    void aFileLongerThanItsTableIsNotRead() {
        for (long size : new long[] {1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            byte[] inodes = join(directory(0, 12 + 9), file(size, 0));

            assertThat(find(image(inodes, listing(0, 40, 'a')))).isEmpty();
        }
    }

    /** One that has holes only, which take no room in the image. */
    private static byte[] oneFile(int blocks) {
        byte[] inodes = join(directory(0, 12 + 9), file((long) blocks * BLOCK_BYTES, blocks));
        return image(inodes, listing(0, 40, 'a'));
    }

    private static byte[] names(int count) {
        ByteArrayOutputStream directories = new ByteArrayOutputStream();
        for (int i = 0; i < count; i += 256) {
            byte[] bytes = new byte[12 + 256 * 9];
            ByteBuffer listed = little(bytes).putInt(255).putInt(0).putInt(1);
            for (int j = 0; j < 256; j++) {
                listed.putShort((short) 0)
                        .putShort((short) 0)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .put((byte) 'a');
            }
            directories.writeBytes(bytes);
        }
        return image(directory(0, directories.size()), directories.toByteArray());
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** An inode of a directory whose listing begins the table. */
    private static byte[] directory(int block, int listing) {
        byte[] inode = new byte[40];
        little(inode).putShort(0, (short) 8).putInt(20, listing + 3).putInt(24, block);
        return inode;
    }

    private static byte[] file(long size, int blocks) {
        byte[] inode = new byte[56 + 4 * blocks];
        little(inode).putShort(0, (short) 9).putLong(24, size).putInt(44, -1);
        return inode;
    }

    private static byte[] listing(int block, int offset, char name) {
        byte[] listing = new byte[12 + 9];
        little(listing)
                .putInt(0)
                .putInt(block)
                .putInt(1)
                .putShort((short) offset)
                .putShort((short) 0)
                .putShort((short) 2)
                .putShort((short) 0)
                .put((byte) name);
        return listing;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /** A file system of an inode table that begins with the root, and a table of directories. */
    private static byte[] image(byte[] inodes, byte[] directories) {
        byte[] inodeTable = table(inodes);
        byte[] directoryTable = table(directories);
        int end = 96 + inodeTable.length + directoryTable.length;
        byte[] image = new byte[end + 8];
        little(image)
                .putInt(0, 0x7371_7368)
                .putInt(12, BLOCK_BYTES)
                .putShort(20, (short) 1)
                .putShort(22, (short) 12)
                .putShort(28, (short) 4)
                .putLong(40, end + 8)
                .putLong(48, end)
                .putLong(64, 96)
                .putLong(72, 96 + inodeTable.length)
                .putLong(80, -1)
                .putLong(88, -1)
                .putLong(end, end)
                .put(96, inodeTable)
                .put(96 + inodeTable.length, directoryTable);
        return image;
    }

    private static byte[] table(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] packed = new byte[16 << 10];
        for (int at = 0; at < bytes.length; at += 8 << 10) {
            Deflater deflater = new Deflater(9);
            deflater.setInput(bytes, at, Math.min(8 << 10, bytes.length - at));
            deflater.finish();
            int length = deflater.deflate(packed);
            deflater.end();
            out.write(length);
            out.write(length >>> 8);
            out.write(packed, 0, length);
        }
        return out.toByteArray();
    }
}
