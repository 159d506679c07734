package dev.muster.protocol.delta.make;

import dev.muster.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A squashfs 4.0 packed by gzip, wherever in an image it lies: which blocks it has, and of which files. One of another kind, a damaged
 * one and one beyond the limits here are as if there were none. The limits bound memory, to some 100 MB, whatever an image says.
 *
 * @param start where in the image it begins
 * @param end where it ends
 * @param blockBytes of a block of a file, unpacked
 * @param files tables first, each as if it were a file
 * @param fragments blocks of ends of files, and of small files
 */
record Squashfs(long start, long end, int blockBytes, List<SquashedFile> files, List<SquashedBlock> fragments) {
    /** Blocks of all file systems of an image together. */
    static final int MOST_BLOCKS = 1 << 18;
    /** Names in their directories together. */
    static final int MOST_NAMES = 1 << 17;
    /** Places of an image that look like a file system. */
    static final int MOST_LOOKS = 64;

    /** Partitions begin at such places, and files in other file systems. */
    private static final int ALIGNMENT = 4 << 10;

    private static final byte[] MAGIC = {'h', 's', 'q', 's'};

    /**
     * A file, or a table.
     *
     * @param name stands for its path
     * @param alike stands for its path without numbers: another version is not another file
     * @param fragment the block that its end, or all of it, shares with others; -1 if none
     * @param tail how many bytes of it lie there
     */
    record SquashedFile(long name, long alike, long size, List<SquashedBlock> blocks, int fragment, int tail) {}

    /** All in an image, in order. */
    static List<Squashfs> find(ImageBytes image, BooleanSupplier cancelled) {
        List<Squashfs> found = new ArrayList<>();
        int looks = 0;
        int blocks = MOST_BLOCKS;
        int names = MOST_NAMES;
        for (long at = 0; at + SquashedReader.SUPERBLOCK_BYTES <= image.length() && looks < MOST_LOOKS; ) {
            DeltaMaker.check(cancelled);
            long next = at + ALIGNMENT;
            if (begins(image, at)) {
                looks++;
                try {
                    SquashedReader reader = new SquashedReader(image, at, blocks, names);
                    Squashfs one = reader.read();
                    found.add(one);
                    blocks = reader.blocksLeft();
                    names = reader.namesLeft();
                    next = Math.max(next, (one.end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
                } catch (ProtocolException e) {
                    // It is compared as it lies, and a next one may begin within it.
                    next = at + ALIGNMENT;
                }
            }
            at = next;
        }
        return found;
    }

    private static boolean begins(ImageBytes image, long at) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (image.at(at + i) != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }
}
