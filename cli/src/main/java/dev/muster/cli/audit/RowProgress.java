package dev.muster.cli.audit;

import java.io.PrintWriter;

/** Says on standard error every so many rows how far it is; nothing for what is over at once. For one thread. */
final class RowProgress {
    private static final long EVERY = 50_000;

    private final PrintWriter err;
    private final String what;
    private long next = EVERY;

    RowProgress(PrintWriter err, String what) {
        this.err = err;
        this.what = what;
    }

    /** {@code of} is 0 where nobody knows. */
    void at(long rows, long of) {
        if (rows < next) {
            return;
        }
        next = rows - rows % EVERY + EVERY;
        err.println(what + ": " + rows + (of > 0 ? " of " + of : "") + " rows");
        err.flush();
    }
}
