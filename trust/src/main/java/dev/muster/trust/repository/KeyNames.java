package dev.muster.trust.repository;

/** What keys are called in a {@link dev.muster.trust.keys.KeyRing} and in the starter directory. */
public final class KeyNames {
    public static final String ROOT = "root";
    public static final String TARGETS = "targets";
    public static final String SNAPSHOT = "snapshot";
    public static final String TIMESTAMP = "timestamp";
    public static final String DIRECTOR_ROOT = "director-root";
    public static final String DIRECTOR_TARGETS = "director-targets";
    public static final String DIRECTOR_SNAPSHOT = "director-snapshot";
    public static final String DIRECTOR_TIMESTAMP = "director-timestamp";
    public static final String POLICY = "policy";
    public static final String SETTINGS = "settings";
    public static final String DELTA = "delta";

    private KeyNames() {}

    /** The key, and the delegated role, of a publisher of images and apps. */
    public static String publisher(String name) {
        return "publisher-" + name;
    }
}
