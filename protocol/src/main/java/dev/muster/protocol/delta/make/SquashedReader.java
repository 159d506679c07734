package dev.muster.protocol.delta.make;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.make.Squashfs.SquashedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Reads one squashfs: superblock, fragments, inodes and directories (kernel: fs/squashfs/squashfs_fs.h). Whoever wrote it may have
 * written anything: what does not fit together or is beyond a limit is a {@link ProtocolException}. Not thread-safe, for one reading.
 */
final class SquashedReader {
    static final int SUPERBLOCK_BYTES = 96;
    static final int MOST_BLOCK_LOG = 20;

    private static final int LEAST_BLOCK_LOG = 12;
    private static final int GZIP = 1;
    private static final int VERSION = 4;
    private static final int FRAGMENT_BYTES = 16;
    private static final int EXPORT_BYTES = 8;
    private static final long NO_EXPORTS = -1;
    private static final long NO_FRAGMENT = 0xFFFF_FFFFL;
    private static final int STORED = 1 << 24;
    private static final int LENGTH_MASK = STORED - 1;
    private static final int MOST_IN_ONE = 256;
    /** A directory's length counts what is not in its listing: itself, and what it is in. */
    private static final int NOT_LISTED = 3;

    private static final long HASH_BEGIN = 0xCBF2_9CE4_8422_2325L;
    private static final long HASH_PRIME = 0x100_0000_01B3L;

    private record Directory(long name, long alike, int listing, int end) {}

    private final long start;
    private final long end;
    private final int blockBytes;
    private final long root;
    private final List<SquashedFile> files = new ArrayList<>();
    private final List<SquashedBlock> fragments = new ArrayList<>();
    private final SquashedTable inodes;
    private final SquashedTable directories;
    private final Deque<Directory> open = new ArrayDeque<>();
    private final BitSet seen = new BitSet();
    private int blocksLeft;
    private int namesLeft;

