package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What every segment of an image must hash to, whichever way its bytes come. Signed as a target of its own, so that a segment can be
 * judged before it is written. Immutable.
 */
public final class SegmentManifest {
    private static final int HEAD_BYTES = 8 + 1 + 8 + DeltaFormat.SHA256_BYTES;

    private final int segmentLog;
    private final long outputLength;
    private final String outputSha256;
    private final byte[] digests;

    private SegmentManifest(int segmentLog, long outputLength, String outputSha256, byte[] digests) {
        this.segmentLog = segmentLog;
        this.outputLength = outputLength;
        this.outputSha256 = outputSha256;
        this.digests = digests;
    }

    /**
     * The manifest of an image.
     *
     * @param outputSha256 of the whole image, lower-case hexadecimal
     * @param digests the SHA-256 of every segment, one after the other
     */
    public static SegmentManifest of(int segmentLog, long outputLength, String outputSha256, byte[] digests) {
        DeltaFormat.requireShape("manifest", segmentLog, outputLength);
        int expected = DeltaFormat.segments(outputLength, segmentLog) * DeltaFormat.SHA256_BYTES;
        if (digests.length != expected) {
            throw new ProtocolException(
                    "manifest: expected " + expected + " bytes of digests, found " + digests.length);
        }
        return new SegmentManifest(segmentLog, outputLength, outputSha256, digests.clone());
    }

    /** The longest manifest there is. */
    public static int maxBytes() {
        return HEAD_BYTES + DeltaFormat.MAX_SEGMENTS * DeltaFormat.SHA256_BYTES;
    }

    /** Reads a manifest; a {@link ProtocolException} says what is wrong with it. */
    public static SegmentManifest parse(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            if (buffer.getLong() != DeltaFormat.MANIFEST_MAGIC) {
                throw new ProtocolException("manifest: expected a manifest of segments, found something else");
            }
            int segmentLog = buffer.get();
            long outputLength = buffer.getLong();
            byte[] sha256 = new byte[DeltaFormat.SHA256_BYTES];
            buffer.get(sha256);
            return of(
                    segmentLog,
                    outputLength,
                    HexFormat.of().formatHex(sha256),
                    Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length));
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("manifest: expected more bytes than " + bytes.length, e);
        }
    }

    /** The bytes that {@link #parse} reads. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(HEAD_BYTES + digests.length)
                .putLong(DeltaFormat.MANIFEST_MAGIC)
                .put((byte) segmentLog)
                .putLong(outputLength)
                .put(HexFormat.of().parseHex(outputSha256))
                .put(digests)
                .array();
    }

    public int segmentLog() {
        return segmentLog;
    }

    public long outputLength() {
        return outputLength;
    }

    /** Of the whole image, lower-case hexadecimal. */
    public String outputSha256() {
        return outputSha256;
    }

    public int segments() {
        return digests.length / DeltaFormat.SHA256_BYTES;
    }

    /** Where the segment begins in the image. */
    public long start(int segment) {
        return (long) segment << segmentLog;
    }

    /** Bytes of the segment. */
    public int length(int segment) {
        return (int) Math.min(1L << segmentLog, outputLength - start(segment));
    }

    /** Whether these are the segment's bytes. */
    public boolean matches(int segment, byte[] bytes, int length) {
        MessageDigest digest = DeltaFormat.sha256();
        digest.update(bytes, 0, length);
        byte[] found = digest.digest();
        int from = segment * DeltaFormat.SHA256_BYTES;
        return length == length(segment)
                && Arrays.equals(found, 0, found.length, digests, from, from + DeltaFormat.SHA256_BYTES);
    }
}
