package dev.muster.control.alerts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Scope;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ETags;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.PolicyError;
import dev.muster.protocol.alert.AlertRule;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rules of a tenant. Thread-safe. */
@Singleton
final class RuleService {
    private static final int MOST = 200;

    private final RuleStore store;
    private final WatchKeeper keeper;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    RuleService(
            RuleStore store,
            WatchKeeper keeper,
            OutboxStore outbox,
            KafkaTopics topics,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.keeper = keeper;
        this.outbox = outbox;
        this.topics = topics;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    List<StoredRule> list(Access access) {
        return transactions.in(access.tenant(), handle -> store.all(handle, access.scope()));
    }

    StoredRule get(Access access, String name) {
        return transactions.in(access.tenant(), handle -> require(handle, access.scope(), name));
    }

    /** Makes a rule, or changes the one of this name; it counts for all it selects from then on. */
    StoredRule put(Access access, String name, String yaml, Optional<Long> ifMatch) {
        RuleText rule = RuleText.parse(yaml);
        if (!rule.document().name().equals(name)) {
            throw RuleText.invalid(List.of(new PolicyError(
                    "request",
                    1,
                    1,
                    "a rule named `" + name + "` expected, found `"
                            + rule.document().name() + "`")));
        }
        return transactions.in(access.tenant(), handle -> {
            Optional<Long> before = store.lock(handle, name);
            ETags.check(ifMatch, before.orElse(0L));
            if (before.isEmpty() && store.count(handle) >= MOST) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected at most " + MOST + " rules, found as many already");
            }
            long revision = before.orElse(0L) + 1;
            store.put(handle, rule, revision, access.caller().actor(), clock.instant());
            AlertRule told =
                    new AlertRule(revision, rule.condition(), rule.document().holds());
            outbox.append(handle, topics.alertRules(), key(access, name), told.toJson());
            keeper.evaluate(handle, access.tenant(), name, rule.selector());
            audit.append(
                    handle,
                    access.caller(),
                    "alert-rule.put",
                    "alert-rule/" + name,
                    Map.of("revision", revision, "yaml", rule.document().yaml()));
            return require(handle, access.scope(), name);
        });
    }

    /** What came of looking at a rule that nobody stored: how many devices of the caller's scope it would watch. */
    public record Validated(String name, String kind, String severity, long devices) {}

    /** Reads a rule; a problem with every mistake in its place if it is not good. */
    Validated validate(Access access, String yaml) {
        RuleText rule = RuleText.parse(yaml);
        long watched =
                transactions.in(access.tenant(), handle -> store.selected(handle, access.scope(), rule.selector()));
        return new Validated(
                rule.document().name(), rule.condition().kind(), rule.document().severity(), watched);
    }

    /** Ends a rule: its alerts are over as soon as streams hear of it. */
    void delete(Access access, String name, Optional<Long> ifMatch) {
        transactions.run(access.tenant(), handle -> {
            long revision = store.lock(handle, name).orElseThrow(() -> notFound(name));
            ETags.check(ifMatch, revision);
            keeper.end(handle, access.tenant(), name);
            store.delete(handle, name);
            outbox.appendEnd(handle, topics.alertRules(), key(access, name));
            audit.append(handle, access.caller(), "alert-rule.delete", "alert-rule/" + name, Map.of());
        });
    }

    private static String key(Access access, String name) {
        return access.tenant() + "/" + name;
    }

    private StoredRule require(Handle handle, Scope scope, String name) {
        return store.find(handle, scope, name).orElseThrow(() -> notFound(name));
    }

    static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.ALERT_RULE_NOT_FOUND, "no alert rule `" + name + "`");
    }
}
