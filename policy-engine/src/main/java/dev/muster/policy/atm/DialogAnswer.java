package dev.muster.policy.atm;

import java.util.Collections;
import java.util.List;

/**
 * What asking the user for some permissions would come to.
 *
 * @param overall for all together
 * @param answers one per permission, in the order asked
 */
public record DialogAnswer(State overall, List<One> answers) {
    public DialogAnswer {
        answers = List.copyOf(answers);
    }

    /** Nothing can be asked: every permission is invalid for one reason, and so is all together. */
    static DialogAnswer invalid(int count, Reason reason) {
        return new DialogAnswer(State.INVALID_OPER, Collections.nCopies(count, new One(State.INVALID_OPER, reason)));
    }

    /** One permission. */
    public record One(State state, Reason reason) {}

    /** What happens, with OpenHarmony's number. */
    public enum State {
        /** The user has to go to the settings. */
        SETTING_OPER(-1),
        /** Nothing to ask. */
        PASS_OPER(0),
        /** A dialog is shown. */
        DYNAMIC_OPER(1),
        /** It cannot be asked for. */
        INVALID_OPER(2),
        /** Asking is forbidden. */
        FORBIDDEN_OPER(3);

        private final int number;

        State(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    /** Why, with OpenHarmony's number. */
    public enum Reason {
        NONE(0),
        INVALID_PERMISSION(1),
        NOT_DECLARED(2),
        CONDITIONS_NOT_MET(3),
        DIALOG_FORBIDDEN(4),
        CANNOT_ASK(5),
        MANUAL_SETTING(6),
        SERVICE(12);

        private final int number;

        Reason(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }
}
