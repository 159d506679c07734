package dev.muster.control.webhooks;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.outbound.OutboundHttp;
import dev.muster.control.outbound.Verdict;
import dev.muster.control.outbound.WebhookClient;
import dev.muster.control.outbound.WebhookSignature;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The webhooks of a tenant. Thread-safe. */
@Singleton
final class WebhookService {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final List<String> STATES = List.of("waiting", "delivered", "parked");
    private static final int MOST = 50;
    private static final Duration LONGEST_LOOK_BACK = Duration.ofDays(3_650);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    private final WebhookStore store;
    private final WebhookDeliveryStore deliveries;
    private final WebhookClient client;
    private final OutboundHttp http;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    WebhookService(
            WebhookStore store,
            WebhookDeliveryStore deliveries,
            WebhookClient client,
            OutboundHttp http,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.deliveries = deliveries;
        this.client = client;
        this.http = http;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A webhook, and its secret where one was just made: it is never shown again. */
    record Made(Webhook webhook, @Nullable String secret) {}

    /** What came of trying a webhook. */
    record Tried(boolean delivered, String said) {}

    /** What is to be told again; exactly one of these. */
    record Again(@Nullable Instant from, @Nullable UUID event, boolean parked) {}

    List<Webhook> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    Webhook get(Access access, String name) {
        return transactions.in(access.tenant(), handle -> require(handle, name));
    }

    Made create(Access access, String name, WebhookPatch patch) {
        if (!NAME.matcher(name).matches()) {
            throw invalid("expected a `name` of a-z, 0-9 and '-', at most 63, found `" + name + "`");
        }
        WebhookStore.Said said = checked(patch.on(WebhookPatch.NOTHING));
        String secret = WebhookSignature.newSecret(random);
        return transactions.in(access.tenant(), handle -> {
            if (store.count(handle) >= MOST) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected at most " + MOST + " webhooks, found as many already");
            }
            if (!store.insert(handle, name, said, secret, change(access))) {
                throw new ProblemException(ProblemCode.ALREADY_EXISTS, "webhook `" + name + "` exists");
            }
            note(handle, access, "create", name, detail(said));
            return new Made(require(handle, name), secret);
        });
    }

    /** Changes a webhook. Turned on, it is believed to work again; turned off, what waited is parked. */
    Made patch(Access access, String name, WebhookPatch patch, Optional<Long> ifMatch) {
        return transactions.in(access.tenant(), handle -> {
            Webhook before = store.lock(handle, name).orElseThrow(() -> notFound(name));
            ETags.check(ifMatch, before.revision());
            WebhookStore.Said said = checked(patch.on(before));
            // Whoever receives at a new address has not been given the secret of the old one.
            @Nullable String secret = said.url().equals(before.url()) ? null : WebhookSignature.newSecret(random);
            store.update(handle, name, said, secret, change(access));
            if (!said.enabled()) {
                deliveries.parkAll(handle, name, "the webhook was turned off", clock.instant());
            }
            note(handle, access, "edit", name, detail(said));
            return new Made(require(handle, name), secret);
        });
    }

