package dev.muster.trust.keys;

import dev.muster.trust.TrustException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A person's or a publisher's key from a PEM file: Ed25519, ECDSA over P-256, or RSA (PSS) of 2048 bits and more, in
 * PKCS#8 as OpenSSL writes it. Immutable; each signature uses an instance of its own.
 */
public final class PemSigner implements Signer {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    // RFC 5915: [1] BIT STRING with an uncompressed point of P-256, the last member of a key as OpenSSL writes it.
    private static final byte[] EC_POINT_HEADER = HexFormat.of().parseHex("a144034200");
    private static final int EC_POINT_LENGTH = 65;
    // SubjectPublicKeyInfo of a P-256 key up to the point (RFC 5480).
    private static final byte[] EC_PUBLIC_HEADER =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

    private final Kind kind;
    private final PrivateKey privateKey;
    private final PublicKey jdkPublicKey;
    private final TrustKey publicKey;

    /** What a key can be, by the names that people type. */
    public enum Kind {
        ED25519("Ed25519", "Ed25519", "ed25519", "ed25519"),
        ECDSA("EC", "SHA256withECDSA", "ecdsa", "ecdsa-sha2-nistp256"),
        RSA("RSA", "RSASSA-PSS", "rsa", "rsassa-pss-sha256");

        private final String keyAlgorithm;
        private final String signature;
        private final String keyType;
        private final String scheme;

        Kind(String keyAlgorithm, String signature, String keyType, String scheme) {
            this.keyAlgorithm = keyAlgorithm;
            this.signature = signature;
            this.keyType = keyType;
            this.scheme = scheme;
        }
    }

    private PemSigner(Kind kind, PrivateKey privateKey, PublicKey jdkPublicKey) {
        this.kind = kind;
        this.privateKey = privateKey;
        this.jdkPublicKey = jdkPublicKey;
        this.publicKey = TrustKey.of(kind.keyType, kind.scheme, text(kind, jdkPublicKey));
    }

