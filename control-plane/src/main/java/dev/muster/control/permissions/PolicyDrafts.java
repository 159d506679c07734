package dev.muster.control.permissions;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.policy.language.Known;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import dev.muster.policy.language.lint.PolicyLint;
import dev.muster.policy.language.tests.PolicyTestRunner;
import dev.muster.policy.model.PolicySnapshot;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Reads documents that were not published yet, and what they would mean. Thread-safe. */
@Singleton
final class PolicyDrafts {
    /** What errors call the documents of a request. */
    static final String REQUEST = "request";

    private final PolicyStore store;
    private final PolicyParser parser = new PolicyParser();
    private final PolicyTestRunner tests = new PolicyTestRunner();
    private final PolicyLint lint = new PolicyLint();
    private final Clock clock;

    PolicyDrafts(PolicyStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What came of reading. */
    sealed interface Reading permits Draft, Mistakes {}

    /** Documents that are a policy by themselves. */
    record Draft(
            List<ParseResult.ParsedDocument> documents,
            PolicySnapshot snapshot,
            List<Warning> warnings,
            List<Tested> tests)
            implements Reading {
        Draft {
            documents = List.copyOf(documents);
            warnings = List.copyOf(warnings);
            tests = List.copyOf(tests);
        }
    }

    /** Documents that are none. */
    record Mistakes(List<PolicyError> errors) implements Reading {
        Mistakes {
            errors = List.copyOf(errors);
        }
    }

    /** Something that is allowed and probably not meant, also on the wire. */
    public record Warning(String rule, String source, int line, int column, String message) {}

    /** A policy test and how it ended, also on the wire. */
    public record Tested(String name, boolean passed, List<Failure> failures) {
        public Tested {
            failures = List.copyOf(failures);
        }

        /** One expectation that did not come true. */
        public record Failure(String permission, String expected, String found, String detail) {}
    }

    /** Reads the text of a version. */
    Reading parse(String text) {
        return read(List.of(new PolicySource("version", text)));
    }

    /** Reads stored documents. */
    Reading parse(List<StoredDocument> documents) {
        return read(sources(documents));
    }

    /** The draft with the documents of {@code yaml} in it: those of the same kind and name are replaced. */
    Reading with(Handle handle, String yaml) {
        List<StoredDocument> stored = store.documents(handle);
        return switch (request(stored, yaml)) {
            case ParseResult.Invalid invalid -> new Mistakes(invalid.errors());
            case ParseResult.Parsed parsed -> {
                Set<String> replaced = parsed.documents().stream()
                        .map(document -> document.document().kind() + "/"
                                + document.document().name())
                        .collect(Collectors.toSet());
                List<PolicySource> sources = new ArrayList<>(sources(stored.stream()
                        .filter(document -> !replaced.contains(document.source()))
                        .toList()));
                sources.add(new PolicySource(REQUEST, yaml));
                yield read(sources);
            }
        };
    }

    /** Reads the documents of a request beside the draft, whose names they may refer to. */
    ParseResult request(List<StoredDocument> stored, String yaml) {
        return request(stored, List.of(new PolicySource(REQUEST, yaml)));
    }

    /** The same of several sources, which mistakes name. */
    ParseResult request(List<StoredDocument> stored, List<PolicySource> sources) {
        return parser.parse(sources, new Known(names(stored, "Role"), names(stored, "Zone"), names(stored, "Shift")));
    }

    /** The draft, or the problem {@code policy-invalid} with every mistake in its place. */
    Draft require(Reading reading) {
        return switch (reading) {
            case Draft draft -> draft;
            case Mistakes mistakes -> throw invalid(mistakes.errors());
        };
    }

    /** The problem {@code policy-invalid} with every mistake in its place. */
    static ProblemException invalid(List<PolicyError> errors) {
        return new ProblemException(
                ProblemCode.POLICY_INVALID,
                errors.size() + (errors.size() == 1 ? " mistake: " : " mistakes, the first: ") + errors.getFirst(),
                Map.of("errors", errors));
    }

    private Reading read(List<PolicySource> sources) {
        return switch (parser.parse(sources)) {
            case ParseResult.Parsed parsed -> {
                PolicySnapshot snapshot = parsed.snapshot(0);
                yield new Draft(parsed.documents(), snapshot, warnings(parsed), tested(snapshot));
            }
            case ParseResult.Invalid invalid -> new Mistakes(invalid.errors());
        };
    }

    private List<Tested> tested(PolicySnapshot snapshot) {
        return tests.run(snapshot).stream()
                .map(result -> new Tested(
                        result.name(),
                        result.passed(),
                        result.failures().stream()
                                .map(failure -> new Tested.Failure(
                                        failure.permission(), failure.expected(), failure.found(), failure.detail()))
                                .toList()))
                .toList();
    }

    private List<Warning> warnings(ParseResult.Parsed parsed) {
        return lint.lint(parsed.documents(), clock.instant()).stream()
                .map(finding -> new Warning(
                        finding.rule().id(), finding.source(), finding.line(), finding.column(), finding.message()))
                .toList();
    }

    private static List<PolicySource> sources(List<StoredDocument> documents) {
        return documents.stream()
                .map(document -> new PolicySource(document.source(), document.yaml()))
                .toList();
    }

    private static Set<String> names(List<StoredDocument> documents, String kind) {
        return documents.stream()
                .filter(document -> document.kind().equals(kind))
                .map(StoredDocument::name)
                .collect(Collectors.toSet());
    }
}
