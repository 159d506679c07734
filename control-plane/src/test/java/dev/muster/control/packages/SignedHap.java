package dev.muster.control.packages;

import dev.muster.protocol.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Signs a package as the public signing tool does, written apart from the reader. Everything can be got wrong on purpose.
 */
public final class SignedHap {
    private static final int PROFILE = 0x20000002;
    private static final int PROPERTY = 0x20000003;
    private static final int SIGNATURE = 0x20000000;

    private final TestAuthority.Signer signer;
    private TestAuthority.Signer profileSigner;
    private final Map<String, Object> profile = new LinkedHashMap<>();
    private final Map<String, Object> bundleInfo = new LinkedHashMap<>();
    private int version = 3;
    private int algorithm = 0x201;
    private String digest = "SHA-256";
    private String signatureAlgorithm = "SHA256withECDSA";
    private final Map<Integer, byte[]> blocks = new LinkedHashMap<>();
    private boolean withProfile = true;

    public SignedHap(TestAuthority.Signer signer, TestAuthority.Signer profileSigner, String bundle) {
        this.signer = signer;
        this.profileSigner = profileSigner;
        bundleInfo.put("developer-id", "dev-1");
        bundleInfo.put("distribution-certificate", signer.pem());
        bundleInfo.put("bundle-name", bundle);
        bundleInfo.put("apl", "normal");
        bundleInfo.put("app-feature", "hos_normal_app");
        bundleInfo.put("app-identifier", "5765880207853269989");
        profile.put("version-name", "2.0.0");
        profile.put("version-code", 2);
        profile.put("uuid", "fe686e1b-3770-4824-a938-961b140a7c98");
        profile.put("type", "release");
        profile.put("app-distribution-type", "enterprise");
        profile.put("validity", Map.of("not-before", 1767225600, "not-after", 2082758399));
        profile.put("bundle-info", bundleInfo);
        profile.put("issuer", "test");
    }

    public SignedHap apl(String apl) {
        bundleInfo.put("apl", apl);
        return this;
    }

    public SignedHap acls(String... names) {
        return profile("acls", Map.of("allowed-acls", List.of(names)));
    }

    public SignedHap distribution(String type) {
        return profile("app-distribution-type", type);
    }

    public SignedHap valid(Instant from, Instant to) {
        return profile("validity", Map.of("not-before", from.getEpochSecond(), "not-after", to.getEpochSecond()));
    }

    public SignedHap debug(String... devices) {
        bundleInfo.put("development-certificate", signer.pem());
        profile.put("debug-info", Map.of("device-ids", List.of(devices), "device-id-type", "udid"));
        return profile("type", "debug");
    }

    public SignedHap profile(String member, Object value) {
        profile.put(member, value);
        return this;
    }

    SignedHap bundleInfo(String member, Object value) {
        bundleInfo.put(member, value);
        return this;
    }

    SignedHap profileSigner(TestAuthority.Signer other) {
        this.profileSigner = other;
        return this;
    }

    SignedHap scheme(int number) {
        this.version = number;
        return this;
    }

    SignedHap algorithm(int id, String digestName, String signatureName) {
        this.algorithm = id;
        this.digest = digestName;
        this.signatureAlgorithm = signatureName;
        return this;
    }

    SignedHap property(byte[] value) {
        blocks.put(PROPERTY, value);
        return this;
    }

    SignedHap withoutProfile() {
        this.withProfile = false;
        return this;
    }

    byte[] profileMessage() {
        return TestAuthority.sign(profileSigner, "SHA256withECDSA", JsonObject.write(profile));
    }

    /** The signed package. */
    public byte[] sign(byte[] zip) {
        return sign(zip, withProfile ? profileMessage() : new byte[0]);
    }

    byte[] sign(byte[] zip, byte[] profileMessage) {
        Map<Integer, byte[]> optional = new LinkedHashMap<>(blocks);
        if (withProfile) {
            optional.put(PROFILE, profileMessage);
        }
        int end = zip.length - 22;
        int directory = le(zip).getInt(end + 16);
        byte[] top = digest(
                List.of(slice(zip, 0, directory), slice(zip, directory, end), slice(zip, end, zip.length)),
                new ArrayList<>(optional.values()));
        ByteBuffer content = ByteBuffer.allocate(20 + top.length).order(ByteOrder.LITTLE_ENDIAN);
        content.putInt(2)
                .putInt(1)
                .putInt(8 + top.length)
                .putInt(algorithm)
                .putInt(top.length)
                .put(top);
        optional.put(SIGNATURE, TestAuthority.sign(signer, signatureAlgorithm, content.array()));
        return insert(zip, block(optional));
    }

    /** The signing block of these values. */
    byte[] block(Map<Integer, byte[]> values) {
        int offset = values.size() * 12;
        ByteArrayOutputStream heads = new ByteArrayOutputStream();
        ByteArrayOutputStream bodies = new ByteArrayOutputStream();
        for (Map.Entry<Integer, byte[]> value : values.entrySet()) {
            heads.writeBytes(ByteBuffer.allocate(12)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value.getKey())
                    .putInt(value.getValue().length)
                    .putInt(offset)
                    .array());
            bodies.writeBytes(value.getValue());
            offset += value.getValue().length;
        }
        return ByteBuffer.allocate(offset + 32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(heads.toByteArray())
                .put(bodies.toByteArray())
                .putInt(values.size())
                .putLong(offset + 32)
                .put((version == 2 ? "HAP Sig Block 42" : "<hap sign block>").getBytes(StandardCharsets.US_ASCII))
                .putInt(version)
                .array();
    }

    /** Puts bytes before the central directory and moves the end record's offset. */
    static byte[] insert(byte[] zip, byte[] block) {
        int directory = le(zip).getInt(zip.length - 22 + 16);
        byte[] result = new byte[zip.length + block.length];
        System.arraycopy(zip, 0, result, 0, directory);
        System.arraycopy(block, 0, result, directory, block.length);
        System.arraycopy(zip, directory, result, directory + block.length, zip.length - directory);
        le(result).putInt(result.length - 22 + 16, directory + block.length);
        return result;
    }

    private byte[] digest(List<byte[]> parts, List<byte[]> optional) {
        try {
            MessageDigest hash = MessageDigest.getInstance(digest);
            Map<Integer, byte[]> chunks = new TreeMap<>();
            for (byte[] part : parts) {
                for (int at = 0; at < part.length; at += 1 << 20) {
                    byte[] chunk = slice(part, at, Math.min(part.length, at + (1 << 20)));
                    hash.update(prefix(0xa5, chunk.length));
                    chunks.put(chunks.size(), hash.digest(chunk));
                }
            }
            hash.update(prefix(0x5a, chunks.size()));
            chunks.values().forEach(hash::update);
            optional.forEach(hash::update);
            return hash.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] prefix(int first, int number) {
        return ByteBuffer.allocate(5)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) first)
                .putInt(number)
                .array();
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }

    static ByteBuffer le(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
