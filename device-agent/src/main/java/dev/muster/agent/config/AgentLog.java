package dev.muster.agent.config;

import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** One line of text per happening; a small board has no room for a logging framework. Thread-safe. */
@FunctionalInterface
public interface AgentLog {
    void line(String text);

    /** The system's log that these lines end in, which bounds what it keeps; empty where they end in none. */
    default Optional<LogTarget> endsIn() {
        return Optional.empty();
    }

    /** Lines with time and {@code name}, to {@code out}. */
    static AgentLog to(PrintStream out, InstantSource clock, String name) {
        return text -> out.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " [" + name + "] " + text);
    }

    /** Lines for systemd's journal, which knows time and name: with the priority "informational" of sd-daemon(3) only. */
    static AgentLog toJournal(PrintStream out) {
        return into(LogTarget.JOURNALD, text -> out.println("<6>" + text.replace("\n", "\n<6>")));
    }

    /** Lines for a program that hands them to hilog, which knows time and tag. */
    static AgentLog toHilog(PrintStream out) {
        return into(LogTarget.HILOG, out::println);
    }

    private static AgentLog into(LogTarget target, AgentLog lines) {
        return new AgentLog() {
            @Override
            public void line(String text) {
                lines.line(text);
            }

            @Override
            public Optional<LogTarget> endsIn() {
                return Optional.of(target);
            }
        };
    }
}
