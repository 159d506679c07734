package dev.muster.policy.bundle;

/** A bundle that is not used: truncated, altered, foreign, older or of an unknown format. The text says which and how. */
public sealed class BundleException extends RuntimeException permits BundleTooLarge, RuleTooComplex {
    public BundleException(String message) {
        super(message);
    }

    public BundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
