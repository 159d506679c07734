package dev.muster.agent.bundle;

/** A file that is no good for this device; nothing was changed. */
public final class BundleRefusedException extends Exception {
    private final String code;

    BundleRefusedException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** A stable, kebab-case word for why. */
    public String code() {
        return code;
    }
}
