package dev.muster.trust.keys;

/**
 * A private key, wherever it lives. Implementations are safe for use by several threads.
 */
public interface Signer {
    /** The key that verifies what {@link #sign} makes. */
    TrustKey publicKey();

    /**
     * The signature over exactly {@code message}.
     *
     * @throws dev.muster.trust.TrustException.Storage if the key cannot be used right now
     */
    byte[] sign(byte[] message);
}
