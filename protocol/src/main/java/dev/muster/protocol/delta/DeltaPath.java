package dev.muster.protocol.delta;

/** Where deltas lie in the image repository: found by what a device runs and what it is to run, without a list. */
public final class DeltaPath {
    private static final String DIRECTORY = "delta/";
    private static final int BASE_DIGITS = 32;

    private DeltaPath() {}

    /** The manifest of an image's segments. */
    public static String segments(String outputSha256) {
        return DIRECTORY + outputSha256 + ".segments";
    }

    /** What brings a device from one image to another. The head of the delta names its base in full. */
    public static String delta(String outputSha256, String baseSha256) {
        return DIRECTORY + outputSha256 + "." + baseSha256.substring(0, BASE_DIGITS) + ".delta";
    }

    /** The index of an image's chunks. */
    public static String chunks(String outputSha256) {
        return DIRECTORY + outputSha256 + ".chunks";
    }

    /** The chunks themselves, one after the other. */
    public static String store(String outputSha256) {
        return DIRECTORY + outputSha256 + ".store";
    }
}
