package dev.muster.policy.model;

import java.util.Locale;

/** Sorts of facts a condition may ask for. Compiled bundles carry {@link #number()}; numbers are never reused. */
public enum FactKind {
    /** The device is inside a {@link Zone}. Not known: outside. */
    ZONE(0),
    /** Now is inside a {@link Shift}. */
    SHIFT(1),
    /** Whoever works with the device now belongs to a group; told by the platform. */
    GROUP(2),
    /** A state of the device, such as {@code charging} or {@code moving}; told by the platform. */
    STATE(3),
    /** The network the device is on, such as {@code site-wifi}; told by the platform, at most one holds. */
    NETWORK(4);

    private final int number;

    FactKind(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Lower case, as in messages. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
