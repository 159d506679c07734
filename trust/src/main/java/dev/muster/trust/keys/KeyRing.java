package dev.muster.trust.keys;

import java.util.Collection;

/** Signers by the name of the key, such as {@code root} or {@code publisher-default}. */
public interface KeyRing {
    /**
     * The signer called {@code name}.
     *
     * @throws dev.muster.trust.TrustException.NotFound if this ring does not hold it
     */
    Signer signer(String name);

    /**
     * The signer called {@code name} whose key is one of {@code keyIds}: while a key is being changed, a ring holds the old one and
     * the new one. Another one of that name where it holds none of them.
     *
     * @throws dev.muster.trust.TrustException.NotFound if this ring holds none of that name
     */
    default Signer signer(String name, Collection<String> keyIds) {
        return signer(name);
    }
}
