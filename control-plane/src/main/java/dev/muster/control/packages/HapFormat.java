package dev.muster.control.packages;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Numbers of the HAP signature scheme, and in one place what its public descriptions leave open and the public signing tool
 * ({@code developtools_hapsigner}) decides by what it writes:
 *
 * <ul>
 *   <li>a head's offset counts from the first byte of the signing block;
 *   <li>for the content digest the end record is read as if the central directory began where the signing block begins, so
 *       that a block can be put in without changing the digest (as in APK signature scheme v2);
 *   <li>the optional blocks follow the chunks in the order of their heads, their values only, under the top hash and not in
 *       chunks of their own;
 *   <li>the signed content is {int32 version, int32 count}, then per digest {int32 length of the rest, int32 algorithm, int32
 *       length, digest}; the tool writes version 2 and count 1;
 *   <li>algorithm 0x105 (RSA with SHA-384) goes with a SHA-256 content digest.
 * </ul>
 */
final class HapFormat {
    static final int HEAD_BYTES = 12;
    static final int TRAILER_BYTES = 32;
    static final int MAX_BLOCKS = 32;

    static final int SIGNATURE = 0x20000000;
    static final int PROOF_OF_ROTATION = 0x20000001;
    static final int PROFILE = 0x20000002;
    static final int PROPERTY = 0x20000003;
    static final int ENTERPRISE_RE_SIGN = 0x20000004;
    static final int ENTERPRISE_CODE_RE_SIGN = 0x20000005;

    static final int CHUNK_BYTES = 1 << 20;
    static final byte CHUNK_PREFIX = (byte) 0xa5;
    static final byte TOP_PREFIX = 0x5a;

    /** Where the end record names the start of the central directory. */
    static final int DIRECTORY_OFFSET_IN_END = 16;

    static final byte[] MAGIC_2 = "HAP Sig Block 42".getBytes(StandardCharsets.US_ASCII);
    static final byte[] MAGIC_3 = "<hap sign block>".getBytes(StandardCharsets.US_ASCII);

    private static final Set<Integer> DIGESTED =
            Set.of(PROOF_OF_ROTATION, PROFILE, PROPERTY, ENTERPRISE_RE_SIGN, ENTERPRISE_CODE_RE_SIGN);

    private HapFormat() {}

    /** Whether the content digest covers blocks of this type. */
    static boolean isDigested(int type) {
        return DIGESTED.contains(type);
    }

    /** The JDK's name of the content digest that goes with a signature algorithm. */
    static Optional<String> digest(int algorithm) {
        return switch (algorithm) {
            case 0x101, 0x104, 0x105, 0x201, 0x301 -> Optional.of("SHA-256");
            case 0x102, 0x202, 0x302 -> Optional.of("SHA-384");
            case 0x103, 0x106, 0x203, 0x303 -> Optional.of("SHA-512");
            default -> Optional.empty();
        };
    }
}
