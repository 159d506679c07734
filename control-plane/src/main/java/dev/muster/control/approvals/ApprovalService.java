package dev.muster.control.approvals;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.approvals.EnrolmentRequest.State;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Keeps requests of devices until a person decides. Methods with a handle join the caller's transaction. Thread-safe. */
@Singleton
public final class ApprovalService {
    /** How long what ended is still shown. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final Duration SOONEST = Duration.ofSeconds(10);
    private static final Duration LATEST = Duration.ofMinutes(5);
    private static final int MAX_REASON = 500;
    private static final int ID_BYTES = 6;

    private final ApprovalStore store;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final ApprovalConfig config;
    private final Clock clock;

    ApprovalService(
            ApprovalStore store,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            ApprovalConfig config,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /** The request of this key, its row locked. */
    public Optional<EnrolmentRequest> find(Handle handle, byte[] key) {
        return store.byKey(handle, key, clock.instant());
    }

    /** Takes a request into the queue; one of the same key that ended is replaced. With its audit row. */
    public EnrolmentRequest ask(Handle handle, TenantId tenant, EnrolmentRequest.Asked asked) {
        Instant now = clock.instant();
        store.forget(handle, now.minus(KEPT));
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        String name = HexFormat.of().formatHex(id);
        store.ask(handle, name, asked, now, now.plus(config.keep()));
        audit.append(
                handle,
                new Caller.Server(tenant, "enrolment"),
                "enrolment-request.ask",
                "enrolment-request/" + name,
                Map.of(
                        "source", asked.source(),
                        "wished", asked.wished(),
                        "hardware", asked.hardware(),
                        "address", asked.address()));
        return store.lock(handle, name, now).orElseThrow();
    }

    /** When a device that waits asks again: soon at first, then ever less often. */
    public Duration again(EnrolmentRequest request) {
        Duration waited = Duration.between(request.askedAt(), clock.instant()).dividedBy(10);
        Duration capped = waited.compareTo(LATEST) > 0 ? LATEST : waited;
        return capped.compareTo(SOONEST) < 0 ? SOONEST : capped;
    }

    /** Notes which device an approved request became. */
    public void came(Handle handle, EnrolmentRequest request, DeviceId device) {
        store.came(handle, request.id(), device);
    }

    List<EnrolmentRequest> list(Access access, @Nullable State state, Instant afterTime, String afterId, int limit) {
        return transactions.in(
                access.tenant(),
                handle -> store.list(handle, state, afterTime, afterId, limit, clock.instant()).stream()
                        .map(request -> shown(handle, request))
                        .toList());
    }

    EnrolmentRequest approve(Access access, String id, @Nullable String device) {
        // A program that may make tokens must not be able to agree with itself.
        Access person = access.person();
        return transactions.in(access.tenant(), handle -> {
            EnrolmentRequest request = open(handle, id, State.WAITING, State.REJECTED);
            String name = device == null ? null : free(handle, access.tenant(), device);
            decide(handle, person, request, State.APPROVED, "", name);
            return shown(handle, store.lock(handle, id, clock.instant()).orElseThrow());
        });
    }

    EnrolmentRequest reject(Access access, String id, @Nullable String reason) {
        String why = reason == null ? "" : reason;
        if (why.length() > MAX_REASON) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `reason` of at most " + MAX_REASON + " characters, found " + why.length());
        }
        return transactions.in(access.tenant(), handle -> {
            EnrolmentRequest request = open(handle, id, State.WAITING, State.APPROVED);
            if (request.cameAs() != null) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected a request that was not fetched yet, found that it came as `" + request.cameAs()
                                + "`: suspend or retire that device");
            }
            decide(handle, access, request, State.REJECTED, why, null);
            return store.lock(handle, id, clock.instant()).orElseThrow();
        });
    }

    private void decide(
            Handle handle, Access access, EnrolmentRequest request, State state, String reason, @Nullable String name) {
        Instant now = clock.instant();
        store.decide(
                handle,
                request.id(),
                state,
                new ApprovalStore.Decision(now, access.caller().actor(), reason, name, now.plus(config.keep())));
        audit.append(
                handle,
                access.caller(),
                "enrolment-request." + (state == State.APPROVED ? "approve" : "reject"),
                "enrolment-request/" + request.id(),
                Map.of(
                        "device",
                        name == null ? request.device() : name,
                        "key",
                        request.keyFingerprint(),
                        "reason",
                        reason));
    }

    private EnrolmentRequest open(Handle handle, String id, State... expected) {
        EnrolmentRequest request = store.lock(handle, id, clock.instant())
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.ENROLMENT_REQUEST_NOT_FOUND, "no enrolment request `" + id + "`"));
        for (State state : expected) {
            if (request.state() == state) {
                return request;
            }
        }
        throw new ProblemException(
                ProblemCode.CONFLICT,
                "expected enrolment request `" + id + "` to be "
                        + expected[0].name().toLowerCase(Locale.ROOT) + " or "
                        + expected[1].name().toLowerCase(Locale.ROOT) + ", found it "
                        + request.state().name().toLowerCase(Locale.ROOT));
    }

    private String free(Handle handle, TenantId tenant, String device) {
        DeviceId id;
        try {
            id = new DeviceId(device);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "`device`: " + e.getMessage());
        }
        if (device.indexOf('/') >= 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `device` without `/`, found `" + device
                            + "`: a sub-device has no certificate of its own");
        }
        if (devices.exists(handle, Scope.wholeTenant(tenant), id)) {
            throw new ProblemException(
                    ProblemCode.ALREADY_EXISTS, "expected a free name, found `" + device + "` taken");
        }
        return device;
    }

    private EnrolmentRequest shown(Handle handle, EnrolmentRequest request) {
        return request.cameAs() != null
                ? request
                : request.takingPlaceOf(devices.awaiting(
                                handle, request.serial(), request.facts().get("udid"))
                        .map(DeviceId::value)
                        .orElse(null));
    }
}