    /**
     * Reads the tables of a file system.
     *
     * @param start of it in the image
     * @param blocks that it may have at most
     * @param names that it may have at most
     */
    SquashedReader(ImageBytes image, long start, int blocks, int names) {
        this.start = start;
        blocksLeft = blocks;
        namesLeft = names;
        ByteBuffer head =
                ByteBuffer.wrap(Packed.bytes(image, start, SUPERBLOCK_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        blockBytes = head.getInt(12);
        int blockLog = head.getShort(22);
        if (head.getShort(20) != GZIP || head.getShort(28) != VERSION || head.getShort(30) != 0) {
            throw new ProtocolException("squashfs: expected version 4.0 by gzip, found another");
        }
        if (blockLog < LEAST_BLOCK_LOG || blockLog > MOST_BLOCK_LOG || blockBytes != 1 << blockLog) {
            throw new ProtocolException("squashfs: expected blocks of 4 KiB to 1 MiB, found " + blockBytes);
        }
        long used = head.getLong(40);
        long inodeTable = head.getLong(64);
        long directoryTable = head.getLong(72);
        if (used < SUPERBLOCK_BYTES
                || used > image.length() - start
                || inodeTable < SUPERBLOCK_BYTES
                || directoryTable < inodeTable
                || directoryTable > used) {
            throw new ProtocolException("squashfs: expected tables within the file system's " + used + " bytes");
        }
        end = start + used;
        long fragmentCount = Integer.toUnsignedLong(head.getInt(16));
        long fragmentList = head.getLong(80);
        long exportList = head.getLong(88);
        long next = SquashedTable.place(image, start, within(head.getLong(48)));
        if (fragmentCount > 0) {
            next = Math.min(next, SquashedTable.place(image, start, within(fragmentList)));
            readFragments(SquashedTable.listed(image, start, fragmentList, fragmentCount * FRAGMENT_BYTES));
        }
        if (exportList != NO_EXPORTS) {
            next = Math.min(next, SquashedTable.place(image, start, within(exportList)));
            long size = Integer.toUnsignedLong(head.getInt(4)) * EXPORT_BYTES;
            add(1, SquashedTable.listed(image, start, exportList, size));
        }
        inodes = SquashedTable.between(image, start, inodeTable, directoryTable);
        directories = SquashedTable.between(image, start, directoryTable, within(next));
        add(2, inodes);
        add(3, directories);
        root = head.getLong(32);
    }

    /** Walks from the root through all that has a name. */
    Squashfs read() {
        visit(inodes.position(root >>> Short.SIZE, (int) root & 0xFFFF), HASH_BEGIN, HASH_BEGIN);
        while (!open.isEmpty()) {
            list(open.pop());
        }
        return new Squashfs(start, end, blockBytes, files, fragments);
    }

    int blocksLeft() {
        return blocksLeft;
    }

    int namesLeft() {
        return namesLeft;
    }

    private long within(long place) {
        if (place < SUPERBLOCK_BYTES || place > end - start) {
            throw new ProtocolException("squashfs: expected a table within the file system, found one at " + place);
        }
        return place;
    }

    private SquashedBlock block(long at, long word) {
        int length = (int) word & LENGTH_MASK;
        // A hole has no place.
        boolean isWithin = length == 0 || (at >= SUPERBLOCK_BYTES && at <= end - start - length);
        if (!isWithin || length > blockBytes) {
            throw new ProtocolException("squashfs: expected blocks within the file system of at most " + blockBytes
                    + " bytes, found one of " + length + " at " + at);
        }
        count(1);
        return new SquashedBlock(start + at, start + at, length, (word & STORED) != 0);
    }

    private void count(int more) {
        blocksLeft -= more;
        if (blocksLeft < 0) {
            throw new ProtocolException("squashfs: expected fewer blocks");
        }
    }

    private void add(int table, SquashedTable as) {
        count(as.blocks().size());
        files.add(new SquashedFile(table, table, as.length(), as.blocks(), -1, 0));
    }

    private void readFragments(SquashedTable table) {
        add(0, table);
        for (int at = 0; at < table.length(); at += FRAGMENT_BYTES) {
            fragments.add(block(table.u64(at), table.u32(at + Long.BYTES)));
        }
    }

    private void list(Directory directory) {
        for (int at = directory.listing; at < directory.end; ) {
            long count = directories.u32(at) + 1;
            long inodeBlock = directories.u32(at + 4);
            at += 12;
            if (count > MOST_IN_ONE) {
                throw new ProtocolException("squashfs: expected at most " + MOST_IN_ONE + " names, found " + count);
            }
            for (int i = 0; i < count; i++) {
                int offset = directories.u16(at);
                int length = directories.u16(at + 6) + 1;
                at += 8;
                if (length > MOST_IN_ONE || --namesLeft < 0) {
                    throw new ProtocolException("squashfs: expected fewer and shorter names");
                }
                int inode = inodes.position(inodeBlock, offset);
                visit(inode, name(directory.name, at, length), alike(directory.alike, at, length));
                at += length;
            }
        }
    }

    private static long hash(long before, int octet) {
        return (before ^ octet) * HASH_PRIME;
    }

    private long name(long parent, int at, int length) {
        long hash = hash(parent, '/');
        for (int i = 0; i < length; i++) {
            hash = hash(hash, directories.octet(at + i));
        }
        return hash;
    }

    private long alike(long parent, int at, int length) {
        long hash = hash(parent, '/');
        boolean digit = false;
        for (int i = 0; i < length; i++) {
            int octet = directories.octet(at + i);
            boolean next = octet >= '0' && octet <= '9';
            if (!next || !digit) {
                hash = hash(hash, next ? '0' : octet);
            }
            digit = next;
        }
        return hash;
    }

    /** Once each: a file may have several names, and directories of a hostile image lie in each other. */
    private void visit(int inode, long name, long alike) {
        if (seen.get(inode)) {
            return;
        }
        seen.set(inode);
        switch (inodes.u16(inode)) {
            case 1 -> open(name, alike, inodes.u16(inode + 24), inodes.u32(inode + 16), inodes.u16(inode + 26));
            case 8 -> open(name, alike, inodes.u32(inode + 20), inodes.u32(inode + 24), inodes.u16(inode + 34));
            case 2 ->
                file(name, alike, inodes.u32(inode + 16), inodes.u32(inode + 28), inodes.u32(inode + 20), inode + 32);
            case 9 ->
                file(name, alike, inodes.u64(inode + 16), inodes.u64(inode + 24), inodes.u32(inode + 44), inode + 56);
            default -> {
                // Links, devices, pipes: nothing of theirs is in blocks.
            }
        }
    }

    private void open(long name, long alike, long length, long block, int offset) {
        if (length > NOT_LISTED) {
            int listing = directories.position(block, offset);
            if (length - NOT_LISTED > directories.length() - listing) {
                throw new ProtocolException("squashfs: expected a directory within its table, found " + length);
            }
            open.push(new Directory(name, alike, listing, listing + (int) length - NOT_LISTED));
        }
    }

    private void file(long name, long alike, long begin, long size, long fragment, int words) {
        boolean whole = fragment == NO_FRAGMENT;
        long count = size < 0 ? Long.MAX_VALUE : size / blockBytes + (whole && size % blockBytes > 0 ? 1 : 0);
        if (count > (inodes.length() - words) / Integer.BYTES || (!whole && fragment >= fragments.size())) {
            throw new ProtocolException("squashfs: expected a file within its tables, found one of " + size + " bytes");
        }
        List<SquashedBlock> blocks = new ArrayList<>((int) count);
        long at = begin;
        for (int i = 0; i < count; i++) {
            SquashedBlock block = block(at, inodes.u32(words + i * Integer.BYTES));
            blocks.add(block);
            at += block.length();
        }
        files.add(new SquashedFile(
                name, alike, size, blocks, whole ? -1 : (int) fragment, whole ? 0 : (int) (size % blockBytes)));
    }
}
