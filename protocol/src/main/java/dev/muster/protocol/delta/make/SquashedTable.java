package dev.muster.protocol.delta.make;

import dev.muster.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of a squashfs, unpacked: blocks of 8 KiB but for the last one, and numbers in them, lowest byte first. What does not fit
 * together is a {@link ProtocolException}. Not thread-safe.
 */
final class SquashedTable {
    static final int BLOCK_BYTES = 8 << 10;
    /** Of one table: half a million inodes. Whoever wrote the image may have packed anything. */
    static final int MOST_BYTES = 16 << 20;

    private static final int HEADER_BYTES = 2;
    private static final int STORED = 1 << 15;

    private final ImageBytes image;
    private final long fileSystem;
    private final long end;
    private final List<SquashedBlock> blocks = new ArrayList<>();
    private final Map<Long, Integer> positions = new HashMap<>();
    private byte[] bytes = new byte[BLOCK_BYTES];
    private int length;

    private SquashedTable(ImageBytes image, long fileSystem, long end) {
        this.image = image;
        this.fileSystem = fileSystem;
        this.end = end;
    }

    /** A table whose blocks lie one after the other; places count from where the file system begins. */
    static SquashedTable between(ImageBytes image, long fileSystem, long from, long to) {
        SquashedTable table = new SquashedTable(image, fileSystem, fileSystem + to);
        for (long at = fileSystem + from; at < fileSystem + to; ) {
            table.positions.put(at - fileSystem - from, table.length);
            at = table.add(at);
        }
        return table;
    }

    /** A table of {@code size} bytes whose blocks lie where a list says. */
    static SquashedTable listed(ImageBytes image, long fileSystem, long list, long size) {
        if (size > MOST_BYTES) {
            throw new ProtocolException("squashfs: expected tables of at most " + MOST_BYTES + " bytes, found " + size);
        }
        SquashedTable table = new SquashedTable(image, fileSystem, fileSystem + list);
        for (int block = 0; block < (size + BLOCK_BYTES - 1) / BLOCK_BYTES; block++) {
            long at = place(image, fileSystem, list + (long) block * Long.BYTES);
            if (at < 0 || at >= list) {
                throw new ProtocolException("squashfs: expected blocks before their list, found one at " + at);
            }
            table.add(fileSystem + at);
        }
        if (table.length != size) {
            throw new ProtocolException("squashfs: expected a table of " + size + " bytes, found " + table.length);
        }
        return table;
    }

    /** A place out of a list of them. */
    static long place(ImageBytes image, long fileSystem, long at) {
        if (at < 0 || at > image.length() - fileSystem - Long.BYTES) {
            throw new ProtocolException("squashfs: expected a list within the image, found one at " + at);
        }
        long place = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            place = (place << Byte.SIZE) | (image.at(fileSystem + at + i) & 0xFF);
        }
        return place;
    }

    /** Returns where the block ends. */
    private long add(long at) {
        if (at > end - HEADER_BYTES || length % BLOCK_BYTES != 0 || length == MOST_BYTES) {
            throw new ProtocolException("squashfs: expected tables of whole blocks, at most " + MOST_BYTES + " bytes");
        }
        int head = (image.at(at) & 0xFF) | ((image.at(at + 1) & 0xFF) << Byte.SIZE);
        SquashedBlock block = new SquashedBlock(at, at + HEADER_BYTES, head & ~STORED, (head & STORED) != 0);
        if (block.length() == 0 || block.end() > end) {
            throw new ProtocolException("squashfs: expected a block within its table, found " + block.length()
                    + " bytes at " + (at - fileSystem));
        }
        byte[] unpacked = new byte[BLOCK_BYTES];
        int count = block.unpack(image, unpacked);
        if (count <= 0) {
            throw new ProtocolException("squashfs: a block of a table cannot be unpacked");
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(unpacked, 0, bytes, length, count);
        length += count;
        blocks.add(block);
        return block.end();
    }

    List<SquashedBlock> blocks() {
        return blocks;
    }

    int length() {
        return length;
    }

    /** Where a reference leads: a block, by its distance from the table's begin, and a place in what it has unpacked. */
    int position(long block, int offset) {
        Integer begin = positions.get(block);
        if (begin == null || offset >= length - begin) {
            throw new ProtocolException("squashfs: expected a reference into a table, found " + block + ":" + offset);
        }
        return begin + offset;
    }

    private void require(int at, int count) {
        if (at < 0 || at > length - count) {
            throw new ProtocolException(
                    "squashfs: expected " + count + " bytes at " + at + ", found " + length + " in all");
        }
    }

    int octet(int at) {
        require(at, 1);
        return bytes[at] & 0xFF;
    }

    int u16(int at) {
        require(at, Short.BYTES);
        return octet(at) | (octet(at + 1) << Byte.SIZE);
    }

    long u32(int at) {
        require(at, Integer.BYTES);
        return u16(at) | ((long) u16(at + Short.BYTES) << Short.SIZE);
    }

    long u64(int at) {
        return u32(at) | (u32(at + Integer.BYTES) << Integer.SIZE);
    }
}
