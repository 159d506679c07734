package dev.muster.control.packages;

import java.security.cert.X509Certificate;

/** Who signed a package, as far as it can be said. A signature that does not hold is no case of it: it is refused. */
public sealed interface Signature {
    /** No signature at all. A release build of the system refuses such an app; a simulated one takes it. */
    record Unsigned() implements Signature {}

    /**
     * Signed, and unbroken, by somebody whose root nobody registered. Policy decides what that means.
     *
     * @param signer subject of the signing certificate
     * @param certificateSha256 lower-case hex, of the signing certificate
     * @param root subject of the last certificate of the chain
     * @param chains to judge it by when other roots are known
     */
    record UnknownSigner(String signer, String certificateSha256, String root, Chains chains) implements Signature {}

    /** Signed under a registered root. */
    record Verified(String signer, String certificateSha256, String root, Chains chains) implements Signature {}

    /** Who signed, by the certificates that came along, and whether {@code roots} knows whoever stands behind all of them. */
    static Signature of(SignedMessage message, Chains chains, KnownRoots roots) {
        return judged(
                KnownRoots.name(message.signer()),
                SignatureReader.sha256(message.signer()),
                KnownRoots.name(message.chain().getLast()),
                chains,
                roots);
    }

    private static Signature judged(String signer, String sha256, String last, Chains chains, KnownRoots roots) {
        return chains.root(roots)
                .<Signature>map(known -> new Verified(signer, sha256, KnownRoots.name(known), chains))
                .orElseGet(() -> new UnknownSigner(signer, sha256, last, chains));
    }

    /** The same signature where other roots are known; as it was where no certificates came along. */
    default Signature judgedBy(KnownRoots roots) {
        return switch (this) {
            case Unsigned s -> s;
            case UnknownSigner s ->
                s.chains().equals(Chains.NONE)
                        ? s
                        : judged(s.signer(), s.certificateSha256(), s.root(), s.chains(), roots);
            case Verified s ->
                s.chains().equals(Chains.NONE)
                        ? s
                        : judged(s.signer(), s.certificateSha256(), s.chains().last(), s.chains(), roots);
        };
    }

    /** Signed by the key of a registered certificate itself. */
    static Signature byRootItself(X509Certificate root) {
        return new Verified(KnownRoots.name(root), SignatureReader.sha256(root), KnownRoots.name(root), Chains.NONE);
    }

    /** Stable word. */
    default String verdict() {
        return switch (this) {
            case Unsigned s -> "unsigned";
            case UnknownSigner s -> "unknown-signer";
            case Verified s -> "verified";
        };
    }

    /** For people and for the {@code signer} member of an artifact. */
    default String text() {
        return switch (this) {
            case Unsigned s -> "unsigned";
            case UnknownSigner s -> "unknown signer";
            case Verified s -> s.signer();
        };
    }
}
