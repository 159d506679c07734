package dev.muster.cli.telemetry;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.ServerEvent;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster telemetry tail}. */
@Command(
        name = "tail",
        headerHeading = "Example: muster telemetry tail --selector site==north --metric cpu.load%n%n",
        header = "Values as they arrive, until Ctrl-C: of one device, or of all that a query selects.",
        footer = "A reader that is too slow loses values and is told how many.")
final class TailVerb implements Runnable {
    /** The server ends a stream after some minutes; one that ended sooner had another reason. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    private final Session session;

    @Parameters(paramLabel = "DEVICE", arity = "0..1", description = "The device's id; none with --selector.")
    private @Nullable String device;

    @Option(
            names = {"-q", "--selector"},
            paramLabel = "QUERY",
            description = "Which devices, such as site==north; all for all that you may see.")
    private @Nullable String selector;

    @Option(names = "--metric", paramLabel = "METRIC", description = "Only this one.")
    private @Nullable String metric;

    @Option(names = "--count", paramLabel = "N", defaultValue = "0", description = "End after so many.")
    private int count;

    private int shown;

    TailVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Url url = url();
        Instant begun;
        do {
            begun = session.now();
            session.api().stream(url, this::show);
        } while (wantsMore() && session.now().isAfter(begun.plus(LONG_ENOUGH)));
    }

    private Url url() {
        String one = device;
        String many = selector;
        if (one != null && many == null) {
            return Url.of("devices", one, "telemetry", "stream");
        }
        if (many == null || one != null) {
            throw new CliException(
                    ExitCode.USAGE, "expected a device or --selector, found " + (one == null ? "none" : "both"));
        }
        Url all = Url.of("telemetry", "stream");
        Url some = many.isEmpty() || many.equals("all") ? all : all.with("q", many);
        return metric == null ? some : some.with("metric", metric);
    }

    private boolean wantsMore() {
        return count == 0 || shown < count;
    }

    private boolean show(ServerEvent event) {
        switch (event.name()) {
            case "sample" -> sample(event.data());
            case "dropped" ->
                session.err()
                        .println("muster: too slow, " + new Row(parse(event.data())).text("samples") + " values lost");
            default -> {}
        }
        return wantsMore();
    }

    private void sample(String data) {
        Row sample = new Row(parse(data));
        if (metric != null && !metric.equals(sample.text("metric"))) {
            return;
        }
        String of = device == null ? sample.text("device") + "  " : "";
        session.out()
                .println(
                        session.printer().shape() == Format.Shape.WHOLE
                                ? data
                                : sample.text("at") + "  " + of + sample.text("metric") + "  " + sample.text("value"));
        session.out().flush();
        shown++;
    }

    private static Map<String, Object> parse(String data) {
        try {
            return JSON.std.mapFrom(data);
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "expected a JSON sample, found `" + data + "`", e);
        }
    }
}
