package dev.muster.control.ddi;

import java.util.Locale;

/** Where an action stands. */
enum ActionState {
    /** A person or service on the device has to confirm it first. */
    WAITING,
    /** Offered to the client. */
    RUNNING,
    /** The client is asked to stop. */
    CANCELING,
    /** Installed. */
    FINISHED,
    /** Loaded, which was all that was asked. */
    DOWNLOADED,
    /** The client could not. */
    FAILED,
    /** Stopped before it was installed. */
    CANCELED;

    /** Lower case, as stored and shown. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ActionState parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing moves it any more. */
    boolean isEnd() {
        return switch (this) {
            case WAITING, RUNNING, CANCELING -> false;
            case FINISHED, DOWNLOADED, FAILED, CANCELED -> true;
        };
    }
}
