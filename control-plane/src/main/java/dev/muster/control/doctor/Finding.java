package dev.muster.control.doctor;

/**
 * What was found of one thing.
 *
 * @param id stable, such as {@code disk/artifacts}
 * @param found what is the case, for people; never a secret, a path or a person's name
 * @param expected what would be well
 * @param advice what to do about it; empty where all is well
 */
public record Finding(String id, State state, String found, String expected, String advice) {
    /** How well it is, the best first. */
    public enum State {
        OK,
        /** It could not be looked at. */
        UNKNOWN,
        /** It works, and will not for ever. */
        WARNING,
        /** It does not work, or is about to stop. */
        FAILING
    }

    static Finding ok(String id, String found, String expected) {
        return new Finding(id, State.OK, found, expected, "");
    }

    static Finding unknown(String id, String found, String expected, String advice) {
        return new Finding(id, State.UNKNOWN, found, expected, advice);
    }
}
