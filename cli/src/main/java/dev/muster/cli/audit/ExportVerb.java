package dev.muster.cli.audit;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        headerHeading = "Example: muster audit export --from 2026-11-01T00:00:00Z --out november.ndjson%n%n",
        header = "The trail as a file, in the order of its chain.",
        footer =
                "A whole export as ndjson is what `verify --file` checks without a server. That you took it is recorded.")
final class ExportVerb implements Runnable {
    private final Session session;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "ndjson",
            description = "ndjson (default): each row with its seal; or cef: for what collects security events.")
    private String format = "ndjson";

    @Mixin
    private final FilterOptions filter = new FilterOptions();

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; standard output if left out.")
    private @Nullable Path out;

    private long rows;

    ExportVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Url url = filter.on(Url.of("audit", "export").with("format", format));
        Path file = out;
        if (file == null) {
            session.api().text(url, session.out());
            return;
        }
        long all = filter.none() ? new Row(session.api().get(Url.of("audit", "chain"))).number("position") : 0;
        RowProgress progress = new RowProgress(session.err(), file.toString());
        // What is cut short must not look whole.
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (BufferedWriter writer = Files.newBufferedWriter(part)) {
            session.api().lines(url, line -> {
                try {
                    writer.write(line);
                    writer.write('\n');
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                progress.at(++rows, all);
            });
        } catch (IOException e) {
            throw cannotWrite(file, e);
        } catch (UncheckedIOException e) {
            throw cannotWrite(file, e.getCause());
        }
        try {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
        session.printer().done("wrote " + rows + " rows to " + file);
    }

    private static CliException cannotWrite(Path file, @Nullable IOException e) {
        String line = "cannot write `" + file + "`: " + (e == null ? "no reason given" : e.getMessage());
        return e == null ? new CliException(ExitCode.FAILED, line) : new CliException(ExitCode.FAILED, line, e);
    }
}
