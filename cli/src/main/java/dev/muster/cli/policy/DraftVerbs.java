package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import dev.muster.policy.language.PolicySource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs that write and look at the draft. */
final class DraftVerbs {
    private static final String YAML = "application/yaml";

    private DraftVerbs() {}

    @Command(
            name = "apply",
            headerHeading = "Example: muster policy apply policies/camera.yaml%n%n",
            header = "Put documents into the draft; nothing changes on devices before `policy publish`.")
    static final class Apply implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML files, or - for standard input.")
        private List<String> files = List.of();

        @Option(names = "--impact", description = "Then show what publishing the draft would change on the fleet.")
        private boolean impact;

        Apply(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            List<PolicySource> sources = Lint.read(session.shell(), files);
            // Here, and not only on the server: the errors then name the person's own files and lines.
            Lint.check(sources, rolesOfTheDraft());
            session.printer()
                    .list(
                            session.api().put(Url.of("policy", "documents"), YAML, text(sources)),
                            Table.of()
                                    .column("KIND", "kind")
                                    .column("NAME", "name")
                                    .column("CHANGED", row -> row.flag("changed") ? "yes" : "no"),
                            "name");
            if (impact) {
                ImpactVerb.print(session, Map.of());
            }
        }

        /** A binding may name a role that was applied before; the files alone would not show it. */
        private Set<String> rolesOfTheDraft() {
            Set<String> roles = new HashSet<>();
            Url page = Url.of("policy", "documents").with("limit", 200);
            Optional<String> cursor = Optional.empty();
            do {
                Row answer = new Row(session.api().get(page.with("cursor", cursor.orElse(null))));
                answer.rows("items").stream()
                        .filter(document -> document.text("kind").equalsIgnoreCase("role"))
                        .forEach(document -> roles.add(document.text("name")));
                cursor = Optional.ofNullable(answer.at("next")).map(Object::toString);
            } while (cursor.isPresent());
            return roles;
        }
    }

    @Command(
            name = "validate",
            headerHeading = "Example: muster policy validate policies/camera.yaml%n%n",
            header = "What the server would say to the draft with these files in it; nothing is stored.",
            footer = "Ends with 1 when a document is wrong or a policy test fails.")
    static final class Validate implements Runnable {
        private final Session session;

        @Parameters(
                paramLabel = "FILE",
                arity = "0..*",
                description = "YAML files, or - for standard input; the draft alone if left out.")
        private List<String> files = List.of();

        Validate(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer =
                    session.api().post(Url.of("policy", "validate"), YAML, text(Lint.read(session.shell(), files)));
            Row row = new Row(answer);
            List<Row> failed = row.rows("tests").stream()
                    .filter(test -> !test.flag("passed"))
                    .toList();
            if (session.printer().shape() == Format.Shape.WHOLE) {
                session.printer().whole(answer);
            } else {
                row.rows("warnings").forEach(warning -> session.err().println("warning: " + place(warning)));
                session.printer()
                        .done(row.rows("documents").size() + " documents are valid, "
                                + (row.rows("tests").size() - failed.size()) + " policy tests passed");
            }
            if (!row.flag("valid")) {
                throw new CliException(
                        ExitCode.FAILED,
                        "policy-invalid: " + row.rows("errors").size() + " mistakes",
                        row.rows("errors").stream().map(DraftVerbs::place).toList());
            }
            if (!failed.isEmpty()) {
                throw new CliException(
                        ExitCode.FAILED, "policy-tests-failed: " + failed.size() + " failed", failures(failed));
            }
        }

        private static List<String> failures(List<Row> tests) {
            List<String> lines = new ArrayList<>();
            for (Row test : tests) {
                for (Row failure : test.rows("failures")) {
                    lines.add(test.text("name") + ": " + failure.text("permission") + " expected "
                            + failure.text("expected") + ", found " + failure.text("found"));
                }
            }
            return lines;
        }
    }

    @Command(
            name = "diff",
            headerHeading = "Example: muster policy diff live draft%n%n",
            header = "Which documents differ between two versions.")
    static final class Diff implements Runnable {
        private final Session session;

        @Parameters(
                index = "0",
                paramLabel = "FROM",
                defaultValue = "live",
                description = "A version, live or draft (default: live).")
        private String from = "live";

        @Parameters(
                index = "1",
                paramLabel = "TO",
                defaultValue = "draft",
                description = "A version, live or draft (default: draft).")
        private String to = "draft";

        @Option(names = "--text", description = "Show the lines that differ.")
        private boolean lines;

        Diff(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api()
                    .get(Url.of("policy", "diff").with("from", from).with("to", to));
            Printer printer = session.printer();
            if (printer.shape() == Format.Shape.WHOLE) {
                printer.whole(answer);
                return;
            }
            // Told beside the table: what a script reads stays a table.
            new Row(answer).rows("problems").forEach(problem -> session.err().println("problem: " + place(problem)));
            List<Row> documents = new Row(answer).rows("documents");
            printer.list(
                    Map.of("items", documents.stream().map(Row::members).toList()),
                    Table.of().column("CHANGE", "change").column("KIND", "kind").column("NAME", "name"),
                    "name");
            if (lines && printer.shape() == Format.Shape.PEOPLE) {
                documents.forEach(document -> {
                    session.out().println();
                    session.out().println(document.text("kind") + "/" + document.text("name"));
                    LineDiff.of(lines(document, "before"), lines(document, "after"))
                            .forEach(session.out()::println);
                });
            }
        }

        private static List<String> lines(Row document, String side) {
            return document.at(side) instanceof String text
                    ? text.strip().lines().toList()
                    : List.of();
        }
    }

    /** {@code source:line:column: message} of an error or warning. */
    private static String place(Row told) {
        return told.text("source") + ":" + told.text("line") + ":" + told.text("column") + ": " + told.text("message");
    }

    static String text(List<PolicySource> sources) {
        return sources.stream().map(PolicySource::text).collect(Collectors.joining("\n---\n"));
    }
}
