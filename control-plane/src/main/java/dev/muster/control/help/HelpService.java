package dev.muster.control.help;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceListener;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.foureyes.Critical;
import dev.muster.control.foureyes.CriticalChange;
import dev.muster.control.foureyes.FourEyesService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.help.HelpKind;
import dev.muster.protocol.help.HelpStart;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.KafkaTopics;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sessions of remote help, from asking to their end. Thread-safe. */
@Singleton
public final class HelpService implements CriticalChange, DeviceListener {
    private static final String KIND = "help.session";
    private static final int MAX_END = 500;
    private static final Duration UNFETCHED = Duration.ofHours(1);
    private static final Duration LIFE_OF_QUESTION = Duration.ofDays(7);

    private final HelpStore store;
    private final HelpBell bell;
    private final HelpCarrier carrier;
    private final HelpConfig config;
    private final DeviceService devices;
    private final FourEyesService fourEyes;
    private final AuditStore audit;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final TenantTransactions transactions;
    private final ChangeFeed feed;
    private final Clock clock;

    HelpService(
            HelpStore store,
            HelpBell bell,
            HelpCarrier carrier,
            HelpConfig config,
            DeviceService devices,
            FourEyesService fourEyes,
            AuditStore audit,
            OutboxStore outbox,
            KafkaTopics topics,
            TenantTransactions transactions,
            ChangeFeed feed,
            Clock clock) {
        this.store = store;
        this.bell = bell;
        this.carrier = carrier;
        this.config = config;
        this.devices = devices;
        this.fourEyes = fourEyes;
        this.audit = audit;
        this.outbox = outbox;
        this.topics = topics;
        this.transactions = transactions;
        this.feed = feed;
        this.clock = clock;
    }

    /** The problem {@code device-not-found} unless the device is in scope. */
    void requireVisible(Access access, DeviceId device) {
        devices.requireVisible(access, device);
    }

