package dev.muster.system.fault;

/** An invariant does not hold; the message says what was found. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    Violation(String found) {
        super(found);
    }
}
