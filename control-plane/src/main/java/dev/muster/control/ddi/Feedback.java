package dev.muster.control.ddi;

import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client says of an action, and what becomes of the action by it. Pure.
 *
 * @param code of the client's own
 */
record Feedback(Execution execution, Result result, Optional<Integer> code, List<String> details) {
    /** Most messages in one of them, and longest, in characters. */
    static final int MOST_DETAILS = 50;

    static final int LONGEST_DETAIL = 512;

    Feedback {
        details = List.copyOf(details);
    }

    /** The client's word for what it does. */
    enum Execution {
        CLOSED,
        PROCEEDING,
        SCHEDULED,
        RESUMED,
        DOWNLOAD,
        DOWNLOADED,
        REJECTED,
        CANCELED
    }

    /** The client's word for how it went. */
    enum Result {
        SUCCESS,
        FAILURE,
        NONE
    }

    /**
     * What becomes of an action.
     *
     * @param status hawkBit's word for the entry in the action's history
     * @param offerAgain whether the client has to look at the offer anew
     */
    record Step(ActionState next, String status, boolean offerAgain) {
        private static Step to(ActionState next, String status) {
            return new Step(next, status, false);
        }
    }

    /** Reads the body; unknown members are none of ours. */
    static Feedback from(JsonObject body) {
        JsonObject status = body.object("status");
        List<String> details = status.has("details") ? status.strings("details") : List.of();
        if (details.size() > MOST_DETAILS) {
            throw DdiException.quota("expected at most " + MOST_DETAILS + " `details`, found " + details.size());
        }
        List<String> messages = new ArrayList<>();
        details.forEach(detail -> messages.add(shown(detail)));
        Optional<Integer> code = status.optionalNumber("code").map(Math::toIntExact);
        code.ifPresent(number -> messages.add("Device reported status code: " + number));
        return new Feedback(
                status.convert("execution", text -> word(Execution.class, text)),
                status.object("result").convert("finished", text -> word(Result.class, text)),
                code,
                messages);
    }

    /** What people may read and a row can hold. */
    static String shown(String text) {
        String clean = text.codePoints()
                .filter(c -> c != 0 && !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))
                .limit(LONGEST_DETAIL)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return clean;
    }

    /** The client's enumerations are words in lower case. */
    static <E extends Enum<E>> E word(Class<E> words, String text) {
        for (E word : words.getEnumConstants()) {
            if (word.name().toLowerCase(java.util.Locale.ROOT).equals(text)) {
                return word;
            }
        }
        throw new IllegalArgumentException("expected one of the words of DDI, found `" + text + "`");
    }

    /**
     * About a deployment.
     *
     * @param delivered whether all bytes of the action went out to this device
     */
    Step ofDeployment(ActionState state, InstallRule.Mode mode, boolean delivered) {
        return switch (execution) {
            case CLOSED -> closed(mode, delivered);
            case PROCEEDING, SCHEDULED, RESUMED -> Step.to(state, "RUNNING");
            case DOWNLOAD -> Step.to(state, "DOWNLOAD");
            case DOWNLOADED ->
                Step.to(mode == InstallRule.Mode.DOWNLOAD_ONLY ? ActionState.DOWNLOADED : state, "DOWNLOADED");
            case REJECTED -> Step.to(state, "WARNING");
            case CANCELED ->
                state == ActionState.CANCELING ? Step.to(ActionState.CANCELED, "CANCELED") : Step.to(state, "WARNING");
        };
    }

    private Step closed(InstallRule.Mode mode, boolean delivered) {
        if (result == Result.FAILURE) {
            return Step.to(ActionState.FAILED, "ERROR");
        }
        if (mode != InstallRule.Mode.DOWNLOAD_ONLY) {
            return Step.to(ActionState.FINISHED, "FINISHED");
        }
        // A client that takes `skip` for done says success without having loaded a byte.
        return delivered ? Step.to(ActionState.DOWNLOADED, "DOWNLOADED") : Step.to(ActionState.FAILED, "ERROR");
    }

    /** About a request to stop; the action is canceling. */
    Step ofCancel() {
        return switch (execution) {
            case CLOSED ->
                result == Result.FAILURE
                        ? Step.to(ActionState.FAILED, "ERROR")
                        : Step.to(ActionState.CANCELED, "CANCELED");
            case REJECTED -> new Step(ActionState.RUNNING, "CANCEL_REJECTED", true);
            case CANCELED -> Step.to(ActionState.CANCELING, "WARNING");
            case PROCEEDING, SCHEDULED, RESUMED, DOWNLOAD, DOWNLOADED -> Step.to(ActionState.CANCELING, "RUNNING");
        };
    }
}
