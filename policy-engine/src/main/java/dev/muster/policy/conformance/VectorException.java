package dev.muster.policy.conformance;

/** A file, or one case of it, is not of the vector schema; the message names the place, what was expected and found. */
public final class VectorException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    VectorException(String message) {
        super(message);
    }

    static VectorException at(String path, String expected, String found) {
        return new VectorException("`" + path + "`: " + expected + " expected, found " + found);
    }
}
