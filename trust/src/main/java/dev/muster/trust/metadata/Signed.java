package dev.muster.trust.metadata;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.json.Fields;
import dev.muster.trust.json.StrictJson;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.keys.Verification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A metadata file: its exact bytes, what they say, and who signed. Having one means it was parsed, not that it is
 * trusted; {@link #requireSignatures} decides that. Immutable.
 */
public final class Signed<T extends Metadata> {
    private final byte[] bytes;
    private final Map<String, ?> tree;
    private final T metadata;
    private final Map<String, String> signatures;

    private Signed(byte[] bytes, Map<String, ?> tree, T metadata, Map<String, String> signatures) {
        this.bytes = bytes;
        this.tree = tree;
        this.metadata = metadata;
        this.signatures = signatures;
    }

    /** Reads a root file; see {@link TrustException.Malformed} for what is refused. */
    public static Signed<Root> root(byte[] bytes) {
        return parse(Root.TYPE, bytes, Root::parse);
    }

    /** Reads a timestamp file. */
    public static Signed<Timestamp> timestamp(byte[] bytes) {
        return parse(Timestamp.TYPE, bytes, Timestamp::parse);
    }

    /** Reads a snapshot file. */
    public static Signed<Snapshot> snapshot(byte[] bytes) {
        return parse(Snapshot.TYPE, bytes, Snapshot::parse);
    }

    /** Reads the file of the top-level or a delegated targets role. */
    public static Signed<Targets> targets(String role, byte[] bytes) {
        return parse(role, bytes, Targets::parse);
    }

    private static <T extends Metadata> Signed<T> parse(String role, byte[] bytes, Function<Fields, T> parser) {
        Map<String, @Nullable Object> tree = StrictJson.object(role, bytes);
        Fields envelope = Fields.of(role, tree);
        Map<String, String> signatures = new LinkedHashMap<>();
        for (Fields signature : envelope.objects("signatures")) {
            // Specification 4.2: one signature per key id; two would let one key be counted or checked twice.
            if (signatures.put(signature.string("keyid"), signature.string("sig")) != null) {
                throw envelope.malformed("expected one signature per key id, found two");
            }
        }
        Fields signed = envelope.object("signed");
        T metadata;
        try {
            metadata = parser.apply(signed);
        } catch (IllegalArgumentException e) {
            throw new TrustException.Malformed(role, String.valueOf(e.getMessage()), e);
        }
        return new Signed<>(bytes.clone(), signed.members(), metadata, signatures);
    }

    /** Signs new metadata with all {@code signers}. */
    public static <T extends Metadata> Signed<T> sign(T metadata, List<? extends Signer> signers) {
        Map<String, Object> tree = metadata.toTree();
        Map<String, String> signatures = new LinkedHashMap<>();
        byte[] message = CanonicalJson.encode(tree);
        signers.forEach(signer -> signatures.put(signer.publicKey().keyId(), hex(signer.sign(message))));
        return envelope(tree, metadata, signatures);
    }

    /** The same metadata with one signature more, as when several people sign one after the other. */
    public Signed<T> withSignature(Signer signer) {
        Map<String, String> more = new LinkedHashMap<>(signatures);
        more.put(signer.publicKey().keyId(), hex(signer.sign(CanonicalJson.encode(tree))));
        return envelope(tree, metadata, more);
    }

    private static <T extends Metadata> Signed<T> envelope(
            Map<String, ?> tree, T metadata, Map<String, String> signatures) {
        List<Map<String, String>> list = signatures.entrySet().stream()
                .map(entry -> Map.of("keyid", entry.getKey(), "sig", entry.getValue()))
                .toList();
        byte[] bytes = CanonicalJson.text(Map.of("signatures", list, "signed", tree));
        return new Signed<>(bytes, tree, metadata, signatures);
    }

    /** The file, byte for byte. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** What the file says. */
    public T metadata() {
        return metadata;
    }

    public long version() {
        return metadata.version();
    }

    /** How many different keys out of {@code role} signed correctly. */
    public int validSignatures(RoleKeys role, Map<String, TrustKey> keys) {
        return signedBy(role, keys).size();
    }

    /** Ids of the different keys out of {@code role} that signed correctly, in its order. */
    public List<String> signedBy(RoleKeys role, Map<String, TrustKey> keys) {
        byte[] message = CanonicalJson.encode(tree);
        Set<String> counted = new HashSet<>();
        List<String> ids = new ArrayList<>();
        for (String keyId : role.keyIds()) {
            TrustKey key = keys.get(keyId);
            String signature = signatures.get(keyId);
            // One private key under two key ids is one signer.
            if (key != null && signature != null && verifies(key, message, signature) && counted.add(key.material())) {
                ids.add(keyId);
            }
        }
        return List.copyOf(ids);
    }

    /** The same metadata with those signatures of {@code other} that verify and are by keys of {@code role}. */
    public Signed<T> withSignaturesOf(Signed<?> other, RoleKeys role, Map<String, TrustKey> keys) {
        Map<String, String> more = new LinkedHashMap<>(signatures);
        byte[] message = CanonicalJson.encode(tree);
        role.keyIds().forEach(keyId -> {
            TrustKey key = keys.get(keyId);
            String signature = other.signatures.get(keyId);
            if (key != null && signature != null && verifies(key, message, signature)) {
                more.put(keyId, signature);
            }
        });
        return envelope(tree, metadata, more);
    }

    /** Whether what is signed is the same, whoever signed. */
    public boolean saysTheSameAs(Signed<?> other) {
        return Arrays.equals(CanonicalJson.encode(tree), CanonicalJson.encode(other.tree));
    }

    /**
     * Fails unless enough different keys signed (specification 5.3.4, 5.4.2, 5.5.3, 5.6.3).
     *
     * @param name of the role, for errors
     * @param keysOf who defines the keys, for errors
     */
    public void requireSignatures(String name, String keysOf, RoleKeys role, Map<String, TrustKey> keys) {
        int found = validSignatures(role, keys);
        if (found < role.threshold()) {
            throw new TrustException.Threshold(name, keysOf, role.threshold(), found);
        }
    }

    private static boolean verifies(TrustKey key, byte[] message, String signature) {
        try {
            return Verification.verifies(key, message, HexFormat.of().parseHex(signature));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
