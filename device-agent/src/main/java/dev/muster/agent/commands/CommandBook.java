package dev.muster.agent.commands;

import dev.muster.agent.store.StateStore;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commands this device knows, on disk. INVARIANT (at most once): an id is forgotten only after its deadline, when
 * the same command again is too late to be done. Device time never goes back, so this holds across restarts. Not
 * thread-safe.
 */
final class CommandBook {
    /** Most commands whose deadline is still ahead. */
    static final int MAX = 256;

    private final StateStore store;
    private final Map<String, CommandEntry> entries = new LinkedHashMap<>();

    CommandBook(StateStore store) throws IOException {
        this.store = store;
        store.read().ifPresent(bytes -> JsonObject.parse(bytes)
                .objects("commands", CommandEntry::from)
                .forEach(entry -> entries.put(entry.id(), entry)));
    }

    Optional<CommandEntry> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** Those that are not answered, in the order they came. */
    List<CommandEntry> open() {
        return entries.values().stream()
                .filter(entry -> entry.stage() != CommandEntry.Stage.ANSWERED)
                .toList();
    }

    /** Whether one more fits; forgets what is over. */
    boolean hasRoom(Instant now) {
        entries.values()
                .removeIf(entry -> entry.stage() == CommandEntry.Stage.ANSWERED
                        && entry.deadline().isBefore(now));
        return entries.size() < MAX;
    }

    /** Makes the entry durable, then current; when it throws, the one before is still in force. */
    void save(CommandEntry entry) throws IOException {
        Map<String, CommandEntry> next = new LinkedHashMap<>(entries);
        next.put(entry.id(), entry);
        store.write(JsonObject.write(Map.of(
                "commands", next.values().stream().map(CommandEntry::toMap).toList())));
        entries.put(entry.id(), entry);
    }
}
