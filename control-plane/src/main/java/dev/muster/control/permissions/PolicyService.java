package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicySource;
import dev.muster.policy.model.Capability;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Changes policy documents, and says what they would mean. Thread-safe. */
@Singleton
class PolicyService {
    private final PolicyStore store;
    private final PolicyDrafts drafts;
    private final FitCheck fits;
    private final UrgentService urgents;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    PolicyService(
            PolicyStore store,
            PolicyDrafts drafts,
            FitCheck fits,
            UrgentService urgents,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.drafts = drafts;
        this.fits = fits;
        this.urgents = urgents;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** One document of a request, and whether it said something new. */
    record Change(String kind, String name, boolean changed) {}

    /** Writes all documents of the text, or none: {@code policy-invalid} names every mistake with its place. */
    List<Change> put(Caller caller, String yaml) {
        return put(caller, List.of(new PolicySource(PolicyDrafts.REQUEST, yaml)));
    }

    /** The same of several sources, which mistakes name. */
    List<Change> put(Caller caller, List<PolicySource> sources) {
        return transactions.in(caller.tenant(), handle -> {
            store.lock(handle, caller.tenant());
            List<ParseResult.ParsedDocument> documents =
                    switch (drafts.request(store.documents(handle), sources)) {
                        case ParseResult.Parsed parsed -> parsed.documents();
                        case ParseResult.Invalid invalid -> throw PolicyDrafts.invalid(invalid.errors());
                    };
            if (documents.isEmpty()) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST, "expected at least one policy document, found none");
            }
            return documents.stream()
                    .map(document -> put(handle, caller, document))
                    .toList();
        });
    }

    private Change put(Handle handle, Caller caller, ParseResult.ParsedDocument parsed) {
        StoredDocument document = new StoredDocument(
                parsed.document().kind(),
                parsed.document().name(),
                parsed.yaml(),
                clock.instant(),
                caller.actor(),
                caller.name());
        boolean changed = store.put(handle, document);
        if (changed && parsed.document() instanceof Capability && urgents.isRevoked(handle, document.name())) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "capability `" + document.name() + "` was revoked for good: give the new one another name");
        }
        if (changed) {
            audit.append(handle, caller, "policy.put", "policy/" + document.source(), Map.of("yaml", document.yaml()));
        }
        return new Change(document.kind(), document.name(), changed);
    }

    /** Removes a document; the problem {@code conflict} where others need it, which {@code neededBy} names. */
    void delete(Caller caller, String kind, String name) {
        transactions.run(caller.tenant(), handle -> {
            store.lock(handle, caller.tenant());
            StoredDocument document = store.document(handle, kind, name)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.POLICY_NOT_FOUND, "no policy document `" + kind + "/" + name + "`"));
            store.delete(handle, document);
            if (drafts.parse(store.documents(handle)) instanceof PolicyDrafts.Mistakes mistakes) {
                List<String> neededBy = mistakes.errors().stream()
                        .map(PolicyError::source)
                        .distinct()
                        .toList();
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "`" + document.source() + "` is still needed by `" + String.join("`, `", neededBy) + "`",
                        Map.of("neededBy", neededBy));
            }
            audit.append(
                    handle, caller, "policy.delete", "policy/" + document.source(), Map.of("yaml", document.yaml()));
        });
    }

    /** One document's name. */
    public record Named(String kind, String name) {}

    /** What the draft would be with the documents of a request in it. */
    public record Validation(
            boolean valid,
            List<Named> documents,
            List<PolicyError> errors,
            List<PolicyDrafts.Warning> warnings,
            List<PolicyDrafts.Tested> tests) {
        public Validation {
            documents = List.copyOf(documents);
            errors = List.copyOf(errors);
            warnings = List.copyOf(warnings);
            tests = List.copyOf(tests);
        }
    }

    /** Looks at the draft with the documents of {@code yaml} in it; nothing is stored. */
    Validation validate(Access access, String yaml) {
        return transactions.in(access.tenant(), handle -> switch (drafts.with(handle, yaml)) {
            case PolicyDrafts.Draft draft -> {
                List<PolicyError> misfits = fits.errors(handle, access.scope(), draft);
                yield new Validation(
                        misfits.isEmpty(),
                        draft.documents().stream()
                                .map(document -> new Named(
                                        document.document().kind(),
                                        document.document().name()))
                                .toList(),
                        misfits,
                        draft.warnings(),
                        draft.tests());
            }
            case PolicyDrafts.Mistakes mistakes ->
                new Validation(false, List.of(), mistakes.errors(), List.of(), List.of());
        });
    }

    /** What differs between two states of the documents, by kind and name. */
    PolicyDiff diff(Access access, String from, String to) {
        return transactions.in(access.tenant(), handle -> {
            Side before = side(handle, from);
            Side after = side(handle, to);
            return PolicyDiff.between(
                    before.label(), before.documents(), after.label(), after.documents(), problems(handle, access, to));
        });
    }

    /** What keeps the draft from being published, where it is what is asked about. */
    private List<PolicyError> problems(Handle handle, Access access, String to) {
        if (!to.equals("draft")) {
            return List.of();
        }
        return switch (drafts.parse(store.documents(handle))) {
            case PolicyDrafts.Draft draft -> fits.errors(handle, access.scope(), draft);
            case PolicyDrafts.Mistakes mistakes -> mistakes.errors();
        };
    }

    /** A state of the documents, and what to call it. */
    private record Side(String label, List<PolicyDiff.Text> documents) {}

    private Side side(Handle handle, String which) {
        if (which.equals("draft")) {
            return new Side(
                    which,
                    store.documents(handle).stream()
                            .map(document -> new PolicyDiff.Text(document.kind(), document.name(), document.yaml()))
                            .toList());
        }
        Optional<Long> version = version(handle, which);
        return new Side(
                version.map(String::valueOf).orElse("live"),
                version.map(number -> documents(handle, number)).orElse(List.of()));
    }

    /** The version that {@code which} means: a number, or {@code live}, which is empty before the first one. */
    private Optional<Long> version(Handle handle, String which) {
        if (which.equals("live")) {
            return store.newestLive(handle).stream().boxed().findFirst();
        }
        return Optional.of(VersionNumber.parse(which));
    }

    /** The documents of a version as they were written. */
    List<PolicyDiff.Text> documents(Handle handle, long version) {
        String text = store.snapshot(handle, version)
                .orElseThrow(() -> new ProblemException(ProblemCode.POLICY_NOT_FOUND, "no policy version " + version));
        List<PolicyDiff.Text> documents = new ArrayList<>();
        for (ParseResult.ParsedDocument document :
                drafts.require(drafts.parse(text)).documents()) {
            documents.add(new PolicyDiff.Text(
                    document.document().kind(), document.document().name(), document.yaml()));
        }
        return documents;
    }
}
