package dev.muster.policy.bundle;

/**
 * A policy asks for more than a bundle holds: for one profile of devices something is too many. The message is for people:
 * {@code bundle: at most 64 ... expected, found 65}.
 */
public final class BundleTooLarge extends BundleException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final long most;
    private final long found;

    /**
     * Something is too many.
     *
     * @param what in the plural, as it stands in the message, such as {@code rules}
     * @param most how many a bundle holds
     * @param found how many there are
     */
    public BundleTooLarge(String what, long most, long found) {
        super("bundle: at most " + most + " " + what + " expected, found " + found);
        this.what = what;
        this.most = most;
        this.found = found;
    }

    public String what() {
        return what;
    }

    public long most() {
        return most;
    }

    public long found() {
        return found;
    }
}
