package dev.muster.agent;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.store.TwoSlotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the disk had to say when the agent opened its state, and what keeps it from its work now. {@link #trouble} is for
 * any thread, the rest for the one that opens and starts the agent.
 */
final class StateHealth {
    private static final int MAX_TROUBLE_CHARS = 400;

    private final StateDir state;
    private final List<String> damage = new ArrayList<>();
    private volatile String trouble = "";

    StateHealth(StateDir state) {
        this.state = state;
    }

    /** A document of the journal. */
    TwoSlotStore store(String name) throws IOException {
        TwoSlotStore store = new TwoSlotStore(state.journal(), name);
        found(store.problems());
        return store;
    }

    /**
     * A number higher than that of every start before. The server takes a record of an older start, or of the same one
     * with a number it has seen, for one that came twice: a number that went back with a damaged journal would silence
     * the device. So where it may have gone back, seconds since 1970 are used, which no count of starts reaches.
     */
    long nextBoot(InstantSource time) throws IOException {
        TwoSlotStore store = store("boot");
        long boot = store.read().map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L) + 1;
        if (!store.problems().isEmpty()) {
            boot = Math.max(boot, time.instant().getEpochSecond());
        }
        try {
            store.write(ByteBuffer.allocate(Long.BYTES).putLong(boot).array());
        } catch (IOException e) {
            // A device whose disk is full still answers the services on it.
            damage.add(String.valueOf(e.getMessage()));
            boot = Math.max(boot, time.instant().getEpochSecond());
        }
        return boot;
    }

    /** Something that may fail without harm now. */
    interface Attempt {
        void run() throws IOException;
    }

    void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException e) {
            damage.add(String.valueOf(e.getMessage()));
        }
    }

    /** Further lines, each of which names its file. */
    void found(List<String> lines) {
        damage.addAll(lines);
    }

    /** All that was found so far. */
    List<String> damage() {
        return List.copyOf(damage);
    }

    /** What the last pass could not do, empty where it could; true if this is news. */
    boolean trouble(Optional<String> problem) {
        String text = problem.map(one -> one.substring(0, Math.min(one.length(), MAX_TROUBLE_CHARS)))
                .orElse("");
        boolean news = !text.equals(trouble);
        trouble = text;
        return news;
    }

    /** What the last pass could not do. */
    String trouble() {
        return trouble;
    }
}
