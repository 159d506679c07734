package dev.muster.control.ddi;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tenancy.Trip;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What people decide of hawkBit's clients; every change with its audit row. Thread-safe. */
@Singleton
final class DdiAccessService {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,128}");
    private static final int MOST = 50;
    private static final int MOST_ACTIONS = 20;
    private static final String OBJECT = "ddi";

    private final ClientStore store;
    private final ActionStore actionStore;
    private final ActionService actions;
    private final ClientService clients;
    private final DdiGate gate;
    private final DeviceService devices;
    private final SiteService sites;
    private final AuditStore audit;
    private final TenantTransactions transactions;

    DdiAccessService(
            ClientStore store,
            ActionStore actionStore,
            ActionService actions,
            ClientService clients,
            DdiGate gate,
            DeviceService devices,
            SiteService sites,
            AuditStore audit,
            TenantTransactions transactions) {
        this.store = store;
        this.actionStore = actionStore;
        this.actions = actions;
        this.clients = clients;
        this.gate = gate;
        this.devices = devices;
        this.sites = sites;
        this.audit = audit;
        this.transactions = transactions;
    }

    DdiAccess get(Access access) {
        return transactions.in(access.tenant(), this::read);
    }

    private DdiAccess read(Handle handle) {
        return store.access(handle).orElse(DdiAccess.OFF);
    }

    DdiAccess put(Access access, DdiResource.Wanted wanted) {
        DdiAccess stored = transactions.in(access.tenant(), handle -> {
            DdiAccess next = changed(handle, read(handle), wanted);
            store.put(handle, next);
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("enabled", next.enabled());
            detail.put("targetTokens", next.targetTokens());
            detail.put("authorities", next.authorities().size());
            detail.put("unknown", next.unknown().name().toLowerCase(Locale.ROOT));
            detail.put("confirmation", next.confirmation());
            detail.put("polling", next.polling().text());
            audit.append(handle, access.caller(), "ddi.access", OBJECT, detail);
            return next;
        });
        gate.forget(access.tenant());
        return stored;
    }

    private DdiAccess changed(Handle handle, DdiAccess now, DdiResource.Wanted wanted) {
        List<String> authorities = wanted.authorities() == null
                ? now.authorities()
                : wanted.authorities().stream()
                        .map(text -> text == null ? "" : text)
                        .map(text -> text.strip().toLowerCase(Locale.ROOT))
                        .toList();
        if (authorities.size() > MOST
                || authorities.stream().anyMatch(text -> text.isEmpty() || text.length() > 256 || text.contains(","))) {
            throw invalid("expected at most " + MOST + " `authorities` of 1 to 256 characters without commas");
        }
        if (!authorities.isEmpty() && !gate.hasProxies()) {
            throw invalid("expected `muster.ddi.trusted-proxies` to name a proxy before headers are believed,"
                    + " found none in the server's configuration");
        }
        List<String> tags = wanted.tags() == null ? now.tags() : wanted.tags();
        if (tags.size() > MOST
                || tags.stream()
                        .anyMatch(tag -> tag == null || !WORD.matcher(tag).matches())) {
            throw invalid("expected at most " + MOST + " `tags` of a-z, A-Z, 0-9, '.', '_', '+' and '-'");
        }
        String hardware = wanted.hardware() == null ? now.hardware() : wanted.hardware();
        if (!WORD.matcher(hardware).matches()) {
            throw invalid(
                    "expected `hardware` of 1 to 64 of a-z, A-Z, 0-9, '.', '_', '+' and '-', found `" + hardware + "`");
        }
        String site = wanted.site() == null ? now.site() : wanted.site();
        if (site != null && !site.isEmpty()) {
            sites.require(handle, site);
        }
        return new DdiAccess(
                wanted.enabled() == null ? now.enabled() : wanted.enabled(),
                now.gateway(),
                wanted.targetTokens() == null ? now.targetTokens() : wanted.targetTokens(),
                authorities,
                unknown(wanted.unknown(), now),
                hardware,
                site == null || site.isEmpty() ? null : site,
                tags,
                wanted.confirmation() == null ? now.confirmation() : wanted.confirmation(),
                polling(wanted.polling(), now),
                now.gatewayToken());
    }

    private static DdiAccess.Unknown unknown(@Nullable String text, DdiAccess now) {
        if (text == null) {
            return now.unknown();
        }
        try {
            return Feedback.word(DdiAccess.Unknown.class, text);
        } catch (IllegalArgumentException e) {
            throw invalid("expected `unknown` as `create`, `serial`, `udid` or `refuse`, found `" + text + "`");
        }
    }

    private static Polling polling(@Nullable String text, DdiAccess now) {
        if (text == null) {
            return now.polling();
        }
        try {
            return Polling.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid("`polling`: " + e.getMessage());
        }
    }

    /** Makes the token with which every controller id comes in; the one before is worth nothing from then on. */
    String gatewayToken(Access access, @Nullable String known) {
        String token = token(known);
        transactions.run(access.tenant(), handle -> {
            store.gatewayToken(handle, DdiAccess.Secret.of(token));
            audit.append(handle, access.caller(), "ddi.gateway-token.create", OBJECT, Map.of());
        });
        gate.forget(access.tenant());
        return token;
    }

    void endGatewayToken(Access access) {
        transactions.run(access.tenant(), handle -> {
            store.gatewayToken(handle, null);
            audit.append(handle, access.caller(), "ddi.gateway-token.delete", OBJECT, Map.of());
        });
        gate.forget(access.tenant());
    }

    /** A token that clients have already may be kept: they need not be touched then. */
    private static String token(@Nullable String known) {
        if (known == null || known.isEmpty()) {
            return Hashes.token();
        }
        if (!TOKEN.matcher(known).matches()) {
            throw invalid("expected a `token` of 16 to 128 printable ASCII characters without blanks");
        }
        return known;
    }

    /** Makes a device of a controller id before it asks, by the tenant's rule for unknown ones. */
    Client add(Access access, String controller) {
        try {
            return transactions.in(access.tenant(), handle -> {
                DdiAccess now = read(handle);
                if (Trip.first(handle, store.client(controller)).isPresent()) {
                    throw new ProblemException(
                            ProblemCode.ALREADY_EXISTS, "there is a controller `" + controller + "` already");
                }
                return clients.join(handle, access.tenant(), creating(now), controller, access.caller())
                        .orElseThrow();
            });
        } catch (DdiException e) {
            throw new ProblemException(
                    e.status() == 409 ? ProblemCode.ALREADY_EXISTS : ProblemCode.INVALID_REQUEST,
                    String.valueOf(e.getMessage()));
        }
    }

    private static DdiAccess creating(DdiAccess now) {
        return new DdiAccess(
                now.enabled(),
                now.gateway(),
                now.targetTokens(),
                now.authorities(),
                DdiAccess.Unknown.CREATE,
                now.hardware(),
                now.site(),
                now.tags(),
                now.confirmation(),
                now.polling(),
                now.gatewayToken());
    }

    String targetToken(Access access, DeviceId device, @Nullable String known) {
        String token = token(known);
        transactions.run(access.tenant(), handle -> {
            client(handle, access, device);
            store.targetToken(handle, device, DdiAccess.Secret.of(token));
            audit.append(handle, access.caller(), "ddi.target-token.create", "device/" + device, Map.of());
        });
        return token;
    }

    void endTargetToken(Access access, DeviceId device) {
        transactions.run(access.tenant(), handle -> {
            client(handle, access, device);
            store.targetToken(handle, device, null);
            audit.append(handle, access.caller(), "ddi.target-token.delete", "device/" + device, Map.of());
        });
    }

    /** A client and its newest actions, newest first, each with its history. */
    DdiResource.ClientAnswer show(Access access, DeviceId device) {
        return transactions.in(access.tenant(), handle -> {
            Client client = client(handle, access, device);
            List<DdiResource.ActionAnswer> newest = actionStore.newest(handle, device, MOST_ACTIONS).reversed().stream()
                    .map(action -> DdiResource.ActionAnswer.of(action, actionStore.entries(handle, action.id(), MOST)))
                    .toList();
            return DdiResource.ClientAnswer.of(client, newest);
        });
    }

    /** Asks the client to stop; what it never saw is stopped at once. */
    DdiResource.ActionAnswer cancel(Access access, DeviceId device, int id) {
        return transactions.in(access.tenant(), handle -> {
            client(handle, access, device);
            devices.lock(handle, device);
            DdiAction action = actionStore
                    .find(handle, device, id)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.NOT_FOUND, "no action " + id + " of device `" + device + "`"));
            if (action.state().isEnd()) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected an open action, found " + id + " "
                                + action.state().text());
            }
            audit.append(handle, access.caller(), "ddi.action.cancel", "device/" + device, Map.of("action", id));
            DdiAction stopped = actions.stop(
                    handle,
                    new DeviceRef(access.tenant(), device),
                    action,
                    "stopped by " + access.caller().name());
            return DdiResource.ActionAnswer.of(stopped, actionStore.entries(handle, id, MOST));
        });
    }

    /** Asks the client for its attributes once more. */
    void askAttributes(Access access, DeviceId device) {
        transactions.run(access.tenant(), handle -> {
            client(handle, access, device);
            store.wantAttributes(handle, device, true);
            audit.append(handle, access.caller(), "ddi.attributes.ask", "device/" + device, Map.of());
        });
    }

    private Client client(Handle handle, Access access, DeviceId device) {
        devices.require(handle, access.scope(), device);
        Optional<Client> client = Trip.first(handle, store.of(device));
        return client.orElseThrow(
                () -> new ProblemException(ProblemCode.NOT_FOUND, "device `" + device + "` is no client of DDI"));
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
