package dev.muster.control.artifacts;

/** An upload that did not end in time. */
final class ArtifactTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ArtifactTooLargeException(long maxBytes) {
        super("expected at most " + maxBytes + " bytes, found more");
    }
}
