package dev.muster.control.commands;

import dev.muster.protocol.command.Command;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * One command with its counters.
 *
 * @param state running, cancelled or completed
 * @param credit how many devices the pace let have it at {@code creditAt}
 */
record StoredCommand(
        UUID id,
        String kind,
        Map<String, String> arguments,
        String selector,
        OptionalInt perMinute,
        double credit,
        Instant creditAt,
        Instant deadline,
        String state,
        int size,
        Map<CommandState, Integer> counters,
        Instant createdAt,
        String createdBy,
        String createdByName) {
    StoredCommand {
        arguments = Map.copyOf(arguments);
        counters = new EnumMap<>(counters);
    }

    int count(CommandState state) {
        return counters.getOrDefault(state, 0);
    }

    /** As it goes to a device. */
    Command wire() {
        return new Command(id.toString(), kind, arguments, deadline);
    }
}
