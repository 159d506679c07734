package dev.muster.standalone.up;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Lines for the person at the terminal, whole even when several threads speak. Thread-safe. */
final class Progress {
    private final PrintStream out;

    Progress(PrintStream out) {
        this.out = out;
    }

    synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    void ready(String what, Duration took) {
        line(String.format(Locale.ROOT, "  %-14s ready %6.1f s", what, took.toMillis() / 1000.0));
    }

    void stopped(String what) {
        line(String.format(Locale.ROOT, "  %-14s stopped", what));
    }
}
