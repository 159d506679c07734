package dev.muster.policy.model;

import java.util.Comparator;

/**
 * Names an installed app instance on a device (ATM: the identity key of a token).
 *
 * @param bundle bundle name, 1 to 256 characters
 * @param user user id, 0 or greater
 * @param instance 0 for the main instance, greater for clones
 */
public record AppKey(String bundle, int user, int instance) implements Comparable<AppKey> {
    private static final Comparator<AppKey> ORDER =
            Comparator.comparing(AppKey::bundle).thenComparingInt(AppKey::user).thenComparingInt(AppKey::instance);

    /** The first user of a device that people use (OpenHarmony: 100). */
    public static final int FIRST_USER = 100;

    public AppKey {
        if (bundle.isEmpty() || bundle.length() > 256) {
            throw new IllegalArgumentException("bundle name of 1 to 256 characters expected, found " + bundle.length());
        }
        if (user < 0 || instance < 0) {
            throw new IllegalArgumentException("app `" + bundle
                    + "`: user and instance of 0 or more expected, found user " + user + " instance " + instance);
        }
    }

    /** The main instance of an app for the first user. */
    public static AppKey of(String bundle) {
        return new AppKey(bundle, FIRST_USER, 0);
    }

    @Override
    public int compareTo(AppKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return bundle + "@" + user + (instance == 0 ? "" : "#" + instance);
    }
}
