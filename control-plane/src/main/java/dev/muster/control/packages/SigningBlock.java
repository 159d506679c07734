package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The block between the last entry and the central directory that carries signature and profile: heads, values, trailer.
 *
 * @param start its first byte in the file
 * @param version 2 or 3
 * @param blocks in the order of their heads, each type at most once
 */
record SigningBlock(long start, int version, List<Block> blocks) {
    private static final int MAX_VALUE_BYTES = 1 << 20;

    SigningBlock {
        blocks = List.copyOf(blocks);
    }

    /** One value; its bytes stay in the file. */
    record Block(int type, FileSlice value) {}

    /**
     * The signing block of a package; empty where there are no bytes that could be one. Anything else between entries and
     * directory is refused, as are parts that are cut off, overlap, leave holes, or have no known head.
     */
    static Optional<SigningBlock> find(ZipLayout zip) throws IOException {
        long room = zip.directoryStart() - zip.dataEnd();
        if (room == 0) {
            return Optional.empty();
        }
        if (room < HapFormat.TRAILER_BYTES) {
            throw invalid("expected a trailer of 32 bytes, found " + room + " bytes after the last entry");
        }
        ByteBuffer trailer = zip.file().bytes(zip.directoryStart() - HapFormat.TRAILER_BYTES, HapFormat.TRAILER_BYTES);
        int count = trailer.getInt();
        long size = trailer.getLong();
        byte[] magic = new byte[16];
        trailer.get(magic);
        int version = trailer.getInt();
        boolean known = (version == 2 && Arrays.equals(magic, HapFormat.MAGIC_2))
                || (version == 3 && Arrays.equals(magic, HapFormat.MAGIC_3));
        if (!known) {
            throw invalid("expected the trailer of a signing block of version 2 or 3, found other bytes");
        }
        if (size != room) {
            throw invalid("expected a size of " + room + " bytes, all that lies between entries and directory, found "
                    + size);
        }
        int heads = count * HapFormat.HEAD_BYTES;
        if (count < 1 || count > HapFormat.MAX_BLOCKS || heads > size - HapFormat.TRAILER_BYTES) {
            throw invalid("expected 1 to " + HapFormat.MAX_BLOCKS + " blocks that have room, found " + count);
        }
        FileSlice block = zip.file().slice(zip.dataEnd(), size);
        return Optional.of(new SigningBlock(zip.dataEnd(), version, blocks(block, count)));
    }

    private static List<Block> blocks(FileSlice block, int count) throws IOException {
        ByteBuffer heads = block.bytes(0, count * HapFormat.HEAD_BYTES);
        long valuesEnd = block.length() - HapFormat.TRAILER_BYTES;
        List<Head> found = new ArrayList<>();
        Set<Integer> types = new HashSet<>();
        for (int i = 0; i < count; i++) {
            int type = heads.getInt();
            long length = heads.getInt();
            long offset = heads.getInt();
            if (length < 0 || offset < heads.limit() || offset + length > valuesEnd) {
                throw invalid("block " + hex(type) + ": expected bytes " + heads.limit() + " to " + valuesEnd
                        + ", found " + length + " bytes at " + offset);
            }
            if (!types.add(type)) {
                throw invalid("found block " + hex(type) + " more than once");
            }
            found.add(new Head(type, offset, length));
        }
        long end = heads.limit();
        for (Head head : found.stream()
                .sorted(Comparator.comparingLong(Head::offset).thenComparingLong(Head::length))
                .toList()) {
            if (head.offset() != end) {
                throw invalid("block " + hex(head.type()) + ": expected its value at " + end + ", found it at "
                        + head.offset() + (head.offset() < end ? ", within another" : ", behind bytes of no block"));
            }
            end += head.length();
        }
        if (end != valuesEnd) {
            throw invalid("found " + (valuesEnd - end) + " bytes of no block before the trailer");
        }
        return found.stream()
                .map(head -> new Block(head.type(), block.slice(head.offset(), head.length())))
                .toList();
    }

    boolean has(int type) {
        return blocks.stream().anyMatch(block -> block.type() == type);
    }

    /** The bytes of a value of at most 1 MiB. */
    Optional<byte[]> value(int type) throws IOException {
        Optional<Block> found =
                blocks.stream().filter(block -> block.type() == type).findFirst();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        FileSlice value = found.get().value();
        if (value.length() > MAX_VALUE_BYTES) {
            throw invalid("block " + hex(type) + ": expected at most 1 MiB, found " + value.length() + " bytes");
        }
        return Optional.of(value.bytes(0, (int) value.length()).array());
    }

    private static String hex(int type) {
        return "0x" + Integer.toHexString(type);
    }

    private static PackageRefused invalid(String message) {
        return new PackageRefused(Code.SIGNING_BLOCK_INVALID, "signing block: " + message);
    }

    private record Head(int type, long offset, long length) {}
}
