package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * How a segment is seen unpacked: parts of the base, inflated or as they are, one after the other; and the streams in the segment's
 * residual that are to be deflated again. Checked against the lengths of residual and base when it is read. Immutable; its arrays are
 * not copied.
 */
final class Unpacking {
    private static final int PART_BYTES = 16 << 10;

    private final long[] starts;
    private final int[] packed;
    private final int[] raw;
    private final int[] before;
    private final int[] contents;
    private final int[] skipped;
    private final int[] lengths;
    private final int[] levels;
    private final int baseBytes;
    private final int viewBytes;

    private Unpacking(Varints in, int residual, long baseLength) {
        int parts = in.nextInt(DeltaFormat.MAX_UNPACKED_PARTS);
        starts = new long[parts];
        packed = new int[parts];
        raw = new int[parts];
        long end = 0;
        int sum = 0;
        for (int i = 0; i < parts; i++) {
            starts[i] = end + in.nextSigned(baseLength);
            packed[i] = in.nextInt(DeltaFormat.MAX_UNPACKED_BASE_BYTES);
            raw[i] = in.nextInt(DeltaFormat.MAX_UNPACKED_BASE_BYTES - sum);
            end = starts[i] + packed[i];
            if (starts[i] < 0 || end > baseLength) {
                throw new ProtocolException("delta: expected packed parts within the base's " + baseLength
                        + " bytes, found one of " + packed[i] + " at " + starts[i]);
            }
            sum += length(i);
            if (sum > DeltaFormat.MAX_UNPACKED_BASE_BYTES) {
                throw new ProtocolException("delta: expected parts of at most " + DeltaFormat.MAX_UNPACKED_BASE_BYTES
                        + " bytes unpacked, found more");
            }
        }
        baseBytes = sum;
        int streams = in.nextInt(DeltaFormat.MAX_UNPACKED_PARTS);
        before = new int[streams];
        contents = new int[streams];
        skipped = new int[streams];
        lengths = new int[streams];
        levels = new int[streams];
        int left = residual;
        int content = 0;
        for (int i = 0; i < streams; i++) {
            before[i] = in.nextInt(left);
            contents[i] = in.nextInt(DeltaFormat.MAX_UNPACKED_BYTES - content);
            skipped[i] = in.nextInt(DeltaFormat.MAX_UNPACKED_BYTES);
            lengths[i] = in.nextInt(left - before[i]);
            levels[i] = in.nextInt(DeltaFormat.MAX_DEFLATE_LEVEL);
            if (levels[i] == 0 || lengths[i] == 0) {
                throw new ProtocolException("delta: expected streams of at least one byte and a level from 1 to "
                        + DeltaFormat.MAX_DEFLATE_LEVEL + ", found " + lengths[i] + " and " + levels[i]);
            }
            left -= before[i] + lengths[i];
            content += contents[i];
        }
        viewBytes = content + residual - Arrays.stream(lengths).sum();
    }

    static Unpacking read(Varints in, int residual, long baseLength) {
        return new Unpacking(in, residual, baseLength);
    }

    private int length(int part) {
        return raw[part] == 0 ? packed[part] : raw[part];
    }

    /** Bytes of the base's parts together, unpacked. */
    int baseBytes() {
        return baseBytes;
    }

    /** Bytes of the residual, unpacked. */
    int viewBytes() {
        return viewBytes;
    }

    int streams() {
        return lengths.length;
    }

    /** Bytes of the residual that lie as they are before the stream. */
    int before(int stream) {
        return before[stream];
    }

    /** Bytes that are to be deflated. */
    int content(int stream) {
        return contents[stream];
    }

    /** Bytes of the stream that lie in segments before this one. */
    int skipped(int stream) {
        return skipped[stream];
    }

    /** Bytes of the stream that lie in this segment. */
    int made(int stream) {
        return lengths[stream];
    }

    int level(int stream) {
        return levels[stream];
    }

    /**
     * Puts the parts of the base into {@code room}, which is then full to {@link #baseBytes}.
     *
     * @throws IOException if the base cannot be read, or is not what it was
     */
    void unpack(BaseBytes base, ByteBuffer room) throws IOException {
        room.clear().limit(baseBytes);
        byte[] buffer = new byte[PART_BYTES];
        for (int i = 0; i < starts.length; i++) {
            if (raw[i] == 0) {
                for (int done = 0; done < packed[i]; ) {
                    int count = Math.min(buffer.length, packed[i] - done);
                    base.read(starts[i] + done, buffer, 0, count);
                    room.put(buffer, 0, count);
                    done += count;
                }
            } else {
                inflate(base, i, buffer, room);
            }
        }
    }

    private void inflate(BaseBytes base, int part, byte[] buffer, ByteBuffer room) throws IOException {
        int end = room.position() + raw[part];
        Inflater inflater = new Inflater(true);
        try {
            room.limit(end);
            for (int done = 0; room.position() < end; ) {
                if (inflater.needsInput() && done < packed[part]) {
                    int count = Math.min(buffer.length, packed[part] - done);
                    base.read(starts[part] + done, buffer, 0, count);
                    inflater.setInput(buffer, 0, count);
                    done += count;
                }
                if (inflater.inflate(room) == 0 && (inflater.finished() || done == packed[part])) {
                    throw new EOFException("a packed part of the base ends after " + (raw[part] - end + room.position())
                            + " of " + raw[part] + " bytes");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("a packed part of the base is damaged", e);
        } finally {
            inflater.end();
            room.limit(baseBytes);
        }
    }
}
