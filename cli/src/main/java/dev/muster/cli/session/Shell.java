package dev.muster.cli.session;

import java.io.InputStream;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;

/** The process around a verb: its environment variables, streams and clock. */
public record Shell(
        Map<String, String> environment, InputStream in, PrintWriter out, PrintWriter err, InstantSource clock) {
    public Shell {
        environment = Map.copyOf(environment);
    }
}
