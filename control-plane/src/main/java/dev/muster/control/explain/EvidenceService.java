package dev.muster.control.explain;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.explain.SignedManifestStore.Kept;
import dev.muster.control.permissions.PolicyReading;
import dev.muster.control.permissions.PolicyVersion;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.DirectorService;
import dev.muster.control.trustrepo.TrustService;
import dev.muster.control.trustrepo.TrustStatus;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.evidence.Evidence;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.metadata.Hashes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Makes the signed proof of one answer: everything it rests on, in one file that needs no server to be checked. */
@Singleton
final class EvidenceService {
    private static final int MOST_AUDIT_ROWS = 50;

    private final ExplainService explain;
    private final SignedManifests manifests;
    private final EvidenceKeys keys;
    private final PolicyReading policies;
    private final DirectorService director;
    private final TrustService trust;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final PolicyParser parser = new PolicyParser();

    EvidenceService(
            ExplainService explain,
            SignedManifests manifests,
            EvidenceKeys keys,
            PolicyReading policies,
            DirectorService director,
            TrustService trust,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.explain = explain;
        this.manifests = manifests;
        this.keys = keys;
        this.policies = policies;
        this.director = director;
        this.trust = trust;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The envelope in JSON. That it was made is an audit row of its own. */
    byte[] evidence(Access access, Question question) {
        Signer signer = keys.signer(access.tenant());
        TrustStatus status = trust.status(access.tenant());
        byte[] statement =
                transactions.in(access.tenant(), handle -> statement(handle, access, question, status, signer));
        return Envelope.sign(Evidence.PAYLOAD_TYPE, statement, signer).toJson();
    }

    private byte[] statement(Handle handle, Access access, Question question, TrustStatus status, Signer signer) {
        Finding finding = explain.find(handle, access, question);
        DeviceId device = question.device();
        Explained explained = Explained.of(finding);
        List<Map<String, Object>> documents = documents(handle, finding);
        Map<String, @Nullable Object> predicate = new LinkedHashMap<>();
        predicate.put("question", questionOf(access, finding));
        predicate.put("answer", answerOf(explained));
        predicate.put(
                "rules", explained.rules().stream().map(EvidenceService::ruleOf).toList());
        predicate.put("documents", documents);
        policy(handle, finding).ifPresent(policy -> predicate.put("policy", policy));
        finding.bundle()
                .ifPresent(bundle -> predicate.put(
                        "bundle",
                        Map.of(
                                "sha256", bundle.sha256(),
                                "length", bundle.length(),
                                "capabilitiesSha256",
                                        finding.held().map(Held::capabilities).orElse(""))));
        finding.held().ifPresent(held -> {
            Map<String, @Nullable Object> span = spanOf(held);
            span.put(
                    "urgentChanges",
                    held.version()
                            .flatMap(version -> policies.overlay(handle, version, held.sha256()))
                            .orElse(null));
            predicate.put("inForce", span);
        });
        predicate.put("metadata", metadata(handle, device, finding, status));
        manifests
                .showing(
                        handle,
                        device,
                        finding.at(),
                        finding.held().map(Held::sha256).orElse(""))
                .ifPresent(kept -> predicate.put("manifest", manifestOf(kept)));
        long row = audit.record(
                handle,
                access.caller(),
                "policy.evidence",
                "device/" + device,
                Map.of(
                        "bundle", finding.app().bundle(),
                        "permission", finding.permission(),
                        "at", finding.at().toString(),
                        "key", signer.publicKey().keyId()));
        List<Long> rows = new ArrayList<>(List.of(row));
        rows.addAll(audit.newest(handle, objects(finding, documents), MOST_AUDIT_ROWS));
        predicate.put("auditRows", rows);
        predicate.put(
                "signer",
                Map.of(
                        "keyId", signer.publicKey().keyId(),
                        "publicKey", signer.publicKey().publicKey()));
        predicate.put("madeAt", clock.instant().toString());
        predicate.put("madeBy", access.caller().actor());
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("_type", Evidence.STATEMENT_TYPE);
        statement.put("subject", subject(finding));
        statement.put("predicateType", Evidence.PREDICATE_TYPE);
        statement.put("predicate", predicate);
        return CanonicalJson.text(statement);
    }

    private static Map<String, Object> questionOf(Access access, Finding finding) {
        return Map.of(
                "tenant", access.tenant().value(),
                "device", finding.device().id(),
                "bundle", finding.app().bundle(),
                "user", finding.app().user(),
                "instance", finding.app().instance(),
                "permission", finding.permission(),
                "at", finding.at().toString(),
                "asked", finding.past() ? "at a time" : "now");
    }

    private static Map<String, @Nullable Object> answerOf(Explained explained) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("granted", explained.granted());
        answer.put("reason", explained.reason());
        answer.put("detail", explained.detail());
        answer.put("level", explained.level());
        answer.put("levelText", explained.levelText());
        answer.put("levelSource", explained.levelSource());
        answer.put("mechanism", explained.mechanism());
        answer.put("source", explained.source());
        answer.put("note", explained.note());
        Explained.Told situation = explained.situation();
        if (situation != null) {
            answer.put("situation", Map.of("at", situation.at().toString(), "facts", situation.facts()));
        }
        Explained.When condition = explained.condition();
        if (condition != null) {
            Map<String, @Nullable Object> when = new LinkedHashMap<>();
            when.put("text", condition.text());
            when.put("holds", condition.holds());
            when.put("unknown", condition.unknown());
            answer.put("condition", when);
        }
        Explained.Deviation drift = explained.drift();
        if (drift != null) {
            answer.put(
                    "drift",
                    Map.of(
                            "wanted", drift.wanted(),
                            "actual", drift.actual(),
                            "since", drift.since().toString(),
                            "repeats", drift.repeats()));
        }
        return answer;
    }

