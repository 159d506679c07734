package dev.muster.cli.devices;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs about one device: what operators noted, difference, timeline, replacement; and about queries. */
final class RegistryVerbs {
    private RegistryVerbs() {}

    @Command(
            name = "metadata",
            headerHeading = "Example: muster devices metadata press-07 --set owner=hall-2 --unset note%n%n",
            header = "What operators noted of a device; selectors ask for it by meta.KEY.")
    static final class Metadata implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        @Option(names = "--set", paramLabel = "KEY=TEXT", description = "Repeatable.")
        private @Nullable Map<String, String> set;

        @Option(names = "--unset", paramLabel = "KEY", description = "Repeatable.")
        private @Nullable List<String> unset;

        Metadata(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> metadata = new LinkedHashMap<>();
            if (set != null) {
                metadata.putAll(set);
            }
            if (unset != null) {
                unset.forEach(key -> metadata.put(key, ""));
            }
            Map<String, Object> answer = metadata.isEmpty()
                    ? session.api().get(Url.of("devices", device))
                    : session.api().patch(Url.of("devices", device), Map.of("metadata", metadata));
            Printer printer = session.printer();
            switch (printer.shape()) {
                case WHOLE, NAME -> printer.one(answer, Table.of(), "id");
                case PEOPLE -> {
                    if (answer.get("metadata") instanceof Map<?, ?> known && !known.isEmpty()) {
                        printer.part(
                                known.entrySet().stream()
                                        .map(entry -> new Row(Map.of(
                                                "key", entry.getKey().toString(),
                                                "text", String.valueOf(entry.getValue()))))
                                        .toList(),
                                Table.of().column("KEY", "key").column("TEXT", "text"));
                    } else {
                        session.err().println("none");
                    }
                }
            }
        }
    }

    @Command(
            name = "diff",
            headerHeading = "Example: muster devices diff press-07%n%n",
            header = "What the device must be against what it says it is, and why they differ.")
    static final class Diff implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        @Option(names = "--all", description = "Also the targets that do not differ.")
        private boolean all;

        Diff(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api().get(Url.of("devices", device, "difference"));
            Row row = new Row(answer);
            Printer printer = session.printer();
            printer.one(
                    answer,
                    Table.of()
                            .column("Device", "device")
                            .column("Generation", "generation")
                            .column("Reported", "reportedGeneration")
                            .column("Differs", "differs"),
                    "device");
            printer.part(
                    row.rows("targets").stream()
                            .filter(target -> all || target.flag("differs"))
                            .toList(),
                    Table.of()
                            .column("TARGET", "name")
                            .column("WANTED", "wanted")
                            .column("HELD", "held")
                            .column("STATE", "state")
                            .column("WHY", "reason"));
        }
    }

    @Command(
            name = "timeline",
            headerHeading = "Example: muster devices timeline press-07 --limit 20%n%n",
            header = "What happened to the device, newest first: events, changes, rollouts, certificates.")
    static final class Timeline implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        @Mixin
        private Paging paging = new Paging();

        Timeline(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("devices", device, "timeline"))),
                            Table.of()
                                    .column("AT", row -> Show.ago(row.text("at"), session.now()))
                                    .column("FROM", "source")
                                    .column("WHAT", "what")
                                    .column("BY", "by")
                                    .column("DETAIL", row -> row.pairs("detail")),
                            "at");
        }
    }

    @Command(
            name = "replace",
            headerHeading = "Example: muster devices replace press-07 SN-4711 --yes%n%n",
            header =
                    "Put other hardware in a device's place: it takes over name, site, tags, metadata, groups and desired"
                            + " state; the old device retires and its certificate ends at once.")
    static final class Replace implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "OLD", description = "The device whose place it is.")
        private String old = "";

        @Parameters(
                index = "1",
                paramLabel = "NEW-SERIAL",
                description = "Serial number of the new hardware; it may have enrolled already, or still will.")
        private String serial = "";

        @Option(
                names = "--hardware",
                paramLabel = "ID",
                description = "Its hardware id; that of the old one if left out.")
        private @Nullable String hardware;

        @Option(names = "--yes", description = "Needed: the old device cannot come back.")
        private boolean yes;

        Replace(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (!yes) {
                throw new CliException(ExitCode.USAGE, "replacing `" + old + "` retires it for ever; add --yes");
            }
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("serial", serial);
            if (hardware != null) {
                body.put("hardware", hardware);
            }
            session.printer()
                    .one(
                            session.api().post(Url.of("devices", old, "replace"), body),
                            Table.of()
                                    .column("Retired", "old.id")
                                    .column("In its place", "replacement.id")
                                    .column("Status", "replacement.status")
                                    .column("Serial", "replacement.serial")
                                    .column("Takes over", "takenOver")
                                    .column("Left behind", "leftBehind"),
                            "replacement.id");
        }
    }

    @Command(
            name = "query",
            headerHeading = "Example: muster devices query complete 'site==no'%n%n",
            header = "Device queries.",
            subcommands = Complete.class)
    static final class Query {
        Query(Session session) {}
    }

    @Command(
            name = "complete",
            headerHeading = "Example: muster devices query complete 'site==no'%n%n",
            header = "What can come next in a query: with -o name one whole query a line, for a shell's completion.")
    static final class Complete implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "RSQL", arity = "0..1", description = "What is typed so far.")
        private String query = "";

        Complete(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer =
                    session.api().get(Url.of("devices", "query", "completions").with("q", query));
            Row row = new Row(answer);
            Printer printer = session.printer();
            switch (printer.shape()) {
                case WHOLE -> printer.whole(answer);
                case NAME -> {
                    String head = query.substring(0, (int) Math.clamp(row.number("from"), 0L, query.length()));
                    row.rows("items").forEach(item -> session.out().println(head + item.text("text")));
                }
                case PEOPLE ->
                    printer.list(
                            answer,
                            Table.of()
                                    .column("NEXT", "text")
                                    .column("KIND", "kind")
                                    .column("MEANS", "detail"),
                            "text");
            }
        }
    }
}
