package dev.muster.control.ota;

/**
 * Numbers of {@code update.bin} and of the signed end comment, and in one place what the descriptions leave open and the
 * public packaging tools and updater decide by what they do:
 *
 * <ul>
 *   <li>a signature is made over the 32 bytes of the SHA-256 digest, which the signature hashes once more; an older tool
 *       signs the digest itself. Both are taken: either way the one signature stands for the one digest;
 *   <li>the signed header reaches from the first byte of {@code update.bin} up to the signature's TLV; in the older form,
 *       without hash TLVs, the whole file is signed with the signature area as zeros;
 *   <li>the content of the whole-file PKCS#7 message is {u16 672, u16 32, SHA-256}; its signature covers the digest and not,
 *       as CMS says, the content. Messages that follow CMS are taken as well;
 *   <li>the hashed part of the file ends where the comment's length stands, or where the end record begins, counted from the
 *       footer: updaters try both;
 *   <li>whether the hash TLV or the older area follows the header is told by its first six bytes.
 * </ul>
 */
final class OtaFormat {
    static final int HEADER_STANDARD = 0x01;
    static final int HEADER_MINI = 0x11;
    static final int TIME = 0x02;
    static final int COMPONENTS = 0x05;
    static final int HASH_HEADER = 0x06;
    static final int HASHES = 0x07;
    static final int SIGNATURE = 0x08;
    static final int STREAMED = 0xaa;

    static final int TLV_BYTES = 4;
    static final int LONG_TLV_BYTES = 6;
    static final int HEADER_BYTES = 136;
    static final int TIME_BYTES = 32;
    static final int TEXT_BYTES = 64;
    static final int DESCRIPTOR_BYTES = 16;
    static final int HASH_HEADER_BYTES = 10;
    static final int OLD_SIGNATURE_BYTES = 256 + 384;
    static final int OLD_SHA256_BYTES = 256;
    static final int ADDRESS_STANDARD = 32;
    static final int ADDRESS_MINI = 16;
    static final int COMPONENT_REST_BYTES = 55;
    static final int SHA256_BYTES = 32;

    static final int FOOTER_BYTES = 6;
    static final int END_BYTES = 22;
    static final int FOOTER_FLAG = 0xffff;
    static final int DIGEST_BLOCK_BYTES = 36;
    static final int DIGEST_BLOCK_SHA256 = 672;

    private OtaFormat() {}
}
