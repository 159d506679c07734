package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An image as chunks that its content cut: what each must hash to, and where in the store file it lies, packed by itself. A device takes
 * those that it has from whatever image it runs, and fetches the others. Checked whole when it is read. Immutable.
 */
public final class ChunkIndex {
    /** Begins every index of chunks. */
    static final long MAGIC = 0x4D53_4348_554E_4B31L;
    /** Most chunks of one image; larger images have larger chunks. */
    public static final int MAX_CHUNKS = 1 << 16;
    /** Smallest usual length of a chunk, as a power of two. */
    public static final int MIN_CHUNK_LOG = 12;
    /** Largest. */
    public static final int MAX_CHUNK_LOG = 20;
    /** Bytes of a chunk's digest, the first ones of its SHA-256. */
    public static final int DIGEST_BYTES = 16;

    private static final byte[] STORE_HEAD = "MUSTERCS".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = 8 + 1 + 8 + DeltaFormat.SHA256_BYTES + 4;
    private static final int MAX_NUMBER_BYTES = 4;

    private final int chunkLog;
    private final long outputLength;
    private final String outputSha256;
    private final byte[] digests;
    private final long[] starts;
    private final long[] stored;

    private ChunkIndex(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getLong() != MAGIC) {
            throw new ProtocolException("chunks: expected an index of chunks, found something else");
        }
        chunkLog = buffer.get();
        outputLength = buffer.getLong();
        byte[] sha256 = new byte[DeltaFormat.SHA256_BYTES];
        buffer.get(sha256);
        outputSha256 = HexFormat.of().formatHex(sha256);
        int count = buffer.getInt();
        if (chunkLog < MIN_CHUNK_LOG || chunkLog > MAX_CHUNK_LOG) {
            throw new ProtocolException("chunks: expected chunks of 2^" + MIN_CHUNK_LOG + " to 2^" + MAX_CHUNK_LOG
                    + " bytes, found 2^" + chunkLog);
        }
        if (count < 0 || count > MAX_CHUNKS || buffer.remaining() < (long) count * (DIGEST_BYTES + 2)) {
            throw new ProtocolException("chunks: expected at most " + MAX_CHUNKS + " chunks and a line for each, found "
                    + count + " in " + buffer.remaining() + " bytes");
        }
        digests = new byte[count * DIGEST_BYTES];
        buffer.get(digests);
        starts = new long[count + 1];
        stored = new long[count + 1];
        stored[0] = STORE_HEAD.length;
        Varints in = new Varints(bytes, buffer.position(), bytes.length);
        int most = 4 << chunkLog;
        for (int i = 0; i < count; i++) {
            int length = in.nextInt(most);
            int packed = in.nextInt(length);
            if (packed == 0) {
                throw new ProtocolException("chunks: expected chunks of at least one byte, found one of none");
            }
            starts[i + 1] = starts[i] + length;
            stored[i + 1] = stored[i] + packed;
        }
        if (!in.atEnd() || starts[count] != outputLength) {
            throw new ProtocolException("chunks: expected chunks of " + outputLength + " bytes together, found "
                    + starts[count] + (in.atEnd() ? "" : " and more lines"));
        }
    }

    /** Reads an index; a {@link ProtocolException} says what is wrong with it. */
    public static ChunkIndex parse(byte[] bytes) {
        try {
            return new ChunkIndex(bytes);
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("chunks: expected more bytes than " + bytes.length, e);
        }
    }

    /**
     * The bytes that {@link #parse} reads.
     *
     * @param digests of the chunks, one after the other
     * @param lengths of each chunk, and packed, as the format has them
     */
    public static byte[] write(int chunkLog, long outputLength, byte[] sha256, byte[] digests, byte[] lengths) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(HEAD_BYTES)
                .putLong(MAGIC)
                .put((byte) chunkLog)
                .putLong(outputLength)
                .put(sha256)
                .putInt(digests.length / DIGEST_BYTES)
                .array());
        out.writeBytes(digests);
        out.writeBytes(lengths);
        return out.toByteArray();
    }

    /** What a store begins with: one of chunks that cannot be packed would be the image itself otherwise. */
    public static byte[] storeHead() {
        return STORE_HEAD.clone();
    }

    /** The longest index there is. */
    public static int maxBytes() {
        return HEAD_BYTES + MAX_CHUNKS * (DIGEST_BYTES + 2 * MAX_NUMBER_BYTES);
    }

    /** Usual length of a chunk of an image so long, as a power of two: 16 KiB, more where there would be too many. */
    public static int chunkLog(long outputLength) {
        int log = 14;
        while (outputLength >>> log > MAX_CHUNKS / 4) {
            log++;
        }
        return log;
    }

    /** The digest that stands for a chunk. */
    public static byte[] digest(byte[] bytes, int from, int length) {
        MessageDigest digest = DeltaFormat.sha256();
        digest.update(bytes, from, length);
        return Arrays.copyOf(digest.digest(), DIGEST_BYTES);
    }

    public int chunkLog() {
        return chunkLog;
    }

    public long outputLength() {
        return outputLength;
    }

    /** Of the whole image, lower-case hexadecimal. */
    public String outputSha256() {
        return outputSha256;
    }

    public int chunks() {
        return starts.length - 1;
    }

    /** The chunk that has the byte at {@code position} of the image; at its end, their number. */
    public int at(long position) {
        int found = Arrays.binarySearch(starts, position);
        return found < 0 ? -found - 2 : found;
    }

    /** Where the chunk begins in the image. */
    public long start(int chunk) {
        return starts[chunk];
    }

    /** Bytes of the chunk. */
    public int length(int chunk) {
        return (int) (starts[chunk + 1] - starts[chunk]);
    }

    /** Where the chunk begins in the store. */
    public long storedAt(int chunk) {
        return stored[chunk];
    }

    /** Bytes of the chunk in the store. */
    public int storedLength(int chunk) {
        return (int) (stored[chunk + 1] - stored[chunk]);
    }

    /** Length of the store. */
    public long storeLength() {
        return stored[chunks()];
    }

    /** The first eight bytes of the chunk's digest. */
    long print(int chunk) {
        return ByteBuffer.wrap(digests).getLong(chunk * DIGEST_BYTES);
    }

    /** Whether these are the chunk's bytes. */
    public boolean matches(int chunk, byte[] bytes, int length) {
        int from = chunk * DIGEST_BYTES;
        return length == length(chunk)
                && Arrays.equals(digest(bytes, 0, length), 0, DIGEST_BYTES, digests, from, from + DIGEST_BYTES);
    }

    /** Makes a chunk of what the store has of it; whether it is the right one is for {@link #matches} to say. */
    public byte[] unpack(int chunk, byte[] packed) {
        if (packed.length != storedLength(chunk)) {
            throw new ProtocolException(
                    "chunks: expected " + storedLength(chunk) + " packed bytes, found " + packed.length);
        }
        if (packed.length == length(chunk)) {
            return packed;
        }
        byte[] bytes = new byte[length(chunk)];
        DeltaHead.unpack(packed, 0, packed.length, bytes);
        return bytes;
    }
}
