package dev.muster.control.ddi;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.devices.ReportSummary;
import dev.muster.control.reported.ReportedService;
import dev.muster.control.reported.StoredReport;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tenancy.Trip;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.reported.ConditionState;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Clients as devices: who is known, who becomes one, and what one says of itself. Thread-safe. */
@Singleton
final class ClientService {
    static final int MOST_ATTRIBUTES = 100;
    private static final int LONGEST_ATTRIBUTE = 128;
    private static final int LONGEST_CONTROLLER = 256;
    private static final int LONGEST_AGENT = 128;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Facts that we say; a client cannot. */
    private static final String CONTROLLER = "ddi.controller";

    private static final String PLATFORM = "platform";

    private final ClientStore store;
    private final DeviceService devices;
    private final ReportedService reported;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    ClientService(
            ClientStore store,
            DeviceService devices,
            ReportedService reported,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.reported = reported;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The client of this name; one query on the trip that opens the transaction, for this is what most polls need. */
    Optional<Client> find(TenantId tenant, String controller) {
        return transactions.in(tenant, trip -> trip.ask(store.client(controller)), (handle, client) -> client.first());
    }

    /** What an unknown client becomes by the tenant's rule; empty where that is nothing. */
    Optional<Client> join(TenantId tenant, DdiAccess access, String controller) {
        return transactions.in(
                tenant, handle -> join(handle, tenant, access, controller, new Caller.Server(tenant, "ddi")));
    }

    /** The same in the caller's transaction. */
    Optional<Client> join(Handle handle, TenantId tenant, DdiAccess access, String controller, Caller caller) {
        check(controller);
        Optional<Client> there = Trip.first(handle, store.client(controller));
        if (there.isPresent()) {
            return there;
        }
        Optional<DeviceId> device =
                switch (access.unknown()) {
                    case CREATE -> Optional.of(create(handle, tenant, access, controller));
                    case SERIAL -> claim(handle, tenant, access, controller, controller, null);
                    case UDID -> claim(handle, tenant, access, controller, null, controller);
                    case REFUSE -> Optional.empty();
                };
        return device.flatMap(id -> {
            if (!store.insert(handle, controller, id)) {
                throw new DdiException(409, "repo.entityAlreadyExists", "another request made it at the same moment");
            }
            audit.append(
                    handle,
                    caller,
                    "ddi.join",
                    "device/" + id,
                    Map.of(
                            "controller",
                            controller,
                            "by",
                            access.unknown().name().toLowerCase(java.util.Locale.ROOT)));
            return Trip.first(handle, store.client(controller));
        });
    }

    private DeviceId create(Handle handle, TenantId tenant, DdiAccess access, String controller) {
        DeviceId first = name(controller);
        for (DeviceId id : new DeviceId[] {first, apart(controller)}) {
            if (devices.register(handle, tenant, device(id, access, controller, null))) {
                return id;
            }
        }
        throw new DdiException(409, "repo.entityAlreadyExists", "another device has the name `" + first + "`");
    }

    private Optional<DeviceId> claim(
            Handle handle,
            TenantId tenant,
            DdiAccess access,
            String controller,
            @Nullable String serial,
            @Nullable String udid) {
        return devices.awaited(handle, serial, udid).map(awaited -> {
            DdiAccess as = awaited.hardware().isEmpty() ? access : withHardware(access, awaited.hardware());
            devices.claim(handle, tenant, device(awaited.id(), as, controller, serial));
            return awaited.id();
        });
    }

    private static DdiAccess withHardware(DdiAccess access, String hardware) {
        return new DdiAccess(
                access.enabled(),
                access.gateway(),
                access.targetTokens(),
                access.authorities(),
                access.unknown(),
                hardware,
                access.site(),
                access.tags(),
                access.confirmation(),
                access.polling(),
                access.gatewayToken());
    }

    private static NewDevice device(DeviceId id, DdiAccess access, String controller, @Nullable String serial) {
        return new NewDevice(id, access.hardware(), serial, access.site(), access.tags(), ours(controller));
    }

    private static Map<String, String> ours(String controller) {
        return Map.of(PLATFORM, "ddi", CONTROLLER, controller);
    }

    private static void check(String controller) {
        if (!DeviceWords.fit(controller) || controller.length() > LONGEST_CONTROLLER) {
            throw DdiException.invalid(
                    "expected a controller id of 1 to " + LONGEST_CONTROLLER + " characters without U+0000");
        }
    }

    /** The id itself where devices can have such a name. */
    static DeviceId name(String controller) {
        return NAME.matcher(controller).matches() ? new DeviceId(controller) : apart(controller);
    }

    /** A name that no other controller id gets. */
    static DeviceId apart(String controller) {
        String readable = controller.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[^A-Za-z0-9]+", "");
        String start = readable.isEmpty() ? "ddi" : readable.substring(0, Math.min(readable.length(), 48));
        return new DeviceId(start + "-" + Hashes.hex(Hashes.sha256(controller)).substring(0, 12));
    }

    /** Notes what the client calls itself, where that changed. */
    void noteAgent(TenantId tenant, Client client, DdiRequest request) {
        String agent = Feedback.shown(request.header("user-agent").orElse(""));
        String kept = agent.substring(0, Math.min(agent.length(), LONGEST_AGENT));
        if (!kept.equals(client.agent()) || !request.address().equals(client.address())) {
            transactions.run(tenant, handle -> store.agent(handle, client.device(), kept, request.address()));
        }
    }

    /** How attributes are taken in. */
    enum Mode {
        MERGE,
        REPLACE,
        REMOVE
    }

    /** What the client says of itself: facts of its device. */
    void attributes(TenantId tenant, Client client, Mode mode, Map<String, String> data) {
        if (data.isEmpty()) {
            throw DdiException.invalid("expected `data` with at least one attribute");
        }
        data.forEach((key, value) -> {
            boolean fits = DeviceWords.fitAttribute(key, value)
                    && key.length() <= LONGEST_ATTRIBUTE
                    && value.length() <= LONGEST_ATTRIBUTE;
            if (!fits) {
                throw DdiException.invalid("expected attributes of at most " + LONGEST_ATTRIBUTE
                        + " characters, found `" + Feedback.shown(key) + "`");
            }
        });
        transactions.run(tenant, handle -> {
            devices.lock(handle, client.device());
            Map<String, String> facts =
                    new HashMap<>(mode == Mode.REPLACE ? Map.of() : store.facts(handle, client.device()));
            if (mode == Mode.REMOVE) {
                facts.keySet().removeAll(new HashSet<>(data.keySet()));
            } else {
                facts.putAll(data);
            }
            facts.putAll(ours(client.controller()));
            if (facts.size() > MOST_ATTRIBUTES + ours("").size()) {
                throw DdiException.quota("expected at most " + MOST_ATTRIBUTES + " attributes, found " + facts.size());
            }
            Optional<StoredReport> report = reported.report(handle, client.device());
            devices.reported(
                    handle,
                    tenant,
                    Map.of(
                            client.device(),
                            new ReportSummary(
                                    report.map(StoredReport::generation).orElse(0L),
                                    report.map(ClientService::isSettled).orElse(true),
                                    null,
                                    facts)));
            store.wantAttributes(handle, client.device(), false);
        });
    }

    private static boolean isSettled(StoredReport report) {
        Set<ConditionState> good = Set.of(ConditionState.COMMITTED, ConditionState.ABSENT);
        return report.targets().stream().allMatch(condition -> good.contains(condition.state()));
    }

    /** From now on, or no longer, the device confirms what it is offered by itself. */
    void autoConfirm(Handle handle, DeviceRef device, boolean active, String initiator, String remark) {
        store.autoConfirm(
                handle,
                device.device(),
                active
                        ? new Client.AutoConfirm(true, initiator, remark, clock.instant())
                        : new Client.AutoConfirm(false, "", "", null));
        audit.append(
                handle,
                new Caller.Device(device),
                active ? "ddi.auto-confirm.on" : "ddi.auto-confirm.off",
                "device/" + device.device(),
                Map.of("initiator", initiator));
    }
}
