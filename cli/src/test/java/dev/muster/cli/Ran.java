package dev.muster.cli;

import dev.muster.cli.session.Shell;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One verb run inside the test. */
record Ran(int exit, String out, String err) {
    static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");

    static Ran verb(Map<String, String> environment, String stdin, String... words) {
        return watched(1, environment, stdin, words);
    }

    /** On the machine's own clock. */
    static Ran now(Map<String, String> environment, String... words) {
        return run(1, InstantSource.system(), environment, "", words);
    }

    /** With {@code looks} looks, where the verb is watched. */
    static Ran watched(int looks, Map<String, String> environment, String stdin, String... words) {
        return run(looks, InstantSource.fixed(NOW), environment, stdin, words);
    }

    private static Ran run(
            int looks, InstantSource clock, Map<String, String> environment, String stdin, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Shell shell = new Shell(
                environment,
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out),
                new PrintWriter(err),
                clock);
        AtomicInteger left = new AtomicInteger(looks);
        int exit = Main.run(shell, pause -> left.decrementAndGet() > 0, words);
        return new Ran(exit, out.toString(), err.toString());
    }
}
