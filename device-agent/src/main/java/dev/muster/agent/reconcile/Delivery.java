package dev.muster.agent.reconcile;

import java.util.Locale;

/** A document that somebody brings by hand. Called by the loop's thread: {@link #begin}, then {@link #end} in any case. */
public interface Delivery {
    /** How it ended. */
    enum Ending {
        /** What the document asks for is in force or has a final condition. */
        APPLIED,
        /** What is left waits for a window or for somebody on the device. */
        HELD,
        /** The device restarts to go on. */
        RESTARTING,
        /** Something could not be finished; the agent tries again when there is a link. */
        UNFINISHED,
        /** Not trusted or not whole: nothing was changed. */
        REFUSED;

        /** Lower case. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Verified and whole, and from now on where bytes come from; or why not. */
    DesiredSource.Refresh begin();

    /** It is over. */
    void end(Ending ending, String code, String message);
}
