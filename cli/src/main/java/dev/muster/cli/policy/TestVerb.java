package dev.muster.cli.policy;

import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Format;
import dev.muster.cli.session.Session;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.tests.PolicyTestRunner;
import dev.muster.policy.language.tests.TestResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "test",
        headerHeading = "Example: muster policy test docs/examples/policies%n%n",
        header = "Run the PolicyTest documents of these files against their policy, without a server.",
        footerHeading = "%n",
        footer = {
            "The files must be a whole policy: every role, zone and shift that a document names is among them.",
            "Prints each test and ends with `N passed, N failed`. Exit code 0: all passed; 1: mistakes or failures.",
            "",
            "  muster policy test policies/",
            "  muster policy test --format json policies/ | jq '.tests[] | select(.passed | not)'"
        })
final class TestVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "YAML files, folders of them, or - for standard input.")
    private List<String> files = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = "text or json.")
    private LintVerb.As format = LintVerb.As.text;

    TestVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<TestResult> results = new PolicyTestRunner()
                .run(Lint.parsed(new PolicyParser().parse(Lint.read(session.shell(), files)))
                        .snapshot(0));
        int failed = (int) results.stream().filter(result -> !result.passed()).count();
        if (format == LintVerb.As.json || session.printer().shape() == Format.Shape.WHOLE) {
            session.printer().whole(answer(results, failed));
        } else {
            results.forEach(this::print);
            session.out().println((results.size() - failed) + " passed, " + failed + " failed");
        }
        return (failed == 0 ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private void print(TestResult result) {
        session.out().println((result.passed() ? "passed  " : "FAILED  ") + result.name());
        result.failures().forEach(failure -> {
            session.out()
                    .println("        " + failure.permission() + ": " + failure.expected() + " expected, found "
                            + failure.found());
            session.out().println("        " + failure.detail());
        });
    }

    private static Map<String, Object> answer(List<TestResult> results, int failed) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "tests",
                results.stream()
                        .map(result -> LintVerb.ordered(
                                "name",
                                result.name(),
                                "passed",
                                result.passed(),
                                "failures",
                                result.failures().stream()
                                        .map(failure -> LintVerb.ordered(
                                                "permission", failure.permission(),
                                                "expected", failure.expected(),
                                                "found", failure.found(),
                                                "detail", failure.detail()))
                                        .toList()))
                        .toList());
        answer.put("passed", results.size() - failed);
        answer.put("failed", failed);
        return answer;
    }
}
