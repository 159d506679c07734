package dev.muster.trust.keys;

/** Signers by the name of the key, such as {@code root} or {@code publisher-default}. */
public interface KeyRing {
    /**
     * The signer called {@code name}.
     *
     * @throws dev.muster.trust.TrustException.NotFound if this ring does not hold it
     */
    Signer signer(String name);
}
