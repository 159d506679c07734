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
}
