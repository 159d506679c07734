package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How one segment is made: pieces in order, each a copy out of the base or the next bytes of the residual; and how the residual is
 * written down. Everything in it was checked against the lengths of segment and base. Immutable; its arrays are not copied.
 */
final class Recipe {
    private static final int COPIED = 1;

    private final int[] lengths;
    private final long[] sources;
    private final Codec codec;
    private final int residual;
    private final long[] windows;
    private final @Nullable Unpacking unpacking;
    private final int payloadLength;

    Recipe(
            int[] lengths,
            long[] sources,
            Codec codec,
            int residual,
            long[] windows,
            @Nullable Unpacking unpacking,
            int payloadLength) {
        this.lengths = lengths;
        this.sources = sources;
        this.codec = codec;
        this.residual = residual;
        this.windows = windows;
        this.unpacking = unpacking;
        this.payloadLength = payloadLength;
    }

    /** Of the pieces. */
    int[] lengths() {
        return lengths;
    }

    /** Where in the base a copied piece begins, -1 for one of the residual. */
    long[] sources() {
        return sources;
    }

    Codec codec() {
        return codec;
    }

    int residual() {
        return residual;
    }

    /** Of the base: begin and end in bytes, in ascending order, without overlap. */
    long[] windows() {
        return windows;
    }

    /** How the segment is seen unpacked; null where it is not. */
    @Nullable Unpacking unpacking() {
        return unpacking;
    }

    int payloadLength() {
        return payloadLength;
    }

    int windowBytes() {
        return DifferenceResidual.windowBytes(windows);
    }

    static Recipe read(Varints in, int segmentLength, long baseLength) {
        int pieces = in.nextInt(Math.min(segmentLength, DeltaFormat.MAX_PIECES));
        int[] lengths = new int[Math.min(pieces, 64)];
        long[] sources = new long[lengths.length];
        int made = 0;
        int residual = 0;
        long expected = 0;
        for (int i = 0; i < pieces; i++) {
            if (i == lengths.length) {
                // Grows with what was really read: a number alone takes no memory.
                lengths = Arrays.copyOf(lengths, Math.min(pieces, i * 2));
                sources = Arrays.copyOf(sources, lengths.length);
            }
            long word = in.next(2L * segmentLength + 1);
            int length = (int) (word >>> 1);
            if (length == 0 || length > segmentLength - made) {
                throw new ProtocolException("delta: expected pieces of " + segmentLength
                        + " bytes together, found one of " + length + " after " + made);
            }
            lengths[i] = length;
            made += length;
            if ((word & COPIED) == 0) {
                sources[i] = -1;
                residual += length;
                continue;
            }
            long source = expected + in.nextSigned(baseLength);
            if (source < 0 || source > baseLength - length) {
                throw new ProtocolException("delta: expected copies within the base's " + baseLength
                        + " bytes, found one of " + length + " at " + source);
            }
            sources[i] = source;
            expected = source + length;
        }
        if (made != segmentLength) {
            throw new ProtocolException(
                    "delta: expected pieces of " + segmentLength + " bytes together, found " + made);
        }
        Codec codec = Codec.of(in.octet());
        if ((codec == Codec.NONE) != (residual == 0)) {
            throw new ProtocolException(
                    "delta: expected codec NONE for no residual and only then, found " + codec + " for " + residual);
        }
        long[] windows = codec.hasWindows() ? windows(in, codec, baseLength) : new long[0];
        Unpacking unpacking = codec == Codec.UNPACKED ? Unpacking.read(in, residual, baseLength) : null;
        int payload = codec == Codec.NONE ? 0 : in.nextInt(DeltaFormat.maxPayload(residual));
        if (codec == Codec.STORED && payload != residual) {
            throw new ProtocolException("delta: expected " + residual + " stored bytes, found " + payload);
        }
        return new Recipe(
                Arrays.copyOf(lengths, pieces),
                Arrays.copyOf(sources, pieces),
                codec,
                residual,
                windows,
                unpacking,
                payload);
    }

    private static long[] windows(Varints in, Codec codec, long baseLength) {
        int most = codec == Codec.DICTIONARY ? DeltaFormat.MAX_DICTIONARY_BYTES : DeltaFormat.MAX_WINDOW_BYTES;
        int count = in.nextInt(most / DeltaFormat.BIN_BYTES);
        long[] windows = new long[2 * count];
        long end = 0;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long begin = end + in.next(baseLength / DeltaFormat.BIN_BYTES) * DeltaFormat.BIN_BYTES;
            end = begin + in.next(most / DeltaFormat.BIN_BYTES) * DeltaFormat.BIN_BYTES;
            if (begin >= baseLength || end == begin) {
                throw new ProtocolException("delta: expected windows within the base's " + baseLength
                        + " bytes, found one from " + begin + " to " + end);
            }
            windows[2 * i] = begin;
            windows[2 * i + 1] = Math.min(end, baseLength);
            sum += windows[2 * i + 1] - begin;
        }
        if (sum > most) {
            throw new ProtocolException("delta: expected windows of at most " + most + " bytes, found " + sum);
        }
        return windows;
    }
}
