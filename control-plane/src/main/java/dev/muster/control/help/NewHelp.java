package dev.muster.control.help;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.help.HelpKind;

/**
 * A session as asked for.
 *
 * @param minutes that it lasts at the most
 */
record NewHelp(HelpKind kind, String subject, String reason, int minutes, int columns, int rows) {
    private static final int MAX_SUBJECT = 1024;
    private static final int MAX_REASON = 500;
    private static final int MAX_CELLS = 1000;

    NewHelp {
        if (reason.isBlank() || reason.length() > MAX_REASON) {
            throw invalid("expected a `reason` of 1 to " + MAX_REASON + " characters, found " + reason.length());
        }
        boolean needsSubject = kind != HelpKind.TERMINAL;
        if (needsSubject == subject.isBlank() || subject.length() > MAX_SUBJECT) {
            throw invalid("expected "
                    + (needsSubject
                            ? "a `subject`: a path on the device, or `host:port` for a forward"
                            : "no `subject` for a terminal"));
        }
        if (columns < 1 || columns > MAX_CELLS || rows < 1 || rows > MAX_CELLS) {
            throw invalid("expected `columns` and `rows` from 1 to " + MAX_CELLS);
        }
    }

    /** What it is, in a few words. */
    String told() {
        return subject.isEmpty() ? kind.text() : kind.text() + " `" + subject + "`";
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
