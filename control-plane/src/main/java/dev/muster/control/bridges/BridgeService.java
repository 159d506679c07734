package dev.muster.control.bridges;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ETags;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.outbound.OutboundSockets;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.BridgeDocument;
import dev.muster.policy.language.PolicyError;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.telemetry.bridge.BridgeConfig;
import dev.muster.telemetry.bridge.BridgeTls;
import dev.muster.telemetry.bridge.MqttProtocol;
import dev.muster.telemetry.bridge.Preview;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;

/** The connections of a tenant. Thread-safe. */
@Singleton
final class BridgeService {
    private static final int MOST = 100;
    private static final int PREVIEWS = 8;
    private static final Duration LONGEST_PREVIEW = Duration.ofSeconds(30);
    private static final int MOST_SHOWN = 200;
    private static final int LONGEST_SECRET = 64 * 1024;
    private static final int PLAIN = 1883;
    private static final int SECURE = 8883;

    private final BridgeStore store;
    private final ForeignDevices foreign;
    private final SiteService sites;
    private final OutboundSockets sockets;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final Semaphore previews = new Semaphore(PREVIEWS);

    BridgeService(
            BridgeStore store,
            ForeignDevices foreign,
            SiteService sites,
            OutboundSockets sockets,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.foreign = foreign;
        this.sites = sites;
        this.sockets = sockets;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    List<StoredBridge> list(Access access) {
        return transactions.in(access.tenant(), store::all);
    }

    StoredBridge get(Access access, String name) {
        return transactions.in(access.tenant(), handle -> require(handle, name));
    }

    /** Makes or changes a connection. Its secrets go where it leads elsewhere: whoever listens there was never meant to have them. */
    StoredBridge put(Access access, String name, String yaml, Optional<Long> ifMatch) {
        BridgeText text = named(name, yaml);
        return transactions.in(access.tenant(), handle -> {
            Optional<StoredBridge> before = store.lock(handle, name);
            ETags.check(ifMatch, before.map(StoredBridge::revision).orElse(0L));
            if (before.isEmpty() && store.count(handle) >= MOST) {
                throw conflict("expected at most " + MOST + " connections, found as many already");
            }
            checkSite(handle, text);
            long revision = before.map(StoredBridge::revision).orElse(0L) + 1;
            boolean keep = before.isPresent() && sameBroker(before.get(), text);
            store.put(handle, text, revision, keep, access.caller().actor(), clock.instant());
            note(
                    handle,
                    access,
                    "put",
                    name,
                    Map.of("revision", revision, "yaml", text.document().yaml()));
            return require(handle, name);
        });
    }

    private static BridgeText named(String name, String yaml) {
        BridgeText text = BridgeText.parse(yaml);
        if (!text.document().name().equals(name)) {
            throw BridgeText.invalid(List.of(new PolicyError(
                    "request",
                    1,
                    1,
                    "a connection named `" + name + "` expected, found `"
                            + text.document().name() + "`")));
        }
        return text;
    }

    /** Whether what is known of a broker may be told to it under the new text: same address, same authorities. */
    private static boolean sameBroker(StoredBridge before, BridgeText text) {
        BridgeDocument old = BridgeText.parse(before.yaml()).document();
        return before.broker().equals(text.document().broker().text())
                && old.ca()
                        .map(BridgeDocument.Said::text)
                        .equals(text.document().ca().map(BridgeDocument.Said::text));
    }

    private void checkSite(Handle handle, BridgeText text) {
        text.document().create().flatMap(BridgeDocument.Create::site).ifPresent(site -> {
            if (!sites.exists(handle, site.text())) {
                throw BridgeText.invalid(List.of(new PolicyError(
                        "request",
                        site.at().line(),
                        site.at().column(),
                        "field `site`: a site expected, found none called `" + site.text() + "`")));
            }
        });
    }

    /** Gives the connection other secrets instead of all it had. */
    StoredBridge secrets(Access access, String name, Secrets secrets) {
        check(secrets);
        return transactions.in(access.tenant(), handle -> {
            StoredBridge bridge = store.lock(handle, name).orElseThrow(() -> notFound(name));
            store.secrets(handle, name, secrets, access.caller().actor(), clock.instant());
            note(
                    handle,
                    access,
                    "secrets",
                    bridge.name(),
                    Map.of(
                            "password",
                            secrets.password() != null,
                            "certificate",
                            secrets.identity().isPresent()));
            return require(handle, name);
        });
    }

    private static void check(Secrets secrets) {
        for (String one : new String[] {
            secrets.password() == null ? "" : secrets.password(),
            secrets.certificate() == null ? "" : secrets.certificate(),
            secrets.key() == null ? "" : secrets.key()
        }) {
            if (one.length() > LONGEST_SECRET || one.indexOf('\0') >= 0) {
                throw invalid("expected secrets of at most " + LONGEST_SECRET + " characters without U+0000");
            }
        }
        if ((secrets.certificate() == null) != (secrets.key() == null)) {
            throw invalid("expected both `certificate` and `key`, or neither, found one");
        }
        try {
            new BridgeTls(Optional.empty(), secrets.identity()).sockets();
        } catch (GeneralSecurityException | RuntimeException e) {
            throw invalid("`certificate` and `key`: " + e.getMessage());
        }
    }

    /** Ends a connection. Its devices stay. */
    void delete(Access access, String name, Optional<Long> ifMatch) {
        transactions.run(access.tenant(), handle -> {
            StoredBridge bridge = store.lock(handle, name).orElseThrow(() -> notFound(name));
            ETags.check(ifMatch, bridge.revision());
            store.delete(handle, name);
            note(handle, access, "delete", name, Map.of());
        });
    }

    /** Makes a foreign device for a connection, for those that make none at first sight. */
    void register(Access access, String name, DeviceId device) {
        if (device.value().indexOf('/') >= 0) {
            throw invalid("expected a name without `/`, found `" + device + "`");
        }
        try {
            transactions.run(access.tenant(), handle -> {
                BridgeText text = BridgeText.parse(require(handle, name).yaml());
                BridgeDocument.Create create = text.document()
                        .create()
                        .orElse(new BridgeDocument.Create(Optional.empty(), List.of(), Optional.empty()));
                foreign.register(handle, access.caller(), text, create, device);
            });
        } catch (ForeignDevices.Refusal e) {
            throw conflict("device `" + device + "`: " + e.getMessage());
        }
    }

    /** What live traffic would become by a stored connection. */
    Preview.Result preview(Access access, String name, int seconds, int messages) {
        Draft draft = transactions.in(
                access.tenant(),
                handle -> new Draft(BridgeText.parse(require(handle, name).yaml()), store.secrets(handle, name)));
        return preview(access, draft, seconds, messages);
    }

    /** The same by a text that nobody stored; a connection of its name to the same broker lends its secrets. */
    Preview.Result previewOf(Access access, String yaml, int seconds, int messages) {
        BridgeText text = BridgeText.parse(yaml);
        String name = text.document().name();
        Secrets secrets = transactions.in(access.tenant(), handle -> store.find(handle, name)
                .filter(before -> sameBroker(before, text))
                .map(before -> store.secrets(handle, name))
                .orElse(Secrets.NONE));
        return preview(access, new Draft(text, secrets), seconds, messages);
    }

    private record Draft(BridgeText text, Secrets secrets) {}

    private Preview.Result preview(Access access, Draft draft, int seconds, int messages) {
        if (seconds < 1 || seconds > LONGEST_PREVIEW.toSeconds() || messages < 1 || messages > MOST_SHOWN) {
            throw invalid("expected `seconds` of 1 to " + LONGEST_PREVIEW.toSeconds() + " and `messages` of 1 to "
                    + MOST_SHOWN);
        }
        transactions.run(
                access.tenant(),
                handle -> note(
                        handle,
                        access,
                        "preview",
                        draft.text().document().name(),
                        Map.of("broker", draft.text().document().broker().text())));
        if (!previews.tryAcquire()) {
            throw new ProblemException(
                    ProblemCode.TOO_MANY_REQUESTS, "expected at most " + PREVIEWS + " previews at once, found more");
        }
        try {
            return Preview.run(
                    config(access.tenant(), draft.text(), draft.secrets(), 0),
                    draft.text().reader(),
                    devices -> foreign.look(access.tenant(), draft.text(), devices),
                    sockets::connect,
                    Duration.ofSeconds(seconds),
                    messages,
                    clock);
        } finally {
            previews.release();
        }
    }

    /** What the telemetry module must know. */
    static BridgeConfig config(TenantId tenant, BridgeText text, Secrets secrets, long epoch) {
        BridgeDocument document = text.document();
        URI uri = URI.create(document.broker().text());
        boolean secure = "mqtts".equals(uri.getScheme());
        String host = uri.getHost();
        return new BridgeConfig(
                tenant,
                document.name(),
                epoch,
                new BridgeConfig.Broker(
                        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                        uri.getPort() > 0 ? uri.getPort() : secure ? SECURE : PLAIN,
                        MqttProtocol.parse(document.protocol()).orElseThrow(),
                        secure
                                ? Optional.of(
                                        new BridgeTls(document.ca().map(BridgeDocument.Said::text), secrets.identity()))
                                : Optional.empty(),
                        document.username(),
                        Optional.ofNullable(secrets.password())),
                document.clientId().orElse("muster-" + tenant + "-" + document.name()),
                document.qos(),
                document.session(),
                document.quietAfter());
    }

    private StoredBridge require(Handle handle, String name) {
        return store.find(handle, name).orElseThrow(() -> notFound(name));
    }

    private void note(Handle handle, Access access, String verb, String name, Map<String, ?> detail) {
        audit.append(handle, access.caller(), "bridge." + verb, "bridge/" + name, new LinkedHashMap<>(detail));
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(ProblemCode.BRIDGE_NOT_FOUND, "no bridge `" + name + "`");
    }

    private static ProblemException conflict(String detail) {
        return new ProblemException(ProblemCode.CONFLICT, detail);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
