package dev.muster.control.commands;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command on the wire.
 *
 * @param perMinute null: all at once
 * @param causes its failures by cause; empty in lists
 */
public record CommandShown(
        UUID id,
        String kind,
        Map<String, String> arguments,
        String selector,
        @Nullable Integer perMinute,
        Instant deadline,
        String state,
        int size,
        int waiting,
        int sent,
        int accepted,
        int done,
        int failed,
        int rejected,
        int expired,
        int cancelled,
        Instant createdAt,
        String createdBy,
        String createdByName,
        List<CommandDeviceStore.Cause> causes) {
    static CommandShown of(StoredCommand command, List<CommandDeviceStore.Cause> causes) {
        return new CommandShown(
                command.id(),
                command.kind(),
                command.arguments(),
                command.selector(),
                command.perMinute().isPresent() ? command.perMinute().getAsInt() : null,
                command.deadline(),
                command.state(),
                command.size(),
                command.count(CommandState.WAITING),
                command.count(CommandState.SENT),
                command.count(CommandState.ACCEPTED),
                command.count(CommandState.DONE),
                command.count(CommandState.FAILED),
                command.count(CommandState.REJECTED),
                command.count(CommandState.EXPIRED),
                command.count(CommandState.CANCELLED),
                command.createdAt(),
                command.createdBy(),
                command.createdByName(),
                causes);
    }
}
