package dev.muster.trust.uptane;

/**
 * What a target may be, where it lies in the image repository, and who may vouch for it. The directory decides: the
 * delegations give {@code images/<publisher>/*} and {@code apps/<publisher>/*} to publishers and the rest to online keys.
 */
public enum TargetKind {
    IMAGE("images", true),
    APP("apps", true),
    POLICY("policy", false),
    SETTINGS("settings", false),
    DELTA("delta", false);

    private final String directory;
    private final boolean executable;

    TargetKind(String directory, boolean executable) {
        this.directory = directory;
        this.executable = executable;
    }

    /** First segment of the path of such a target. */
    public String directory() {
        return directory;
    }

    /** Whether the bytes run as code. Such bytes are never accepted on the word of an online key. */
    public boolean executable() {
        return executable;
    }

    /** Segments that a path of this kind has: {@code images/<publisher>/<file>}, {@code policy/<file>}. */
    int segments() {
        return executable ? 3 : 2;
    }
}
