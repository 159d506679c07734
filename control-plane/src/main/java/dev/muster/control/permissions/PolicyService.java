package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.RolloutId;
import dev.muster.control.rollouts.RolloutKind;
import dev.muster.control.rollouts.RolloutPlan;
import dev.muster.control.rollouts.RolloutService;
import dev.muster.control.rollouts.RolloutSubject;
import dev.muster.control.rollouts.WavePlan;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Changes and publishes policy documents. Thread-safe. */
@Singleton
class PolicyService {
    private static final Duration DEADLINE = Duration.ofHours(1);

    private final PolicyStore store;
    private final RolloutService rollouts;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final PolicyParser parser = new PolicyParser();

    PolicyService(
            PolicyStore store,
            RolloutService rollouts,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.rollouts = rollouts;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** One document of a request, and whether it said something new. */
    record Change(String kind, String name, boolean changed) {}

    /** What publishing made; no rollout where no device was there to get it. */
    record Published(long version, Optional<RolloutId> rollout) {}

    /** Writes all documents of the text, or none: {@code policy-invalid} names every mistake with its place. */
    List<Change> put(Caller caller, String yaml) {
        return transactions.in(caller.tenant(), handle -> {
            store.lock(handle, caller.tenant());
            Set<String> roles = store.documents(handle).stream()
                    .filter(document -> document.kind().equals("Role"))
                    .map(StoredDocument::name)
                    .collect(Collectors.toSet());
            ParseResult.Parsed parsed = require(parser.parse(List.of(new PolicySource("request", yaml)), roles));
            if (parsed.documents().isEmpty()) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST, "expected at least one policy document, found none");
            }
            List<Change> changes = new ArrayList<>();
            for (ParseResult.ParsedDocument document : parsed.documents()) {
                changes.add(put(handle, caller, document));
            }
            return changes;
        });
    }

    private Change put(Handle handle, Caller caller, ParseResult.ParsedDocument parsed) {
        StoredDocument document = new StoredDocument(
                parsed.document().kind(), parsed.document().name(), parsed.yaml(), clock.instant(), caller.actor());
        boolean changed = store.put(handle, document);
        if (changed) {
            audit.append(handle, caller, "policy.put", "policy/" + document.source(), Map.of("yaml", document.yaml()));
        }
        return new Change(document.kind(), document.name(), changed);
    }

    /** Removes a document; the problem {@code conflict} where another one needs it. */
    void delete(Caller caller, String kind, String name) {
        transactions.run(caller.tenant(), handle -> {
            store.lock(handle, caller.tenant());
            StoredDocument document = store.document(handle, kind, name)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.POLICY_NOT_FOUND, "no policy document `" + kind + "/" + name + "`"));
            store.delete(handle, document);
            if (parse(store.documents(handle)) instanceof ParseResult.Invalid invalid) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "`" + document.source() + "` is still needed: "
                                + invalid.errors().getFirst().message());
            }
            audit.append(
                    handle, caller, "policy.delete", "policy/" + document.source(), Map.of("yaml", document.yaml()));
        });
    }

    /** Makes a version of all documents as they are, and rolls it out; the rollout before it is superseded. */
    Published publish(Access access, String comment, List<WavePlan> waves, Selector selector) {
        return transactions.in(access.tenant(), handle -> {
            store.lock(handle, access.tenant());
            List<StoredDocument> documents = store.documents(handle);
            require(parse(documents));
            String snapshot = documents.stream().map(StoredDocument::yaml).collect(Collectors.joining("\n---\n"));
            long version = store.insertVersion(
                    handle, comment, snapshot, clock.instant(), access.caller().actor());
            Optional<RolloutId> rollout = rollouts.create(
                    handle,
                    access,
                    new RolloutPlan(
                            "policy " + version,
                            new RolloutSubject.OfPolicy(version),
                            selector,
                            waves,
                            0,
                            DEADLINE,
                            true));
            rollout.ifPresent(id -> {
                store.setRollout(handle, version, id.value());
                rollouts.supersedeAll(handle, RolloutKind.POLICY, id);
            });
            audit.append(
                    handle,
                    access.caller(),
                    "policy.publish",
                    "policy/" + version,
                    Map.of("comment", comment, "documents", documents.size()));
            return new Published(version, rollout);
        });
    }

    private ParseResult parse(List<StoredDocument> documents) {
        return parser.parse(documents.stream()
                .map(document -> new PolicySource(document.source(), document.yaml()))
                .toList());
    }

    private static ParseResult.Parsed require(ParseResult result) {
        return switch (result) {
            case ParseResult.Parsed parsed -> parsed;
            case ParseResult.Invalid invalid ->
                throw new ProblemException(
                        ProblemCode.POLICY_INVALID,
                        invalid.errors().size() + " mistakes, the first: "
                                + invalid.errors().getFirst(),
                        Map.of(
                                "errors",
                                invalid.errors().stream()
                                        .map(PolicyService::error)
                                        .toList()));
        };
    }

    private static Map<String, Object> error(PolicyError error) {
        return Map.of(
                "source", error.source(),
                "line", error.line(),
                "column", error.column(),
                "message", error.message());
    }
}
