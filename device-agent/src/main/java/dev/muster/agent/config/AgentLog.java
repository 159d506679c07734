package dev.muster.agent.config;

import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** One line of text per happening; a small board has no room for a logging framework. Thread-safe. */
@FunctionalInterface
public interface AgentLog {
    void line(String text);

    /** Lines with time and {@code name}, to {@code out}. */
    static AgentLog to(PrintStream out, InstantSource clock, String name) {
        return text -> out.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " [" + name + "] " + text);
    }

    /** Lines for systemd's journal, which knows time and name: with the priority "informational" of sd-daemon(3) only. */
    static AgentLog toJournal(PrintStream out) {
        return text -> out.println("<6>" + text.replace("\n", "\n<6>"));
    }
}