    /** Asks for a session; in state {@code asked} where a second person has to agree first. */
    HelpSession ask(Access access, DeviceId device, NewHelp asked) {
        access.person();
        if (asked.minutes() < 1 || asked.minutes() > config.longest().toMinutes()) {
            throw NewHelp.invalid(
                    "expected `minutes` from 1 to " + config.longest().toMinutes() + ", found " + asked.minutes());
        }
        return transactions.in(access.tenant(), handle -> {
            Device found = devices.require(handle, access.scope(), device);
            requireActive(found);
            if (store.countLive(handle) >= config.maxOpen()) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected at most " + config.maxOpen() + " sessions that are not over: end some first");
            }
            boolean waits = fourEyes.asks(handle, Critical.REMOTE_HELP);
            Instant now = clock.instant();
            UUID id = UUID.randomUUID();
            store.insert(
                    handle,
                    new HelpSession(
                            id,
                            found.id(),
                            asked.kind().text(),
                            asked.subject(),
                            asked.reason(),
                            asked.minutes(),
                            waits ? "asked" : "ready",
                            now,
                            access.caller().actor(),
                            null,
                            now.plus(waits ? LIFE_OF_QUESTION : config.begins()),
                            null,
                            null,
                            null,
                            0,
                            0,
                            ""),
                    asked.columns(),
                    asked.rows());
            if (waits) {
                fourEyes.ask(
                        handle,
                        access,
                        new FourEyesService.Ask(
                                KIND,
                                object(id),
                                "remote help on `" + found.id() + "` for " + asked.minutes() + " min: " + asked.told()
                                        + ", " + asked.reason(),
                                Map.of("session", id.toString())));
            }
            record(handle, access.caller(), "help.ask", row(handle, id).shown(), Map.of("reason", asked.reason()));
            return row(handle, id).shown();
        });
    }

    private static void requireActive(Device device) {
        if (device.status() != DeviceState.Status.ACTIVE) {
            throw new ProblemException(
                    ProblemCode.DEVICE_NOT_ACTIVE, "expected `" + device.id() + "` to be active, found it not");
        }
    }

    /** Calls the device; from now on the session's minutes run. */
    HelpSession start(Access access, UUID id) {
        access.person();
        return transactions.in(access.tenant(), handle -> {
            HelpSession session = own(handle, access, id).shown();
            DeviceId device = new DeviceId(session.device());
            devices.holdOne(handle, access.scope(), device);
            requireActive(devices.require(handle, access.scope(), device));
            session = row(handle, id).shown();
            if (!session.state().equals("ready")) {
                throw new ProblemException(
                        session.state().equals("asked") ? ProblemCode.SECOND_PERSON_NEEDED : ProblemCode.CONFLICT,
                        session.state().equals("asked")
                                ? "expected another person to agree first (muster four-eyes)"
                                : "expected a session that has not begun, found it " + session.state());
            }
            store.atDevice(handle, device).ifPresent(other -> {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "session `" + other + "` is open on `" + device + "`: end it first");
            });
            Instant now = clock.instant();
            store.state(handle, id, "starting", now.plus(Duration.ofMinutes(session.minutes())), now);
            outbox.append(
                    handle,
                    topics.down(),
                    new DeviceRef(access.tenant(), device).key(),
                    new DownMessage.Run(new Command(id.toString(), HelpStart.VERB, Map.of(), now.plus(config.comes())))
                            .toJson());
            record(handle, access.caller(), "help.start", session, Map.of());
            changed(handle, access.tenant(), device);
            return row(handle, id).shown();
        });
    }

    /** Ends it; for everybody who has the right on the device. Doing it twice changes nothing. */
    HelpSession end(Access access, UUID id) {
        return transactions.in(access.tenant(), handle -> {
            HelpRow row = find(handle, access, id);
            end(
                    handle,
                    access.tenant(),
                    access.caller(),
                    row.shown().id(),
                    "ended by " + access.caller().name());
            return row(handle, id).shown();
        });
    }

    HelpSession get(Access access, UUID id) {
        return transactions.in(
                access.tenant(), handle -> find(handle, access, id).shown());
    }

    List<HelpSession> list(Access access, @Nullable String device, boolean live, long skip, int limit) {
        return transactions.in(
                access.tenant(), handle -> store.list(handle, access.scope(), device, live, skip, limit));
    }

    /** Frames of the person to the device. */
    void down(Access access, UUID id, HelpFrames frames) {
        carrier.push(access.tenant(), id, person(access, id), frames);
    }

    /** Frames of the device to the person. */
    HelpFrames up(Access access, UUID id, long after) {
        return carrier.pull(access.tenant(), id, person(access, id), after);
    }

    private HelpCarrier.Side person(Access access, UUID id) {
        access.person();
        return new HelpCarrier.Side(false, (handle, row) -> own(handle, access, id));
    }

    /** The device comes: what it is asked to do. The caller is the device that the certificate names. */
    HelpStart open(DeviceRef device, UUID id) {
        return transactions.in(device.tenant(), handle -> {
            HelpRow row = of(handle, device, id);
            HelpSession session = row.shown();
            if (!session.state().equals("starting")) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected a session that begins, found it " + session.state());
            }
            store.state(handle, id, "open", session.until(), clock.instant());
            record(handle, new Caller.Device(device), "help.open", session, Map.of());
            changed(handle, device.tenant(), device.device());
            handle.afterCommit(() -> bell.ring(id));
            return new HelpStart(
                    id.toString(),
                    HelpKind.parse(session.kind()),
                    session.subject(),
                    row.columns(),
                    row.rows(),
                    session.until(),
                    session.askedByName() == null ? session.askedBy() : session.askedByName(),
                    session.reason());
        });
    }

    /** Frames of the device. */
    void fromDevice(DeviceRef device, UUID id, HelpFrames frames) {
        carrier.push(device.tenant(), id, side(device), frames);
        transactions.run(device.tenant(), handle -> {
            HelpRow row = row(handle, id);
            if (row.shown().isTerminal() && row.shown().bytesUp() + row.shown().bytesDown() > config.maxTranscript()) {
                end(
                        handle,
                        device.tenant(),
                        new Caller.Server(device.tenant(), "help"),
                        id,
                        "more than " + config.maxTranscript() + " bytes");
            }
        });
    }

    /** Frames for the device. */
    HelpFrames toDevice(DeviceRef device, UUID id, long after) {
        return carrier.pull(device.tenant(), id, side(device), after);
    }

    /** The device says that it is over, or that it refuses. */
    void close(DeviceRef device, UUID id, String reason) {
        transactions.run(device.tenant(), handle -> {
            of(handle, device, id);
            end(
                    handle,
                    device.tenant(),
                    new Caller.Device(device),
                    id,
                    reason.substring(0, Math.min(MAX_END, reason.length())));
        });
    }

    private HelpCarrier.Side side(DeviceRef device) {
        return new HelpCarrier.Side(true, (handle, row) -> requireOf(device, row));
    }

    private HelpRow of(Handle handle, DeviceRef device, UUID id) {
        HelpRow row = store.lock(handle, id).orElseThrow(() -> notFound(id));
        requireOf(device, row);
        return row;
    }

    private static void requireOf(DeviceRef device, HelpRow row) {
        if (!row.shown().device().equals(device.device().value())) {
            throw notFound(row.shown().id());
        }
    }

    /** What a terminal showed and was told, piece by piece; the audit row says who read it. */
    List<HelpStore.Kept> transcript(Access access, UUID id, long after, int limit) {
        return transactions.in(access.tenant(), handle -> {
            HelpSession session = find(handle, access, id).shown();
            if (after == 0) {
                record(handle, access.caller(), "help.transcript", session, Map.of());
            }
            return store.transcript(handle, id, after, limit);
        });
    }

    /** Ends what is due and forgets what is old. */
    void sweep(TenantId tenant) {
        Instant now = clock.instant();
        List<UUID> due = transactions.in(tenant, handle -> store.due(handle, now, config.idle(), config.comes()));
        for (UUID id : due) {
            transactions.run(tenant, handle -> {
                HelpRow row = row(handle, id);
                String why = !now.isBefore(row.shown().until())
                        ? "its time is over"
                        : row.shown().state().equals("starting")
                                ? "the device did not come within "
                                        + config.comes().toSeconds()
                                        + " s: it is not connected, or its agent does not know remote help"
                                : "nothing moved for " + config.idle().toMinutes() + " min";
                end(handle, tenant, new Caller.Server(tenant, "help"), id, why);
            });
        }
        transactions.run(tenant, handle -> store.forget(handle, now.minus(config.keep()), now.minus(UNFETCHED)));
    }

    private void end(Handle handle, TenantId tenant, Caller by, UUID id, String why) {
        HelpSession session =
                store.lock(handle, id).orElseThrow(() -> notFound(id)).shown();
        if (session.isOver()) {
            return;
        }
        store.end(handle, id, why, clock.instant());
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("why", why);
        detail.put("bytesUp", session.bytesUp());
        detail.put("bytesDown", session.bytesDown());
        detail.put("digest", session.digest());
        record(handle, by, "help.end", session, detail);
        changed(handle, tenant, new DeviceId(session.device()));
        handle.afterCommit(() -> bell.ring(id));
    }

    private void changed(Handle handle, TenantId tenant, DeviceId device) {
        handle.afterCommit(() -> feed.device(tenant, device));
    }

    // On the device's own object, so that its timeline shows it.
    private void record(Handle handle, Caller by, String verb, HelpSession session, Map<String, ?> more) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("session", session.id().toString());
        detail.put("kind", session.kind());
        detail.put("subject", session.subject());
        detail.putAll(more);
        audit.append(handle, by, verb, "device/" + session.device(), detail);
    }

    private HelpRow find(Handle handle, Access access, UUID id) {
        return store.find(handle, access.scope(), id).orElseThrow(() -> notFound(id));
    }

    private HelpRow own(Handle handle, Access access, UUID id) {
        HelpRow row = find(handle, access, id);
        if (!row.shown().askedBy().equals(access.caller().actor())) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "expected the one who asked for the session");
        }
        return row;
    }

    private HelpRow row(Handle handle, UUID id) {
        return store.lock(handle, id).orElseThrow(() -> notFound(id));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void carryOut(Handle handle, Access second, JsonObject change) {
        UUID id = UUID.fromString(change.string("session"));
        HelpSession session = row(handle, id).shown();
        if (!session.state().equals("asked")) {
            throw new ProblemException(
                    ProblemCode.CONFLICT, "expected a session that waits, found it " + session.state());
        }
        Instant now = clock.instant();
        store.state(handle, id, "ready", now.plus(config.begins()), now);
    }

    @Override
    public void drop(Handle handle, Access by, JsonObject change) {
        end(handle, by.tenant(), by.caller(), UUID.fromString(change.string("session")), "nobody agreed");
    }

    /** INVARIANT (suspension cuts): a device that is not active has no session. */
    @Override
    public void statusChanged(Handle handle, DeviceRef device, DeviceState.Status status) {
        if (status != DeviceState.Status.ACTIVE) {
            for (UUID id : store.live(handle, device.device())) {
                end(
                        handle,
                        device.tenant(),
                        new Caller.Server(device.tenant(), "help"),
                        id,
                        "the device was " + status.name().toLowerCase(java.util.Locale.ROOT));
            }
        }
    }

    private static String object(UUID id) {
        return "help-session/" + id;
    }

    private static ProblemException notFound(UUID id) {
        return new ProblemException(ProblemCode.NOT_FOUND, "no session `" + id + "` is visible to you");
    }
}
