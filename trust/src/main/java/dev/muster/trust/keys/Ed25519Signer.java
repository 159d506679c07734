package dev.muster.trust.keys;

import dev.muster.trust.TrustException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;

/** An Ed25519 key in memory (RFC 8032). Immutable; each signature uses an instance of its own. */
public final class Ed25519Signer implements Signer {
    private final PrivateKey privateKey;
    private final TrustKey publicKey;

    Ed25519Signer(PrivateKey privateKey, byte[] rawPublicKey) {
        this.privateKey = privateKey;
        this.publicKey =
                TrustKey.of(TrustKey.ED25519, TrustKey.ED25519, HexFormat.of().formatHex(rawPublicKey));
    }

    /** A new key pair from the JDK's secure random source. */
    public static Ed25519Signer generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new Ed25519Signer(
                    pair.getPrivate(), rawPublicKey(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no Ed25519", e);
        }
    }

    @Override
    public TrustKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new TrustException.Storage("the Ed25519 key " + publicKey.keyId(), e);
        }
    }

    /** The JDK's key: for who keeps it in a file, or signs with it by a quicker way. */
    public PrivateKey privateKey() {
        return privateKey;
    }

    // SubjectPublicKeyInfo of Ed25519 is a fixed 12-byte header and the 32 raw bytes (RFC 8410, section 4).
    static byte[] rawPublicKey(byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }
}