    /** A new key from the JDK's secure random source; RSA with 3072 bits. */
    public static PemSigner generate(Kind kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.keyAlgorithm);
            switch (kind) {
                case ED25519 -> {}
                case ECDSA -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case RSA -> generator.initialize(3072);
            }
            KeyPair pair = generator.generateKeyPair();
            return new PemSigner(kind, pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + kind.keyAlgorithm, e);
        }
    }

    /**
     * Reads a key file.
     *
     * @throws TrustException.Malformed if it is no such key, or others than its owner may read it
     */
    public static PemSigner load(Path file) {
        try {
            KeyFiles.requireOwnerOnly(file);
            return parse("key file `" + file + "`", Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new TrustException.Storage("key file `" + file + "`", e);
        }
    }

    /**
     * Reads a key from {@code pem}.
     *
     * @param what names the text in errors
     */
    public static PemSigner parse(String what, String pem) {
        byte[] encoded = block(pem, "PRIVATE KEY").orElseThrow(() -> new TrustException.Malformed(what, advice(pem)));
        for (Kind kind : Kind.values()) {
            try {
                PrivateKey key =
                        KeyFactory.getInstance(kind.keyAlgorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                PemSigner signer = new PemSigner(kind, key, publicKey(what, kind, key, pem));
                signer.requireItsHalvesBelongTogether(what);
                return signer;
            } catch (GeneralSecurityException anotherKind) {
                // The next one may know it.
            }
        }
        throw new TrustException.Malformed(
                what, "expected an Ed25519, a P-256 or an RSA private key, found another kind of key");
    }

    private static String advice(String pem) {
        if (pem.contains("BEGIN ENCRYPTED PRIVATE KEY")) {
            return "expected a key without a pass phrase, found an encrypted one; `openssl pkcs8` takes it off";
        }
        if (pem.contains("BEGIN EC PRIVATE KEY") || pem.contains("BEGIN RSA PRIVATE KEY")) {
            return "expected PKCS#8, found an older form; `openssl pkcs8 -topk8 -nocrypt` converts it";
        }
        return "expected `-----BEGIN PRIVATE KEY-----`";
    }

    private static PublicKey publicKey(String what, Kind kind, PrivateKey key, String pem)
            throws GeneralSecurityException {
        return switch (kind) {
            case ED25519 -> ed25519(key);
            case ECDSA -> ecdsa(what, key, pem);
            case RSA -> {
                RSAPrivateCrtKey rsa = (RSAPrivateCrtKey) key;
                yield KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
            }
        };
    }

    // RFC 8032, 5.1.5: the public key follows from the 32 secret bytes, which is what the JDK's generator starts from.
    private static PublicKey ed25519(PrivateKey key) throws GeneralSecurityException {
        byte[] secret = ((EdECPrivateKey) key).getBytes().orElseThrow();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(255, new Known(secret));
        return generator.generateKeyPair().getPublic();
    }

    private static PublicKey ecdsa(String what, PrivateKey key, String pem) throws GeneralSecurityException {
        Optional<byte[]> own = block(pem, "PUBLIC KEY");
        byte[] encoded = own.isPresent()
                ? own.get()
                : embeddedPoint(block(pem, "PRIVATE KEY").orElseThrow())
                        .orElseThrow(() -> new TrustException.Malformed(
                                what, "expected the public half too, in the key or as `-----BEGIN PUBLIC KEY-----`"));
        return KeyFactory.getInstance(key.getAlgorithm()).generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static Optional<byte[]> embeddedPoint(byte[] pkcs8) {
        int point = pkcs8.length - EC_POINT_LENGTH;
        int header = point - EC_POINT_HEADER.length;
        if (header < 0 || !Arrays.equals(Arrays.copyOfRange(pkcs8, header, point), EC_POINT_HEADER)) {
            return Optional.empty();
        }
        byte[] encoded = Arrays.copyOf(EC_PUBLIC_HEADER, EC_PUBLIC_HEADER.length + EC_POINT_LENGTH);
        System.arraycopy(pkcs8, point, encoded, EC_PUBLIC_HEADER.length, EC_POINT_LENGTH);
        return Optional.of(encoded);
    }

    private void requireItsHalvesBelongTogether(String what) {
        byte[] probe = "muster key check".getBytes(StandardCharsets.US_ASCII);
        if (!Verification.verifies(publicKey, probe, sign(probe))) {
            throw new TrustException.Malformed(
                    what, "its two halves do not belong together, or it is too weak or of another curve");
        }
    }

    @Override
    public TrustKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(kind.signature);
            if (kind == Kind.RSA) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new TrustException.Storage("the key " + publicKey.keyId(), e);
        }
    }

    /** Both halves as PEM, for an owner-only file; {@link #load} reads it. */
    public String pem() {
        return armour("PRIVATE KEY", privateKey.getEncoded()) + armour("PUBLIC KEY", jdkPublicKey.getEncoded());
    }

    /** Writes {@link #pem()} so that only the owner may read it; an existing file is never replaced. */
    public void save(Path file) {
        if (Files.exists(file)) {
            throw new TrustException.Malformed("key file `" + file + "`", "expected a new file, found one");
        }
        try {
            KeyFiles.writeOwnerOnly(file, pem().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new TrustException.Storage("key file `" + file + "`", e);
        }
    }

    // TUF carries Ed25519 as 32 raw bytes in hexadecimal, the others as PEM (specification 4.2).
    private static String text(Kind kind, PublicKey key) {
        return kind == Kind.ED25519
                ? HexFormat.of().formatHex(Ed25519Signer.rawPublicKey(key.getEncoded()))
                : armour("PUBLIC KEY", key.getEncoded());
    }

    private static String armour(String name, byte[] encoded) {
        return "-----BEGIN " + name + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded) + "\n-----END " + name
                + "-----\n";
    }

    private static Optional<byte[]> block(String pem, String name) {
        Matcher blocks = BLOCK.matcher(pem);
        while (blocks.find()) {
            if (blocks.group(1).equals(name)) {
                return Optional.of(Base64.getMimeDecoder().decode(blocks.group(2)));
            }
        }
        return Optional.empty();
    }

    /** Bytes that are already known in the place of random ones. */
    private static final class Known extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final byte[] bytes;

        Known(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public void nextBytes(byte[] into) {
            System.arraycopy(bytes, 0, into, 0, into.length);
        }
    }
}
