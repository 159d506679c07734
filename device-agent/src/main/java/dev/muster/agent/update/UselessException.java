package dev.muster.agent.update;

/** A delta or chunks that cannot be used; nothing is wrong with the target. */
final class UselessException extends Exception {
    UselessException(String message) {
        super(message);
    }
}
