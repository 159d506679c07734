package dev.muster.cli;

import dev.muster.cli.session.Shell;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** One verb run inside the test. */
record Ran(int exit, String out, String err) {
    static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");

    static Ran verb(Map<String, String> environment, String stdin, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Shell shell = new Shell(
                environment,
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out),
                new PrintWriter(err),
                InstantSource.fixed(NOW));
        int exit = Main.run(shell, words);
        return new Ran(exit, out.toString(), err.toString());
    }
}
