package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.tukaani.xz.LZMA2InputStream;

/**
 * The first part of a delta: for every segment, its recipe and where its payload lies behind the head. INVARIANT (refused whole):
 * reading it checks every recipe of every segment, so that a delta that reads outside its base, or makes more or fewer bytes than
 * its segments have, is refused before a byte of it is used. Segments cannot overlap: the format has no word for it. Immutable.
 */
public final class DeltaHead {
    /** Bytes from the start of a file that say how long its head is. */
    public static final int PREFIX_BYTES = 8 + 1 + 2 * (8 + DeltaFormat.SHA256_BYTES) + 4 + 4 + 4;

    private static final int MAX_PAYLOADS_DIGESTS = DeltaFormat.MAX_SEGMENTS * DeltaFormat.PAYLOAD_DIGEST_BYTES;

    private final int segmentLog;
    private final long outputLength;
    private final String outputSha256;
    private final long baseLength;
    private final String baseSha256;
    private final int headLength;
    private final byte[] recipes;
    private final byte[] digests;
    private final int[] recipeAt;
    private final long[] payloadAt;
    private final int[] digestAt;
    private int unpackedBytes;

    private DeltaHead(ByteBuffer prefix, int headLength, byte[] recipes, byte[] digests) {
        this.segmentLog = prefix.get();
        this.outputLength = prefix.getLong();
        this.outputSha256 = hex(prefix);
        this.baseLength = prefix.getLong();
        this.baseSha256 = hex(prefix);
        DeltaFormat.requireShape("delta", segmentLog, outputLength);
        if (baseLength < 0 || baseLength > DeltaFormat.MAX_OUTPUT_BYTES) {
            throw new ProtocolException("delta: expected a base of at most " + DeltaFormat.MAX_OUTPUT_BYTES
                    + " bytes, found " + baseLength);
        }
        this.headLength = headLength;
        this.recipes = recipes;
        this.digests = digests;
        int segments = DeltaFormat.segments(outputLength, segmentLog);
        this.recipeAt = new int[segments];
        this.payloadAt = new long[segments + 1];
        this.digestAt = new int[segments];
        check(segments);
    }

    /** Length of the whole head, from the first {@link #PREFIX_BYTES} of a file. */
    public static int length(byte[] prefix) {
        ByteBuffer buffer = ByteBuffer.wrap(prefix);
        try {
            if (buffer.getLong() != DeltaFormat.MAGIC) {
                throw new ProtocolException("delta: expected a delta of version 1, found something else");
            }
            buffer.position(PREFIX_BYTES - 12);
            int raw = buffer.getInt();
            int packed = buffer.getInt();
            int payloads = buffer.getInt();
            if (raw < 0 || raw > DeltaFormat.MAX_RECIPE_BYTES || packed < 0 || packed > raw + raw / 1024 + 64) {
                throw new ProtocolException("delta: expected recipes of at most " + DeltaFormat.MAX_RECIPE_BYTES
                        + " bytes, found " + raw + " in " + packed);
            }
            if (payloads < 0 || payloads > MAX_PAYLOADS_DIGESTS / DeltaFormat.PAYLOAD_DIGEST_BYTES) {
                throw new ProtocolException(
                        "delta: expected at most " + DeltaFormat.MAX_SEGMENTS + " payloads, found " + payloads);
            }
            return PREFIX_BYTES + packed + payloads * DeltaFormat.PAYLOAD_DIGEST_BYTES;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new ProtocolException("delta: expected at least " + PREFIX_BYTES + " bytes", e);
        }
    }