    /** Another secret; the one before signs as well for {@code overlap}. */
    Made rotate(Access access, String name, Duration overlap) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw invalid("expected `keepOldFor` from PT0S to " + LONGEST_OVERLAP + ", found " + overlap);
        }
        String secret = WebhookSignature.newSecret(random);
        return transactions.in(access.tenant(), handle -> {
            Webhook before = store.lock(handle, name).orElseThrow(() -> notFound(name));
            Instant until = clock.instant().plus(overlap);
            store.rotate(handle, before.name(), secret, until, change(access));
            note(handle, access, "rotate-secret", name, Map.of("oldUntil", until.toString()));
            return new Made(require(handle, name), secret);
        });
    }

    void delete(Access access, String name, Optional<Long> ifMatch) {
        transactions.run(access.tenant(), handle -> {
            Webhook before = store.lock(handle, name).orElseThrow(() -> notFound(name));
            ETags.check(ifMatch, before.revision());
            store.delete(handle, name);
            note(handle, access, "delete", name, Map.of());
        });
    }

    /** Sends something harmless now, and says what came of it; where it is taken, what waits is tried at once. */
    Tried test(Access access, String name) {
        Instant now = clock.instant();
        WebhookStore.Target target = transactions.in(access.tenant(), handle -> {
            require(handle, name);
            note(handle, access, "test", name, Map.of());
            return store.target(handle, name, true, now).orElseThrow(() -> notFound(name));
        });
        Verdict verdict = client.send(
                target.url(), target.secrets(), EventText.test(access.tenant(), UUID.randomUUID(), name, now));
        if (verdict.sent()) {
            transactions.run(access.tenant(), handle -> {
                store.takes(handle, name);
                deliveries.hasten(handle, name, clock.instant());
            });
        }
        return new Tried(verdict.sent(), verdict.said());
    }

    Page<WebhookDelivery> deliveries(Access access, String name, String state, long before, int limit) {
        if (!state.isEmpty() && !STATES.contains(state)) {
            throw invalid("expected `state` of " + String.join(", ", STATES) + ", found `" + state + "`");
        }
        return transactions.in(access.tenant(), handle -> {
            require(handle, name);
            return Page.of(
                    deliveries.list(handle, name, state, before, limit + 1),
                    limit,
                    delivery -> Long.toString(delivery.id()));
        });
    }

    /** Tells again what was told, or given up; how much that is. */
    int replay(Access access, String name, Again again) {
        return transactions.in(access.tenant(), handle -> {
            Webhook webhook = store.lock(handle, name).orElseThrow(() -> notFound(name));
            if (!webhook.enabled()) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected a webhook that is on, found `" + name + "` " + webhook.state());
            }
            int asked = (again.from() == null ? 0 : 1) + (again.event() == null ? 0 : 1) + (again.parked() ? 1 : 0);
            if (asked != 1) {
                throw invalid("expected one of `from`, `event` and `parked`, found " + asked);
            }
            Instant now = clock.instant();
            if (again.from() != null && again.from().isAfter(now)) {
                throw invalid("expected `from` in the past, found " + again.from());
            }
            int events = queueAgain(handle, WebhookStore.Subscription.of(webhook), again, now);
            store.takes(handle, name);
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("events", events);
            if (again.from() != null) {
                detail.put("from", again.from().toString());
            }
            if (again.event() != null) {
                detail.put("event", again.event().toString());
            }
            note(handle, access, "replay", name, detail);
            return events;
        });
    }

    private int queueAgain(Handle handle, WebhookStore.Subscription webhook, Again again, Instant now) {
        if (again.event() != null) {
            int events = deliveries.replay(handle, webhook, again.event(), now);
            if (events == 0) {
                throw invalid("expected an event that webhook `" + webhook.name()
                        + "` takes and that is still kept, found `" + again.event() + "`");
            }
            return events;
        }
        return again.from() != null
                ? deliveries.replaySince(handle, webhook, later(again.from(), now.minus(LONGEST_LOOK_BACK)), now)
                : deliveries.unpark(handle, webhook.name(), now);
    }

    // No row is that old, and no database knows times of any year.
    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private WebhookStore.Said checked(WebhookStore.Said said) {
        http.complaint(said.url()).ifPresent(complaint -> {
            throw invalid(complaint);
        });
        Selector.parse(said.selector());
        return new WebhookStore.Said(said.url(), types(said.types()), said.selector(), said.enabled());
    }

    /** Types as they are kept. */
    static List<String> types(List<String> asked) {
        return asked.stream()
                .map(type -> EventType.subscribed(type)
                        .orElseThrow(() -> invalid("expected `types` of " + String.join(", ", EventType.words())
                                + ", or all of a kind such as `device.*`, found `" + type + "`")))
                .distinct()
                .sorted()
                .toList();
    }

    // The path and query of an address may hold a secret of the receiver's.
    private static Map<String, Object> detail(WebhookStore.Said said) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("host", String.valueOf(URI.create(said.url()).getHost()));
        detail.put("types", said.types());
        detail.put("selector", said.selector());
        detail.put("enabled", said.enabled());
        return detail;
    }

    private WebhookStore.Change change(Access access) {
        return new WebhookStore.Change(clock.instant(), access.caller().actor());
    }

    private Webhook require(Handle handle, String name) {
        return store.find(handle, name).orElseThrow(() -> notFound(name));
    }

    private void note(Handle handle, Access access, String verb, String name, Map<String, ?> detail) {
        audit.append(handle, access.caller(), "webhook." + verb, "webhook/" + name, detail);
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.WEBHOOK_NOT_FOUND, "no webhook `" + name + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
