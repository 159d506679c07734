package dev.muster.control.commands;

import dev.muster.control.access.Access;
import dev.muster.control.access.Scope;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.command.CommandReasons;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Takes commands of people in and what devices answer; the worker hands them out. Thread-safe. */
@Singleton
public final class CommandService {
    private static final int MAX_REASON = 64;
    private static final int CANCEL_BATCH = 1_000_000;

    private final CommandStore store;
    private final CommandDeviceStore rows;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final QuotaService quotas;
    private final Clock clock;

    CommandService(
            CommandStore store,
            CommandDeviceStore rows,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            QuotaService quotas,
            Clock clock) {
        this.store = store;
        this.rows = rows;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Makes a command for active devices of the caller's scope; the problem {@code conflict} where there is none. */
    StoredCommand create(Access access, NewCommand asked) {
        return transactions.in(access.tenant(), handle -> {
            List<DeviceId> chosen = store.active(handle, chosen(handle, access.scope(), asked));
            if (chosen.isEmpty()) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected at least one active device that is meant, found none");
            }
            UUID id = UUID.randomUUID();
            Instant now = clock.instant();
            Instant deadline = now.plus(asked.within());
            store.insert(
                    handle,
                    id,
                    asked,
                    deadline,
                    chosen.size(),
                    now,
                    access.caller().actor());
            rows.insert(handle, id, chosen, now);
            quotas.check(handle, Quota.COMMANDS_PER_HOUR);
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("kind", asked.kind().verb());
            detail.put("arguments", asked.kind().arguments());
            detail.put("devices", chosen.size());
            detail.put("deadline", deadline.toString());
            audit.append(handle, access.caller(), "command.run", "command/" + id, detail);
            return find(handle, access, id);
        });
    }

    private List<DeviceId> chosen(Handle handle, Scope scope, NewCommand asked) {
        if (asked.devices().isEmpty()) {
            return devices.select(handle, scope, asked.selector());
        }
        for (DeviceId device : asked.devices()) {
            if (!devices.exists(handle, scope, device)) {
                throw DeviceService.notFound(device);
            }
        }
        return asked.devices();
    }

    /** The command, if a device of it is in scope; the problem {@code command-not-found} otherwise. */
    StoredCommand find(Handle handle, Access access, UUID id) {
        return store.find(handle, access.scope(), id).orElseThrow(() -> notFound(id));
    }

    /** No device gets it any more; those that have it go on. Doing it twice changes nothing. */
    StoredCommand cancel(Access access, UUID id) {
        return transactions.in(access.tenant(), handle -> {
            find(handle, access, id);
            if (store.reachesBeyond(handle, access.scope(), id)) {
                throw new ProblemException(
                        ProblemCode.FORBIDDEN,
                        "expected the role `" + access.role().text() + "` for every device of the command");
            }
            StoredCommand command = store.lock(handle, id).orElseThrow(() -> notFound(id));
            if (command.state().equals("running")) {
                int count = rows.moveAll(
                        handle, id, CommandState.WAITING, CommandState.CANCELLED, "", clock.instant(), CANCEL_BATCH);
                store.move(handle, id, CommandState.WAITING, CommandState.CANCELLED, count);
                store.state(handle, id, "cancelled", clock.instant());
                completeIfOver(handle, id);
                audit.append(handle, access.caller(), "command.cancel", "command/" + id, Map.of("devices", count));
            }
            return find(handle, access, id);
        });
    }

    /**
     * Whether the device may upload for this command now; joins the caller's transaction. An id that is none is one that
     * nobody asked with.
     */
    public boolean asksUpload(Handle handle, DeviceRef device, UUID command) {
        return store.asksUpload(handle, command, device.device(), clock.instant());
    }

    /** The device has the command. */
    void accepted(Handle handle, DeviceRef device, String id) {
        Optional<UUID> command = id(id);
        if (command.isEmpty() || store.lock(handle, command.get()).isEmpty()) {
            return;
        }
        rows.lock(handle, command.get(), device.device())
                .filter(state -> state == CommandState.SENT)
                .ifPresent(state -> move(handle, command.get(), device.device(), state, CommandState.ACCEPTED, "", ""));
    }

    /** What the device answered, taken in once; true if it was news. */
    boolean answered(Handle handle, DeviceRef device, CommandAnswer answer) {
        Optional<UUID> command = id(answer.id());
        if (command.isEmpty() || store.lock(handle, command.get()).isEmpty()) {
            return false;
        }
        Optional<CommandState> state =
                rows.lock(handle, command.get(), device.device()).filter(CommandState::takesAnswer);
        if (state.isEmpty()) {
            return false;
        }
        CommandState to = CommandState.of(answer.outcome());
        String reason = answer.reason().isEmpty() && to != CommandState.DONE ? CommandReasons.FAILED : answer.reason();
        move(
                handle,
                command.get(),
                device.device(),
                state.get(),
                to,
                reason.substring(0, Math.min(MAX_REASON, reason.length())),
                answer.output()
                        .substring(
                                0,
                                Math.min(
                                        CommandAnswer.MAX_OUTPUT,
                                        answer.output().length())));
        completeIfOver(handle, command.get());
        return true;
    }

    /** Whether rows can hold what the device said. */
    static boolean isStorable(CommandAnswer answer) {
        return DeviceWords.areText(List.of(answer.id(), answer.output(), answer.reason()));
    }

    private void move(
            Handle handle,
            UUID command,
            DeviceId device,
            CommandState from,
            CommandState to,
            String reason,
            String output) {
        rows.set(handle, command, device, to, reason, output, clock.instant());
        store.move(handle, command, from, to, 1);
    }

    /** Ends the command where no device is open; the caller holds its row. */
    void completeIfOver(Handle handle, UUID id) {
        StoredCommand command = store.lock(handle, id).orElseThrow();
        boolean open = CommandState.OPEN.stream().anyMatch(state -> command.count(state) > 0);
        if (!open && !command.state().equals("completed")) {
            store.state(handle, id, "completed", clock.instant());
        }
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ProblemException notFound(UUID id) {
        return new ProblemException(ProblemCode.COMMAND_NOT_FOUND, "no command `" + id + "` is visible to you");
    }
}
