package dev.muster.agent.platform;

import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionDefinition;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the platform's own permission table can be made to say. The agent decides what is wanted and when; a platform
 * brings it about, tells truly what it could not, and tells what it holds. Called by one thread at a time, except
 * {@link #traits}, {@link #level} and {@link #processes}, which any thread may call.
 */
public interface PermissionEnforcer {
    /** What this platform can do, for predictions made elsewhere. */
    PlatformTraits traits();

    /** How far a decision on {@code permission} binds {@code app} here, as probed. */
    Enforcement level(AppKey app, PermissionDefinition permission);

    /** Whether the platform has a table of its own; without one, decisions bind where services ask the agent. */
    boolean holdsTable();

    /** Whether {@link #read} may answer otherwise than at the call before; cheap, and true when in doubt. */
    boolean mayHaveChanged();

    /** What the table holds; entries that it does not know are absent, which is not granted. */
    Map<Entry, Boolean> read() throws IOException;

    /**
     * Brings changes about.
     *
     * @return one outcome per change, in their order
     * @throws IOException if the platform could not be asked at all
     */
    List<Outcome> apply(List<Change> changes) throws IOException;

    /** How many processes of the app run, which a revoke would end; empty where nobody can say. */
    Optional<Long> processes(AppKey app);

    /** One cell of the table. */
    record Entry(AppKey app, String permission) implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER =
                Comparator.comparing(Entry::app).thenComparing(Entry::permission);

        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * One cell to be changed.
     *
     * @param mayKill whether processes may end for it now: it is forced, or the maintenance window is open
     */
    record Change(Entry entry, boolean granted, boolean mayKill) {}

    /** What became of a change. */
    sealed interface Outcome {
        /**
         * The table says what was wanted.
         *
         * @param mechanism what of the operating system did it, where the level is "enforced by the OS"
         * @param killed how many processes ended for it
         */
        record Done(Optional<Enforcement.Mechanism> mechanism, long killed) implements Outcome {}

        /** The revoke would end running processes and has to wait for the maintenance window. */
        record Waits(long processes) implements Outcome {}

        /**
         * The platform refused.
         *
         * @param code its own result code, such as ATM's
         */
        record Failed(int code, String text) implements Outcome {}

        /** The platform has no means to change this cell. */
        record NoMeans(Enforcement level) implements Outcome {}
    }
}
