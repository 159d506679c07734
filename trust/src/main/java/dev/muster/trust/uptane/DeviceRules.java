package dev.muster.trust.uptane;

import java.util.Map;

/**
 * What only the caller knows: how to read its own part of {@code custom}, who it is and what it holds. Bad input may
 * be answered with any {@link RuntimeException}; it refuses the document.
 */
public interface DeviceRules {
    /** Whether the director document with this {@code custom} was made for this very device. */
    boolean namesThisDevice(Map<String, ?> documentCustom);

    /** Reads a target's {@code custom}; both repositories' are read. */
    TargetIdentity identity(Map<String, ?> targetCustom);

    /**
     * Whether the caller knows what a target with this {@code custom} is for. One that it does not know, because a later
     * version added the kind, is left out of the verified state: never applied, and no reason to refuse the rest.
     */
    default boolean knows(Map<String, ?> targetCustom) {
        return true;
    }

    /** Whether a target for this hardware id fits this device. */
    boolean fits(String hardware);

    /** Highest release counter that this device ever committed for a target name; 0 if none. */
    long committedReleaseCounter(String name);
}
