package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import dev.muster.protocol.delta.DifferenceModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes differences as the model of the format expects them. Not thread-safe. */
final class ModelledDifferences {
    private static final int PART_BYTES = 16 << 10;

    private final ImageBytes old;
    private final List<int[]> windows;
    private final DifferenceModel model = new DifferenceModel();
    private final BitWriter bits = new BitWriter();
    private final byte[] around = new byte[DifferenceModel.BEFORE_BYTES + PART_BYTES + DifferenceModel.AFTER_BYTES];
    private int written;

    /**
     * One for a segment.
     *
     * @param windows in bins
     */
    ModelledDifferences(ImageBytes old, List<int[]> windows) {
        this.old = old;
        this.windows = windows;
    }

    byte[] write(Difference.Streams streams) {
        byte[] added = streams.added();
        for (Difference.Stretch stretch : streams.stretches()) {
            int from = stretch.from();
            int end = from + stretch.length();
            while (from < end) {
                from += write(from, end, added);
            }
        }
        return bits.end();
    }

    /** A part that lies in one window. */
    private int write(int from, int end, byte[] added) {
        int at = from;
        int window = 0;
        while (at >= bytes(window)) {
            at -= bytes(window);
            window++;
        }
        long position = (long) windows.get(window)[0] * DeltaFormat.BIN_BYTES + at;
        int count = Math.min(Math.min(end - from, PART_BYTES), bytes(window) - at);
        try {
            DifferenceModel.readAround(old, old.length(), position, around, count);
        } catch (IOException e) {
            throw new UncheckedIOException("the old image is mapped", e);
        }
        for (int i = 0; i < count; i++) {
            if (model.beginsGroup()) {
                model.group(bits, isZero(added));
            }
            model.next(
                    bits, around, DifferenceModel.BEFORE_BYTES + i, position + i, added.length - written, ahead(added));
            written++;
        }
        return count;
    }

    private int bytes(int window) {
        int[] bins = windows.get(window);
        return (int) (Math.min((long) bins[1] * DeltaFormat.BIN_BYTES, old.length())
                - (long) bins[0] * DeltaFormat.BIN_BYTES);
    }

    private int ahead(byte[] added) {
        int ahead = 0;
        for (int i = Math.min(written + 3, added.length - 1); i >= written; i--) {
            ahead = (ahead << 8) | (added[i] & 0xFF);
        }
        return ahead;
    }

    private boolean isZero(byte[] added) {
        for (int i = written; i < Math.min(added.length, written + DifferenceModel.GROUP); i++) {
            if (added[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
