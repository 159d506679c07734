package dev.muster.cli.output;

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * How far something large has come, on standard error: a bar that stays on its line where a person watches, a line per
 * tenth elsewhere, nothing for what is small. Thread-safe.
 */
public final class ProgressLine {
    private static final long SMALL_BYTES = 1 << 20;
    private static final int BAR = 24;
    private static final Duration REDRAW = Duration.ofMillis(200);
    /** What is over sooner needs no lines in a log. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final PrintWriter err;
    private final boolean terminal;
    private final InstantSource clock;
    private final String what;
    private Instant drawn = Instant.EPOCH;
    private Instant begun = Instant.EPOCH;
    private long first = -1;
    private long tenth;
    private boolean open;

    ProgressLine(PrintWriter err, boolean terminal, InstantSource clock, String what) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
        this.what = what.replaceAll("\\p{Cntrl}+", " ");
    }

    /**
     * For what {@code what} names.
     *
     * @param environment whose {@code TERM} says what the terminal can do; without it there is none
     */
    public static ProgressLine of(PrintWriter err, Map<String, String> environment, InstantSource clock, String what) {
        String kind = environment.getOrDefault("TERM", "dumb");
        return new ProgressLine(err, !kind.equals("dumb") && isTerminal(), clock, what);
    }

    // From JDK 22 on there is a console even without a terminal, and a method that says which it is. Before, a console
    // is a terminal.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    /** {@code done} of {@code total} bytes; goes back where something has to be sent again. */
    public synchronized void at(long done, long total) {
        if (total < SMALL_BYTES) {
            return;
        }
        Instant now = clock.instant();
        if (first < 0) {
            first = done;
            begun = now;
            tenth = done * 10 / total;
        }
        if (terminal) {
            if (done >= total || Duration.between(drawn, now).compareTo(REDRAW) >= 0) {
                drawn = now;
                open = true;
                err.print("\r" + bar(done, total, now) + "\u001b[K");
                err.flush();
            }
        } else if (done * 10 / total > tenth && Duration.between(begun, now).compareTo(SOON) >= 0) {
            tenth = done * 10 / total;
            err.println(what + ": " + done * 100 / total + "% of " + Show.bytes(total));
            err.flush();
        }
    }

    private String bar(long done, long total, Instant now) {
        int full = (int) (done * BAR / total);
        long millis = Math.max(1, Duration.between(begun, now).toMillis());
        return what + " [" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + done * 100 / total + "%  "
                + Show.bytes(done) + " of " + Show.bytes(total) + "  "
                + Show.bytes(Math.max(0, done - first) * 1000 / millis) + "/s";
    }

    /** Leaves the line. */
    public synchronized void end() {
        if (open) {
            err.println();
            err.flush();
            open = false;
        }
    }
}
