package dev.muster.control.compliance;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where a device stands; exactly one of them. In order: the first that is true is the one. */
public enum ComplianceState {
    /** Not heard of for too long, or its policy's lease has ended: nothing is known about now. */
    STALE,
    /** The operating system holds a permission otherwise than decided, where it could be enforced. */
    DRIFTED,
    /** Another bundle is meant for it than the one it says is in force, or none was handed to it yet. */
    PENDING,
    /** What is meant is in force, and denies something that nothing on the device stops the OS from granting. */
    NOT_ENFORCEABLE,
    /** What is meant is in force, and binds. */
    COMPLIANT;

    /** Lower case with hyphens, as stored and on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Inverse of {@link #text()}; also takes {@code notEnforceable}. */
    public static Optional<ComplianceState> parse(String text) {
        return Arrays.stream(values())
                .filter(state -> state.text().equals(text) || state.member().equals(text))
                .findFirst();
    }

    /** The name of its count, such as {@code notEnforceable}. */
    String member() {
        return this == NOT_ENFORCEABLE ? "notEnforceable" : text();
    }
}
