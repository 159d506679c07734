package dev.muster.cli.fleet;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "fleet", headerHeading = "Example: muster fleet%n%n", header = "The fleet in numbers.")
public final class FleetCommand implements Runnable {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]*\\.yaml");

    private final Session session;

    public FleetCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "managed",
            headerHeading = "Example: muster fleet managed --label fleet%n%n",
            header = "What is kept in files, and under which label.")
    void managed(
            @Option(
                            names = {"-l", "--label"},
                            paramLabel = "LABEL",
                            description = "Of this label only.")
                    @Nullable String label) {
        session.printer()
                .list(
                        session.api().get(Url.of("fleet-files", "managed").with("label", label)),
                        Table.of().column("KIND", "kind").column("NAME", "name").column("LABEL", "label"),
                        "name");
    }

    @Command(
            name = "export",
            headerHeading = "Example: muster fleet export --to fleet/%n%n",
            header = "The fleet as files, to begin a repository with; `apply` reads them.",
            footer = "Without rollouts, and without secrets: addresses of receivers become `urlFrom: {env: NAME}`.")
    void export(
            @Option(
                            names = "--to",
                            paramLabel = "FOLDER",
                            description =
                                    "Where to write a file for each kind, none of which is there; standard output if left out.")
                    @Nullable Path folder) {
        List<Row> files = new Row(session.api().get(Url.of("fleet-files", "export"))).rows("items");
        if (folder == null) {
            session.out().print(files.stream().map(file -> file.text("text")).collect(Collectors.joining("---\n")));
            return;
        }
        try {
            Files.createDirectories(folder);
            for (Row file : files) {
                if (!NAME.matcher(file.text("name")).matches()) {
                    throw new CliException(ExitCode.FAILED, "not the name of a file: `" + file.text("name") + "`");
                }
                if (Files.exists(folder.resolve(file.text("name")))) {
                    throw new CliException(
                            ExitCode.USAGE,
                            "expected a folder without `" + file.text("name") + "`, found one; nothing was written");
                }
            }
            for (Row file : files) {
                Files.writeString(folder.resolve(file.text("name")), file.text("text"), StandardOpenOption.CREATE_NEW);
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot write to `" + folder + "`: " + e.getMessage(), e);
        }
        session.printer().done("wrote " + files.size() + " files to " + folder);
    }

    @Override
    public void run() {
        session.printer()
                .one(
                        session.api().get(Url.of("fleet")),
                        Table.of()
                                .column("Devices", "devices")
                                .column("Online", "online")
                                .column("By status", row -> row.pairs("byStatus"))
                                .column("By image", row -> row.pairs("byImage"))
                                .column("By site", row -> row.pairs("bySite"))
                                .column("Rollouts in flight", "rolloutsInFlight"),
                        "devices");
    }
}
