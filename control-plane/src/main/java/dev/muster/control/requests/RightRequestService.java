package dev.muster.control.requests;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.events.EventListener;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Takes in what apps ask for and what people answer. Thread-safe. */
@Singleton
public final class RightRequestService implements EventListener {
    /** The event's kind. */
    static final String KIND = "permission.request";

    /** Of one device at a time: one that asks for everything fills nobody's list. */
    static final int MOST_OPEN = 50;

    private static final Logger LOG = Logger.getLogger(RightRequestService.class);
    private static final int MAX_TEXT = 500;
    private static final List<String> STATES = List.of("open", "granted", "declined");

    private final RightRequestStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    RightRequestService(RightRequestStore store, AuditStore audit, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public void happened(Handle handle, DeviceRef device, DeviceEvent event) {
        if (!event.kind().equals(KIND)) {
            return;
        }
        Optional<RightRequestStore.Asked> asked = read(device, event.detail());
        if (asked.isEmpty() || !store.ask(handle, asked.get(), clock.instant(), MOST_OPEN)) {
            LOG.warnf(
                    "a request of `%s` for a right is kept as an event only: it cannot be read, or too many are open",
                    device);
        }
    }

    private static Optional<RightRequestStore.Asked> read(DeviceRef device, Map<String, String> detail) {
        String app = detail.getOrDefault("app", "");
        String permission = detail.getOrDefault("permission", "");
        String reason = detail.getOrDefault("reason", "");
        String by = detail.getOrDefault("askedBy", "");
        Optional<Integer> user = number(detail.getOrDefault("user", "100"));
        Optional<Integer> instance = number(detail.getOrDefault("instance", "0"));
        return app.isEmpty()
                        || permission.isEmpty()
                        || reason.length() > MAX_TEXT
                        || user.isEmpty()
                        || instance.isEmpty()
                        || !DeviceWords.fit(app, permission, by)
                ? Optional.empty()
                : Optional.of(new RightRequestStore.Asked(
                        device.device(), app, user.get(), instance.get(), permission, reason, by));
    }

    private static Optional<Integer> number(String text) {
        return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    List<RightRequest> list(Access access, @Nullable String state, long skip, int limit) {
        if (state != null && !STATES.contains(state)) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected `state` as one of " + STATES + ", found `" + state + "`");
        }
        return transactions.in(access.tenant(), handle -> store.list(handle, access.scope(), state, skip, limit));
    }

    RightRequest get(Access access, UUID id) {
        return transactions.in(access.tenant(), handle -> find(handle, access, id));
    }

    /** Answers; the problem {@code conflict} where somebody did before. */
    RightRequest answer(Access access, UUID id, boolean granted, String note) {
        if (note.length() > MAX_TEXT) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `note` of at most " + MAX_TEXT + " characters, found " + note.length());
        }
        return transactions.in(access.tenant(), handle -> {
            RightRequest request = find(handle, access, id);
            String state = granted ? "granted" : "declined";
            if (!store.answer(handle, id, state, note, access.caller().actor(), clock.instant())) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected an open request, found it " + request.state());
            }
            audit.append(
                    handle,
                    access.caller(),
                    granted ? "permission-request.grant" : "permission-request.decline",
                    "device/" + request.device(),
                    Map.of(
                            "request",
                            id.toString(),
                            "app",
                            request.app(),
                            "permission",
                            request.permission(),
                            "note",
                            note));
            return find(handle, access, id);
        });
    }

    private RightRequest find(Handle handle, Access access, UUID id) {
        return store.find(handle, access.scope(), id)
                .orElseThrow(
                        () -> new ProblemException(ProblemCode.NOT_FOUND, "no request `" + id + "` is visible to you"));
    }
}