    private static Map<String, @Nullable Object> ruleOf(Explained.NamedRule rule) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("kind", rule.kind());
        map.put("name", rule.name());
        map.put("role", rule.role());
        return map;
    }

    private static Map<String, @Nullable Object> spanOf(Held held) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("from", held.from().toString());
        map.put("to", held.to().map(Instant::toString).orElse(null));
        map.put("version", held.version().orElse(null));
        map.put("sha256", held.sha256());
        map.put("profile", held.profile());
        return map;
    }

    private static Map<String, Object> manifestOf(Kept kept) {
        return Map.of(
                "firstReceivedAt", kept.firstAt().toString(),
                "lastReceivedAt", kept.lastAt().toString(),
                "envelope", kept.envelope(),
                "certificates", kept.certificates());
    }

    private static List<Map<String, Object>> subject(Finding finding) {
        return finding.bundle()
                .map(bundle -> List.<Map<String, Object>>of(
                        Map.of("name", "policy-bundle", "digest", Map.of("sha256", bundle.sha256()))))
                .orElseGet(() -> List.of(Map.of(
                        "name",
                        "device",
                        "digest",
                        Map.of("sha256", Hashes.sha256(finding.device().id().getBytes(StandardCharsets.UTF_8))))));
    }

    /** The exact texts of the documents that speak, out of the version that answered. */
    private List<Map<String, Object>> documents(Handle handle, Finding finding) {
        if (finding.snapshot().isEmpty()) {
            return List.of();
        }
        Set<String> wanted = RuleReading.documents(finding.snapshot().get(), finding.rules(), finding.permission());
        Optional<String> text =
                policies.documents(handle, finding.snapshot().get().version());
        if (text.isEmpty()
                || !(parser.parse(List.of(new PolicySource("version", text.get())))
                        instanceof ParseResult.Parsed parsed)) {
            return List.of();
        }
        return parsed.documents().stream()
                .filter(document -> wanted.contains(
                        document.document().kind() + "/" + document.document().name()))
                .map(document -> Map.<String, Object>of(
                        "kind", document.document().kind(),
                        "name", document.document().name(),
                        "sha256", Hashes.sha256(document.yaml().getBytes(StandardCharsets.UTF_8)),
                        "text", document.yaml()))
                .toList();
    }

    private Optional<Map<String, Object>> policy(Handle handle, Finding finding) {
        Optional<Long> number = finding.held().flatMap(Held::version);
        Optional<PolicyVersion> version = number.flatMap(known -> policies.version(handle, known));
        return version.map(known -> Map.of(
                "version", known.version(),
                "publishedAt", known.publishedAt().toString(),
                "publishedBy", known.publishedBy(),
                "comment", known.comment(),
                "documentsSha256",
                        policies.documents(handle, known.version())
                                .map(text -> Hashes.sha256(text.getBytes(StandardCharsets.UTF_8)))
                                .orElse("")));
    }

    private Map<String, Object> metadata(Handle handle, DeviceId device, Finding finding, TrustStatus status) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        director.last(handle, device, finding.held().map(Held::sha256).orElse(""))
                .ifPresent(last -> metadata.put(
                        "director",
                        Map.of(
                                "version", last.version(),
                                "generation", last.generation(),
                                "signedAt", last.signedAt().toString(),
                                "expiresAt", last.expires().toString(),
                                "targetsSha256", last.targetsSha256(),
                                "namesBundle", last.names())));
        metadata.put(
                "roles",
                status.roles().stream()
                        .map(role -> Map.of(
                                "repository", role.repository(),
                                "role", role.role(),
                                "version", role.version(),
                                "expiresAt", role.expiresAt().toString(),
                                "keys", role.keys()))
                        .toList());
        return metadata;
    }

    private static Set<String> objects(Finding finding, List<Map<String, Object>> documents) {
        Set<String> objects = new LinkedHashSet<>();
        finding.held().flatMap(Held::version).ifPresent(version -> objects.add("policy/" + version));
        documents.forEach(document -> objects.add("policy/" + document.get("kind") + "/" + document.get("name")));
        return objects;
    }
}
