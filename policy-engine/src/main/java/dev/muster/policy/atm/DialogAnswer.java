package dev.muster.policy.atm;

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

    /** Why, in OpenHarmony's order: 0 to 7. */
    public enum Reason {
        NONE,
        INVALID_PERMISSION,
        NOT_DECLARED,
        CONDITIONS_NOT_MET,
        DIALOG_FORBIDDEN,
        CANNOT_ASK,
        MANUAL_SETTING,
        SERVICE
    }
}
