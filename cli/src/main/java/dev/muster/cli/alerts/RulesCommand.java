package dev.muster.cli.alerts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import dev.muster.policy.language.AlertRuleDocument;
import dev.muster.policy.language.AlertRuleParser;
import dev.muster.policy.language.PolicySource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "rules",
        headerHeading = "Example: muster alerts rules apply hot-motor.yaml%n%n",
        header = "Rules of alerts, written as YAML.")
final class RulesCommand {
    private static final String YAML = "application/yaml";
    private static final Table ROW = Table.of()
            .column("NAME", "name")
            .column("REVISION", "revision")
            .column("KIND", "kind")
            .column("SEVERITY", "severity")
            .column("DEVICES", "devices")
            .column("OPEN", "open")
            .column("SELECTOR", row -> row.text("selector").isEmpty() ? "all" : row.text("selector"));

    private final Session session;

    RulesCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster alerts rules list%n%n",
            header = "All rules, and how many devices each watches.")
    void list() {
        session.printer().list(session.api().get(Url.of("alert-rules")), ROW, "name");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster alerts rules show hot-motor%n%n",
            header = "One rule as it was written.")
    void show(@Parameters(paramLabel = "RULE", description = "Its name.") String rule) {
        Map<String, Object> answer = session.api().get(Url.of("alert-rules", rule));
        session.printer().one(answer, Table.of().column("", "yaml"), "name");
    }

    @Command(
            name = "apply",
            headerHeading = "Example: muster alerts rules apply hot-motor.yaml offline.yaml%n%n",
            header = "Make or change the rules in the files; nothing is changed if one of them is not good.")
    void apply(
            @Parameters(
                            paramLabel = "FILE",
                            arity = "1..*",
                            description = "YAML files with one or more rules, or - for standard input.")
                    List<String> files) {
        List<AlertRuleDocument> rules = read(files);
        for (AlertRuleDocument rule : rules) {
            session.api().post(Url.of("alert-rules", "validate"), YAML, rule.yaml());
        }
        for (AlertRuleDocument rule : rules) {
            Map<String, Object> answer = session.api().put(Url.of("alert-rules", rule.name()), YAML, rule.yaml());
            session.printer().one(answer, ROW, "name");
        }
    }

    @Command(
            name = "validate",
            headerHeading = "Example: muster alerts rules validate hot-motor.yaml%n%n",
            header = "Say what is wrong with rules, and how many devices each would watch; stores nothing.")
    void validate(
            @Parameters(
                            paramLabel = "FILE",
                            arity = "1..*",
                            description = "YAML files with one or more rules, or - for standard input.")
                    List<String> files) {
        for (AlertRuleDocument rule : read(files)) {
            session.printer()
                    .one(
                            session.api().post(Url.of("alert-rules", "validate"), YAML, rule.yaml()),
                            Table.of()
                                    .column("Rule", "name")
                                    .column("Kind", "kind")
                                    .column("Severity", "severity")
                                    .column("Devices", "devices"),
                            "name");
        }
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster alerts rules delete hot-motor%n%n",
            header = "End a rule; its alerts are over.")
    void delete(@Parameters(paramLabel = "RULE", description = "Its name.") String rule) {
        session.api().delete(Url.of("alert-rules", rule));
        session.printer().done("ended rule " + rule);
    }

    /** The rules of all files; every mistake at once, with the person's own files and lines. */
    private List<AlertRuleDocument> read(List<String> files) {
        List<AlertRuleDocument> rules = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (String file : files) {
            String name = file.equals("-") ? "<stdin>" : file;
            AlertRuleParser.Result result =
                    AlertRuleParser.parse(new PolicySource(name, FileInput.read(session.shell(), file)));
            result.errors().forEach(error -> mistakes.add(error.toString()));
            rules.addAll(result.rules());
        }
        if (!mistakes.isEmpty()) {
            throw new CliException(ExitCode.USAGE, mistakes.stream().collect(Collectors.joining("\n")));
        }
        return rules;
    }
}
