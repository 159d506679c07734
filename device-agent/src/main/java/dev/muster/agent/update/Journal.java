package dev.muster.agent.update;

import dev.muster.agent.store.StateStore;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The {@link AgentState} on disk. Only the loop's thread writes; {@link #state} may be read by any thread and never shows
 * what is not durable.
 */
public final class Journal {
    private final StateStore store;
    private final Consumer<AgentState> changed;
    private volatile AgentState state;

    /** Reads what is there; {@code changed} is told after every durable change. */
    public Journal(StateStore store, Consumer<AgentState> changed) throws IOException {
        this.store = store;
        this.changed = changed;
        this.state = store.read().map(AgentState::fromJson).orElseGet(AgentState::initial);
    }

    public AgentState state() {
        return state;
    }

    /** Makes {@code next} durable, then current. A state equal to the current one costs nothing. */
    public void save(AgentState next) throws IOException {
        if (!next.equals(state)) {
            store.write(next.toJson());
            state = next;
            changed.accept(next);
        }
    }
}
