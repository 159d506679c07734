package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Numbers and limits of the format, version 1. A file beyond a limit is refused whoever signed it. */
public final class DeltaFormat {
    /** Begins every delta and every whole image in this format. */
    public static final long MAGIC = 0x4D53_4445_4C54_4131L;
    /** Begins every manifest of segments. */
    static final long MANIFEST_MAGIC = 0x4D53_5345_474D_5331L;

    /** The smallest segment, as a power of two. */
    public static final int MIN_SEGMENT_LOG = 12;
    /** The largest: a device holds one segment in memory, and about as much again to decode it. */
    public static final int MAX_SEGMENT_LOG = 22;
    /** The longest image. */
    public static final long MAX_OUTPUT_BYTES = 1L << 36;
    /** Most segments of one image. */
    public static final int MAX_SEGMENTS = 1 << 16;
    /** The longest that the recipes of all segments together may be, unpacked. */
    public static final int MAX_RECIPE_BYTES = 1 << 20;
    /** Most pieces of one segment. */
    public static final int MAX_PIECES = (1 << 15) + 1;
    /** Reference windows are counted in these. */
    public static final int BIN_BYTES = 64 << 10;
    /** Most of the base that one segment may refer to by windows. */
    public static final int MAX_WINDOW_BYTES = 4 << 20;
    /** Most of the base that one segment may load as a dictionary. */
    public static final int MAX_DICTIONARY_BYTES = 1 << 20;
    /** Most of the base, unpacked, that one segment may refer to. */
    public static final int MAX_UNPACKED_BASE_BYTES = 8 << 20;
    /** Most that the deflated streams of one segment may have in them. */
    public static final int MAX_UNPACKED_BYTES = 8 << 20;
    /** Most parts of the base, and most streams, of one segment that is seen unpacked. */
    public static final int MAX_UNPACKED_PARTS = 1 << 14;
    /** Most that differences may have beside them as new bytes. */
    public static final int MAX_NEW_BYTES = 1 << MAX_SEGMENT_LOG;
    /** Bytes of a payload's digest, the first ones of its SHA-256. */
    public static final int PAYLOAD_DIGEST_BYTES = 16;

    /** Of zlib. */
    static final int MAX_DEFLATE_LEVEL = 9;

    static final int SHA256_BYTES = 32;
    /** The smallest dictionary LZMA2 knows. */
    static final int MIN_LZMA_DICTIONARY = 4096;

    private DeltaFormat() {}

    /** How a segment's residual, which is what no copy covers, is written down. 5 and 6 were an earlier model, before any release. */
    public enum Codec {
        /** There is no residual. */
        NONE(0),
        /** As it is. */
        STORED(1),
        /** LZMA2. */
        LZMA(2),
        /** LZMA2 that begins with the segment's windows of the base as its dictionary. */
        DICTIONARY(3),
        /** Differences to the segment's windows of the base and what is new, each LZMA2. */
        DIFFERENCE(4),
        /** The same, but the differences are written as a {@link DifferenceModel} expects them. */
        MODELLED(7),
        /** The same, of what is packed in the segment to what is packed in the base: the device deflates it again. */
        UNPACKED(8);

        private static final Codec[] VALUES = values();

        private final int code;

        Codec(int code) {
            this.code = code;
        }

        /** The byte that stands for it in a recipe. */
        public int code() {
            return code;
        }

        /** Whether the segment names windows of the base. */
        public boolean hasWindows() {
            return this == DICTIONARY || this == DIFFERENCE || this == MODELLED;
        }

        static Codec of(int code) {
            for (Codec codec : VALUES) {
                if (codec.code == code) {
                    return codec;
                }
            }
            throw new ProtocolException("delta: expected a codec of 0 to 4, 7 or 8, found " + code);
        }
    }

    /** The largest payload that may stand for {@code residual} bytes: what does not shrink is stored. */
    static int maxPayload(int residual) {
        return residual;
    }

    /** Segments of an image. */
    public static int segments(long outputLength, int segmentLog) {
        return Math.toIntExact((outputLength + (1L << segmentLog) - 1) >>> segmentLog);
    }

    /** A SHA-256 that nothing was given to yet. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static void requireShape(String what, int segmentLog, long outputLength) {
        if (segmentLog < MIN_SEGMENT_LOG || segmentLog > MAX_SEGMENT_LOG) {
            throw new ProtocolException(what + ": expected segments of 2^" + MIN_SEGMENT_LOG + " to 2^"
                    + MAX_SEGMENT_LOG + " bytes, found 2^" + segmentLog);
        }
        if (outputLength < 0 || outputLength > MAX_OUTPUT_BYTES) {
            throw new ProtocolException(
                    what + ": expected an image of at most " + MAX_OUTPUT_BYTES + " bytes, found " + outputLength);
        }
        if ((outputLength + (1L << segmentLog) - 1) >>> segmentLog > MAX_SEGMENTS) {
            throw new ProtocolException(what + ": expected at most " + MAX_SEGMENTS + " segments, found more");
        }
    }
}
