package dev.muster.protocol.delta.make;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * What of the new image is in the old one, byte for byte: found by pieces cut by content and by aligned blocks, then made as long as
 * it is. Ascending in the new image, without overlap.
 */
final class Copies {
    /** Shorter ones cost more than they save, and there could be more of them than a device wants to hold. */
    static final int SHORTEST = 256;

    /** As good as unchanged is what copies cover but for this part. */
    private static final int UNCHANGED_PART = 20;

    private static final int BLOCK_LOG = 12;
    private static final int MOST_BLOCKS = 1 << 21;

    private long[] starts = new long[1024];
    private long[] sources = new long[1024];
    private long[] lengths = new long[1024];
    private int count;

    private Copies() {}

    static Copies none() {
        return new Copies();
    }

    static Copies find(ImageBytes old, ImageBytes image, BooleanSupplier cancelled) {
        int blockLog = BLOCK_LOG;
        while (old.length() >>> blockLog > MOST_BLOCKS) {
            blockLog++;
        }
        BlockIndex pieces = new BlockIndex((int) (old.length() >>> blockLog));
        Cuts cuts = new Cuts(old, blockLog);
        for (long at = 0; at < old.length(); ) {
            int length = cuts.next(at);
            pieces.add(Gear.hash(cuts.bytes(), 0, length), at);
            at += length;
            DeltaMaker.check(cancelled);
        }
        int block = 1 << blockLog;
        BlockIndex blocks = new BlockIndex((int) (old.length() >>> blockLog));
        byte[] buffer = new byte[block];
        for (long at = 0; at + block <= old.length(); at += block) {
            old.get(at, buffer, 0, block);
            blocks.add(Gear.hash(buffer, 0, block), at);
            DeltaMaker.check(cancelled);
        }
        Copies copies = new Copies();
        copies.walk(old, image, pieces, blocks, blockLog, cancelled);
        return copies;
    }

    private void walk(
            ImageBytes old,
            ImageBytes image,
            BlockIndex pieces,
            BlockIndex blocks,
            int blockLog,
            BooleanSupplier cancelled) {
        Cuts cuts = new Cuts(image, blockLog);
        int block = 1 << blockLog;
        byte[] buffer = new byte[block];
        long piece = 0;
        long aligned = 0;
        long done = 0;
        while (piece < image.length() || aligned + block <= image.length()) {
            DeltaMaker.check(cancelled);
            if (aligned + block > image.length() || (piece < image.length() && piece <= aligned)) {
                int length = cuts.next(piece);
                if (piece + length > done) {
                    long source = pieces.find(Gear.hash(cuts.bytes(), 0, length));
                    done = take(old, image, piece, source, length, done);
                }
                piece += length;
            } else {
                if (aligned + block > done) {
                    image.get(aligned, buffer, 0, block);
                    done = take(old, image, aligned, blocks.find(Gear.hash(buffer, 0, block)), block, done);
                }
                aligned += block;
            }
        }
    }

    /** Returns to where the image is covered now. */
    private long take(ImageBytes old, ImageBytes image, long start, long source, int length, long done) {
        if (source < 0 || old.same(source, image, start, length) < length) {
            return done;
        }
        long before = start > done ? image.sameBefore(start, old, source, start - done) : 0;
        long skipped = Math.max(0, done - start);
        long from = start - before + skipped;
        long copied = source - before + skipped;
        long whole = start
                + length
                - from
                + image.same(start + length, old, source + length, image.length() - start - length);
        if (whole < SHORTEST) {
            return done;
        }
        add(from, copied, whole);
        return from + whole;
    }

    private void add(long start, long source, long length) {
        if (count > 0
                && starts[count - 1] + lengths[count - 1] == start
                && sources[count - 1] + lengths[count - 1] == source) {
            lengths[count - 1] += length;
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            sources = Arrays.copyOf(sources, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        starts[count] = start;
        sources[count] = source;
        lengths[count++] = length;
    }

    int size() {
        return count;
    }

    long start(int copy) {
        return starts[copy];
    }

    long source(int copy) {
        return sources[copy];
    }

    long end(int copy) {
        return starts[copy] + lengths[copy];
    }

    /** Whether what lies from {@code start} to {@code end} is as good as unchanged. */
    boolean cover(long start, long end) {
        long sum = 0;
        for (int i = after(start); i < count && starts[i] < end; i++) {
            sum += Math.min(end, end(i)) - Math.max(start, starts[i]);
        }
        return sum > end - start - (end - start) / UNCHANGED_PART;
    }

    /** The first copy that ends after {@code position}. */
    int after(long position) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (end(middle) <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
