package dev.muster.control.commands;

import dev.muster.protocol.command.CommandAnswer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far a command is on one device. */
enum CommandState {
    WAITING,
    SENT,
    ACCEPTED,
    DONE,
    FAILED,
    REJECTED,
    EXPIRED,
    CANCELLED;

    /** Those a device may still leave by itself. */
    static final List<CommandState> OPEN = List.of(WAITING, SENT, ACCEPTED);

    /** Lower case, as stored and shown; also the name of the counter's column. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<CommandState> find(String text) {
        for (CommandState state : values()) {
            if (state.text().equals(text)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    static CommandState parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    static CommandState of(CommandAnswer.Outcome outcome) {
        return switch (outcome) {
            case DONE -> DONE;
            case FAILED -> FAILED;
            case REJECTED -> REJECTED;
            case EXPIRED -> EXPIRED;
        };
    }

    /** Whether a device's answer may take it out of this state. */
    boolean takesAnswer() {
        return switch (this) {
            // A device that never was sent it cannot have done it; what it says then is not about this command.
            case WAITING -> false;
            case SENT, ACCEPTED, EXPIRED -> true;
            case DONE, FAILED, REJECTED, CANCELLED -> false;
        };
    }
}
