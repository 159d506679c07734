package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Shell;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import java.util.List;
import java.util.Set;

/** The offline check of policy files: the same reader as the server's. */
final class Lint {
    private Lint() {}

    static List<PolicySource> read(Shell shell, List<String> files) {
        return files.stream()
                .map(file -> new PolicySource(file.equals("-") ? "<stdin>" : file, FileInput.read(shell, file)))
                .toList();
    }

    /** The number of documents; every mistake at once as a {@link CliException}. */
    static int check(List<PolicySource> sources, Set<String> otherRoles) {
        return switch (new PolicyParser().parse(sources, otherRoles)) {
            case ParseResult.Parsed parsed -> parsed.documents().size();
            case ParseResult.Invalid invalid ->
                throw new CliException(
                        ExitCode.FAILED,
                        "policy-invalid: " + count(invalid.errors().size()),
                        invalid.errors().stream().map(PolicyError::toString).toList());
        };
    }

    private static String count(int errors) {
        return errors == 1 ? "1 mistake" : errors + " mistakes";
    }
}
