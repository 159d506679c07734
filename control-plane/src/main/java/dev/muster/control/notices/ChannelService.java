package dev.muster.control.notices;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ETags;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.outbound.OutboundHttp;
import dev.muster.control.outbound.Verdict;
import dev.muster.control.outbound.WebhookSignature;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The channels of a tenant. Thread-safe. */
@Singleton
final class ChannelService {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final List<String> SEVERITIES = List.of("info", "warning", "critical");
    private static final int MOST = 50;
    private static final int MOST_NAMED = 50;

    private final ChannelStore store;
    private final DeliveryStore deliveries;
    private final Sender sender;
    private final OutboundHttp http;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    ChannelService(
            ChannelStore store,
            DeliveryStore deliveries,
            Sender sender,
            OutboundHttp http,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.deliveries = deliveries;
        this.sender = sender;
        this.http = http;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A channel as asked for. */
    record Wanted(
            String kind,
            String url,
            List<String> recipients,
            String severity,
            List<String> sites,
            boolean resolved,
            boolean enabled) {
        Wanted {
            recipients = List.copyOf(recipients);
            sites = List.copyOf(sites);
        }
    }

    /** A channel, and the secret of a webhook where one was just made: it is never shown again. */
    record Made(Channel channel, @Nullable String secret) {}

    List<Channel> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    Channel get(Access access, String name) {
        return transactions.in(access.tenant(), handle -> require(handle, name));
    }

    Made put(Access access, String name, Wanted wanted, Optional<Long> ifMatch) {
        check(name, wanted);
        return transactions.in(access.tenant(), handle -> {
            Optional<Channel> before = store.lock(handle, name);
            ETags.check(ifMatch, before.map(Channel::revision).orElse(0L));
            if (before.isEmpty() && store.count(handle) >= MOST) {
                throw conflict("expected at most " + MOST + " channels, found as many already");
            }
            if (before.isPresent() && !before.get().kind().equals(wanted.kind())) {
                throw conflict("expected channel `" + name + "` to stay of kind "
                        + before.get().kind());
            }
            // Whoever receives at a new address has not been given the secret of the old one.
            boolean secret = wanted.kind().equals("webhook")
                    && !before.map(Channel::url).orElse("").equals(wanted.url());
            @Nullable String made = secret ? WebhookSignature.newSecret(random) : null;
            store.put(
                    handle,
                    new Channel(
                            name,
                            wanted.kind(),
                            wanted.url(),
                            wanted.recipients(),
                            wanted.severity(),
                            wanted.sites(),
                            wanted.resolved(),
                            wanted.enabled(),
                            before.map(Channel::revision).orElse(0L) + 1,
                            0,
                            0,
                            clock.instant(),
                            access.caller().actor(),
                            access.caller().name()),
                    made);
            note(handle, access, "put", name, detail(wanted));
            return new Made(require(handle, name), made);
        });
    }

    // The path and query of an address may hold a secret of the receiver's.
    private static Map<String, Object> detail(Wanted wanted) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("kind", wanted.kind());
        detail.put(
                "host",
                wanted.url().isEmpty()
                        ? ""
                        : String.valueOf(java.net.URI.create(wanted.url()).getHost()));
        detail.put("recipients", wanted.recipients());
        detail.put("severity", wanted.severity());
        detail.put("sites", wanted.sites());
        detail.put("enabled", wanted.enabled());
        return detail;
    }

    /** Another secret instead of the old one, from the next notice on. */
    Made renewSecret(Access access, String name) {
        String secret = WebhookSignature.newSecret(random);
        return transactions.in(access.tenant(), handle -> {
            Channel channel = store.lock(handle, name).orElseThrow(() -> notFound(name));
            if (!channel.isWebhook()) {
                throw conflict("expected a webhook, found channel `" + name + "` of kind " + channel.kind());
            }
            store.secret(handle, name, secret);
            note(handle, access, "renew-secret", name, Map.of());
            return new Made(require(handle, name), secret);
        });
    }

    void delete(Access access, String name, Optional<Long> ifMatch) {
        transactions.run(access.tenant(), handle -> {
            Channel before = store.lock(handle, name).orElseThrow(() -> notFound(name));
            ETags.check(ifMatch, before.revision());
            store.delete(handle, name);
            note(handle, access, "delete", name, Map.of());
        });
    }

    /** What came of trying a channel. */
    record Tried(boolean delivered, String said) {}

    /** Sends something harmless now, and says what came of it. */
    Tried test(Access access, String name) {
        Instant now = clock.instant();
        Made channel = transactions.in(access.tenant(), handle -> {
            note(handle, access, "test", name, Map.of());
            return new Made(require(handle, name), store.secret(handle, name).orElse(""));
        });
        Notice notice = Notice.test(name);
        Map<String, @Nullable Object> data = new LinkedHashMap<>(notice.data());
        Verdict verdict = sender.send(
                access.tenant(),
                channel.channel(),
                channel.secret() == null ? "" : channel.secret(),
                new Sender.Parcel(UUID.randomUUID(), notice.what(), notice.subject(), now, data));
        return new Tried(verdict.sent(), verdict.said());
    }

    List<Delivery> deliveries(Access access, String name, int limit) {
        return transactions.in(access.tenant(), handle -> {
            require(handle, name);
            return deliveries.list(handle, name, limit);
        });
    }

    /** Tries what is dead anew; how many there were. */
    int retry(Access access, String name) {
        return transactions.in(access.tenant(), handle -> {
            require(handle, name);
            int tried = deliveries.retry(handle, name, clock.instant());
            note(handle, access, "retry", name, Map.of("notices", tried));
            return tried;
        });
    }

    private void check(String name, Wanted wanted) {
        if (!NAME.matcher(name).matches()) {
            throw invalid("expected a name of a-z, 0-9 and '-', at most 63, found `" + name + "`");
        }
        if (!SEVERITIES.contains(wanted.severity())) {
            throw invalid("expected `severity` of info, warning or critical, found `" + wanted.severity() + "`");
        }
        if (wanted.recipients().size() > MOST_NAMED || wanted.sites().size() > MOST_NAMED) {
            throw invalid("expected at most " + MOST_NAMED + " recipients and as many sites");
        }
        switch (wanted.kind()) {
            case "webhook" -> {
                if (!wanted.recipients().isEmpty()) {
                    throw invalid("expected no `recipients` of a webhook");
                }
                http.complaint(wanted.url()).ifPresent(complaint -> {
                    throw invalid("`url`: " + complaint);
                });
            }
            case "email" -> {
                if (!wanted.url().isEmpty() || wanted.recipients().isEmpty()) {
                    throw invalid("expected `recipients` and no `url` for e-mail");
                }
                wanted.recipients().stream()
                        .filter(one -> !Mailer.isAddress(one))
                        .findFirst()
                        .ifPresent(one -> {
                            throw invalid("expected addresses such as `oncall@example.org`, found `" + one + "`");
                        });
            }
            default -> throw invalid("expected `kind` of webhook or email, found `" + wanted.kind() + "`");
        }
    }

    private Channel require(Handle handle, String name) {
        return store.find(handle, name).orElseThrow(() -> notFound(name));
    }

    private void note(Handle handle, Access access, String verb, String name, Map<String, ?> detail) {
        audit.append(handle, access.caller(), "alert-channel." + verb, "alert-channel/" + name, detail);
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.ALERT_CHANNEL_NOT_FOUND, "no alert channel `" + name + "`");
    }

    private static ProblemException conflict(String detail) {
        return new ProblemException(ProblemCode.CONFLICT, detail);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
