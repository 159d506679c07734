package dev.muster.control.alerts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Silences of a tenant. Thread-safe. */
@Singleton
final class SilenceService {
    private static final Duration LONGEST = Duration.ofDays(31);
    private static final int LONGEST_REASON = 500;
    private static final int MOST = 100;

    private final SilenceStore store;
    private final AlertBook book;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final ChangeFeed feed;
    private final Clock clock;

    SilenceService(
            SilenceStore store,
            AlertBook book,
            AuditStore audit,
            TenantTransactions transactions,
            ChangeFeed feed,
            Clock clock) {
        this.store = store;
        this.book = book;
        this.audit = audit;
        this.transactions = transactions;
        this.feed = feed;
        this.clock = clock;
    }

    List<Silence> list(Access access) {
        return transactions.in(access.tenant(), store::list);
    }

    /** Silences until then; a silence has an end and a reason, and covers something in particular. */
    Silence create(Access access, String selector, String rule, String reason, Instant until) {
        Instant now = clock.instant();
        if (selector.isBlank() && rule.isBlank()) {
            throw invalid("expected a `selector`, a `rule` or both, found neither");
        }
        if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
            throw invalid("expected `until` within " + LONGEST.toDays() + " days from now, found " + until);
        }
        if (reason.length() > LONGEST_REASON) {
            throw invalid("expected a `reason` of at most " + LONGEST_REASON + " characters, found " + reason.length());
        }
        Selector devices = Selector.parse(selector);
        Silence silence = new Silence(
                UUID.randomUUID(),
                devices.text(),
                rule,
                reason,
                now,
                access.caller().actor(),
                access.caller().name(),
                until,
                null);
        List<String> touched = new ArrayList<>();
        transactions.run(access.tenant(), handle -> {
            if (store.active(handle, now).size() >= MOST) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected at most " + MOST + " silences at a time, found as many already");
            }
            store.insert(handle, silence);
            touched.addAll(book.silence(handle, silence, now));
            audit.append(
                    handle,
                    access.caller(),
                    "alert-silence.create",
                    "alert-silence/" + silence.id(),
                    Map.of("selector", devices.text(), "rule", rule, "until", until.toString(), "reason", reason));
        });
        touched.forEach(id -> feed.alert(access.tenant(), id));
        return silence;
    }

    /** Ends a silence before its time. */
    void end(Access access, String id) {
        UUID silence = id(id);
        Instant now = clock.instant();
        List<String> touched = new ArrayList<>();
        transactions.run(access.tenant(), handle -> {
            if (!store.end(handle, silence, access.caller().actor(), now)) {
                throw new ProblemException(ProblemCode.ALERT_SILENCE_NOT_FOUND, "no silence `" + id + "` that is on");
            }
            touched.addAll(book.unsilence(handle, now));
            audit.append(handle, access.caller(), "alert-silence.end", "alert-silence/" + silence, Map.of());
        });
        touched.forEach(alert -> feed.alert(access.tenant(), alert));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.ALERT_SILENCE_NOT_FOUND, "no silence `" + text + "` that is on");
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