    /** Reads and checks a head; a {@link ProtocolException} says what is wrong with it. */
    public static DeltaHead parse(byte[] bytes) {
        int length = length(bytes);
        if (bytes.length != length) {
            throw new ProtocolException("delta: expected a head of " + length + " bytes, found " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 8, bytes.length - 8);
        int raw = buffer.getInt(PREFIX_BYTES - 12);
        int packed = buffer.getInt(PREFIX_BYTES - 8);
        byte[] recipes = new byte[raw];
        unpack(bytes, PREFIX_BYTES, packed, recipes);
        return new DeltaHead(buffer, length, recipes, Arrays.copyOfRange(bytes, PREFIX_BYTES + packed, length));
    }

    static void unpack(byte[] bytes, int from, int length, byte[] target) {
        if (target.length == 0) {
            if (length != 0) {
                throw new ProtocolException("delta: expected no bytes for nothing, found " + length);
            }
            return;
        }
        ByteArrayInputStream source = new ByteArrayInputStream(bytes, from, length);
        try (LZMA2InputStream in = new LZMA2InputStream(source, dictionary(target.length))) {
            int position = 0;
            while (position < target.length) {
                int count = in.read(target, position, target.length - position);
                if (count < 0) {
                    throw new ProtocolException("delta: packed bytes end after " + position + " of " + target.length);
                }
                position += count;
            }
            if (in.read() >= 0 || source.available() > 0) {
                throw new ProtocolException("delta: packed bytes go on after " + target.length);
            }
        } catch (IOException e) {
            throw new ProtocolException("delta: packed bytes are damaged", e);
        }
    }

    static int dictionary(int length) {
        return Math.max(DeltaFormat.MIN_LZMA_DICTIONARY, length);
    }

    private static String hex(ByteBuffer buffer) {
        byte[] sha256 = new byte[DeltaFormat.SHA256_BYTES];
        buffer.get(sha256);
        return HexFormat.of().formatHex(sha256);
    }

    private void check(int segments) {
        Varints in = new Varints(recipes, 0, recipes.length);
        long payload = headLength;
        int digest = 0;
        for (int segment = 0; segment < segments; segment++) {
            recipeAt[segment] = in.position();
            payloadAt[segment] = payload;
            digestAt[segment] = digest;
            Recipe recipe = Recipe.read(in, length(segment), baseLength);
            payload += recipe.payloadLength();
            Unpacking unpacking = recipe.unpacking();
            unpackedBytes = Math.max(unpackedBytes, unpacking == null ? 0 : unpacking.baseBytes());
            digest += recipe.codec() == Codec.NONE ? 0 : DeltaFormat.PAYLOAD_DIGEST_BYTES;
        }
        payloadAt[segments] = payload;
        if (!in.atEnd()) {
            throw new ProtocolException("delta: the recipes go on after the last segment");
        }
        if (digest != digests.length) {
            throw new ProtocolException("delta: expected " + digest + " bytes of digests, found " + digests.length);
        }
    }

    /** The recipe of a segment, which was checked. */
    Recipe recipe(int segment) {
        return Recipe.read(new Varints(recipes, recipeAt[segment], recipes.length), length(segment), baseLength);
    }

    /** Whether these are the payload's bytes as they were when the delta was made. */
    public boolean isPayload(int segment, byte[] payload) {
        if (payload.length != payloadLength(segment)) {
            return false;
        }
        byte[] found = DeltaFormat.sha256().digest(payload);
        int from = digestAt[segment];
        return payload.length == 0
                || Arrays.equals(
                        found,
                        0,
                        DeltaFormat.PAYLOAD_DIGEST_BYTES,
                        digests,
                        from,
                        from + DeltaFormat.PAYLOAD_DIGEST_BYTES);
    }

    public int segmentLog() {
        return segmentLog;
    }

    public int segments() {
        return recipeAt.length;
    }

    public long outputLength() {
        return outputLength;
    }

    /** Of the image that comes out, lower-case hexadecimal. */
    public String outputSha256() {
        return outputSha256;
    }

    /** Zero where the file is a whole image. */
    public long baseLength() {
        return baseLength;
    }

    /** Of the image it starts from, lower-case hexadecimal; zeros where it is a whole image. */
    public String baseSha256() {
        return baseSha256;
    }

    /** Where the segment begins in the image. */
    public long start(int segment) {
        return (long) segment << segmentLog;
    }

    /** Bytes of the segment. */
    public int length(int segment) {
        return (int) Math.min(1L << segmentLog, outputLength - start(segment));
    }

    /** Where the segment's payload begins in the file. */
    public long payloadAt(int segment) {
        return payloadAt[segment];
    }

    /** Bytes of the segment's payload; 0 where copies are all of it. */
    public int payloadLength(int segment) {
        return (int) (payloadAt[segment + 1] - payloadAt[segment]);
    }

    /** Most of the base that a segment needs unpacked at once. */
    int unpackedBytes() {
        return unpackedBytes;
    }

    /** Length of the whole file. */
    public long fileLength() {
        return payloadAt[segments()];
    }
}
