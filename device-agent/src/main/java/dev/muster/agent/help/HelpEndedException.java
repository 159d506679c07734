package dev.muster.agent.help;

import java.io.IOException;

/** The session is over; the message says why, for people. */
final class HelpEndedException extends IOException {
    HelpEndedException(String why) {
        super(why);
    }
}
