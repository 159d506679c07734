package dev.muster.cli.policy;

import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Format;
import dev.muster.cli.session.Session;
import dev.muster.policy.language.Known;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.ParseResult.Invalid;
import dev.muster.policy.language.ParseResult.Parsed;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.lint.Finding;
import dev.muster.policy.language.lint.PolicyLint;
import dev.muster.policy.language.lint.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lint",
        headerHeading = "Example: muster policy lint --strict docs/examples/policies%n%n",
        header = "Check policy files without a server: every mistake, and what is probably not meant.",
        footerHeading = "%n",
        footer = {
            "Findings are lines `file:line:column: error|warning: message [rule]`; the guide docs/guides/policies.md",
            "explains the rules. Exit code 0: good; 1: mistakes or errors, with --strict also warnings.",
            "",
            "  muster policy lint roles.yaml bindings.yaml",
            "  muster policy lint --known-role camera-user binding.yaml",
            "  muster policy lint --format json policies/ | jq .warnings"
        })
final class LintVerb implements Callable<Integer> {
    private final Session session;

    /** How results are printed. */
    enum As {
        text,
        json
    }

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "YAML files, folders of them, or - for standard input.")
    private List<String> files = List.of();

    @Option(names = "--known-role", paramLabel = "ROLE", description = "A role that is not in these files; repeatable.")
    private Set<String> knownRoles = Set.of();

    @Option(names = "--known-zone", paramLabel = "ZONE", description = "A zone that is not in these files; repeatable.")
    private Set<String> knownZones = Set.of();

    @Option(
            names = "--known-shift",
            paramLabel = "SHIFT",
            description = "A shift that is not in these files; repeatable.")
    private Set<String> knownShifts = Set.of();

    @Option(names = "--strict", description = "End with 1 on warnings too.")
    private boolean strict;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = "text or json.")
    private As format = As.text;

    LintVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ParseResult result = new PolicyParser()
                .parse(Lint.read(session.shell(), files), new Known(knownRoles, knownZones, knownShifts));
        boolean json = format == As.json || session.printer().shape() == Format.Shape.WHOLE;
        if (json && result instanceof Invalid invalid) {
            session.printer().whole(answer(List.of(), invalid.errors(), List.of()));
            return ExitCode.FAILED.number();
        }
        Parsed parsed = Lint.parsed(result);
        List<Finding> findings = new PolicyLint().lint(parsed.documents(), session.now());
        if (json) {
            session.printer().whole(answer(parsed.documents(), List.of(), findings));
        } else {
            findings.forEach(finding -> session.out().println(finding));
            session.printer().done(summary(parsed.documents().size(), findings));
        }
        boolean errors = findings.stream().anyMatch(finding -> finding.rule().severity() == Severity.ERROR);
        return (errors || (strict && !findings.isEmpty()) ? ExitCode.FAILED : ExitCode.OK).number();
    }

    private static String summary(int documents, List<Finding> findings) {
        String valid = documents + (documents == 1 ? " document is valid" : " documents are valid");
        int errors = (int) findings.stream()
                .filter(finding -> finding.rule().severity() == Severity.ERROR)
                .count();
        return findings.isEmpty()
                ? valid
                : valid + "; " + Lint.count(errors, "error") + ", " + Lint.count(findings.size() - errors, "warning");
    }

    private static Map<String, Object> answer(
            List<ParseResult.ParsedDocument> documents, List<PolicyError> errors, List<Finding> findings) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("valid", errors.isEmpty());
        answer.put(
                "documents",
                documents.stream()
                        .map(document -> ordered(
                                "kind", document.document().kind(),
                                "name", document.document().name()))
                        .toList());
        answer.put(
                "errors",
                errors.stream()
                        .map(error -> ordered(
                                "source", error.source(),
                                "line", error.line(),
                                "column", error.column(),
                                "message", error.message()))
                        .toList());
        answer.put(
                "warnings",
                findings.stream()
                        .map(finding -> ordered(
                                "rule", finding.rule().id(),
                                "severity", finding.rule().severity().text(),
                                "source", finding.source(),
                                "line", finding.line(),
                                "column", finding.column(),
                                "message", finding.message()))
                        .toList());
        return answer;
    }

    /** A map in the order written. */
    static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return map;
    }
}
