package dev.muster.control.packages;

import java.security.cert.X509Certificate;
import java.util.Optional;

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
     */
    record UnknownSigner(String signer, String certificateSha256, String root) implements Signature {}

    /** Signed under a registered root. */
    record Verified(String signer, String certificateSha256, String root) implements Signature {}

    /** Who signed a message, and whether its root is known. */
    static Signature of(SignedMessage message, Optional<X509Certificate> root) {
        String signer = KnownRoots.name(message.signer());
        String sha256 = SignatureReader.sha256(message.signer());
        return root.<Signature>map(known -> new Verified(signer, sha256, KnownRoots.name(known)))
                .orElseGet(() -> new UnknownSigner(
                        signer, sha256, KnownRoots.name(message.chain().getLast())));
    }

    /** Signed by the key of a registered certificate itself. */
    static Signature byRootItself(X509Certificate root) {
        return new Verified(KnownRoots.name(root), SignatureReader.sha256(root), KnownRoots.name(root));
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
