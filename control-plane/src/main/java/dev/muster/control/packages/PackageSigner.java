package dev.muster.control.packages;

/** Who signed a package, as far as we can tell. */
public sealed interface PackageSigner {
    /** Not known: no signing block was read, or its root is not registered. Policy decides what that means. */
    record Unknown() implements PackageSigner {}

    /** Signed under a registered vendor root; {@code name} is the subject of the signing certificate. */
    record Known(String name) implements PackageSigner {}

    /** For people and for the {@code signer} member of an artifact. */
    default String text() {
        return switch (this) {
            case Unknown s -> "unknown signer";
            case Known known -> known.name();
        };
    }
}
