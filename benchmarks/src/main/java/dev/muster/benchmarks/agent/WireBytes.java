package dev.muster.benchmarks.agent;

import dev.muster.benchmarks.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * What an idle hour takes on the wire: bytes of the session over a shorter window, scaled to an hour, and those of one look at the
 * document that finds nothing new, which an agent takes six times an hour; the first look after a start, which also sends the manifest,
 * apart. What TCP carries, TLS included; without the headers of TCP and IP.
 */
record WireBytes(int seconds, PrintStream out) {
    private static final double KILOBYTE = 1e3;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int LOOKS_PER_HOUR = 6;
    private static final int SETTLE_SECONDS = 20;
    private static final OptionalDouble BAR = OptionalDouble.of(20);

    /** Kilobytes of one hour's session, of the look at a start, and of a later one. */
    private record Taken(double session, double first, double look) {}

    /** Of the agent, with telemetry and without. */
    void measure(MusterAgent agent, Duties duties, Report report) throws IOException, InterruptedException {
        String window = " (" + seconds + " s, scaled)";
        Taken with = take(agent, duties);
        duties.silence(agent);
        Taken without = take(agent, duties);
        report.row(
                "wire, session with telemetry every 10 s, an hour" + window,
                "kB",
                List.of(with.session()),
                OptionalDouble.empty());
        report.row(
                "wire, session without telemetry, an hour" + window,
                "kB",
                List.of(without.session()),
                OptionalDouble.empty());
        report.row("wire, the look at a start", "kB", List.of(without.first()), OptionalDouble.empty());
        report.row("wire, a later look that finds nothing", "kB", List.of(without.look()), OptionalDouble.empty());
        report.row(
                "wire, an idle hour beside telemetry: session and six looks" + window,
                "kB",
                List.of(without.session() + LOOKS_PER_HOUR * without.look()),
                BAR);
    }

    private Taken take(MusterAgent agent, Duties duties) throws IOException, InterruptedException {
        out.println("counting bytes of " + agent.name() + " for " + seconds + " s ...");
        try (Wire wire = Wire.of(agent.state())) {
            Process process = agent.start();
            try {
                // The agent takes one look when it connects.
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                long first = wire.documentBytes();
                // The connection of the first look is closed by now, as it is ten minutes later.
                duties.look();
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                double look = (wire.documentBytes() - first) / KILOBYTE;
                long before = wire.sessionBytes();
                TimeUnit.SECONDS.sleep(seconds);
                double session = (wire.sessionBytes() - before) / KILOBYTE * SECONDS_PER_HOUR / seconds;
                return new Taken(session, first / KILOBYTE, look);
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }
}
