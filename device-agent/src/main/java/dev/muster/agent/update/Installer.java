package dev.muster.agent.update;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Puts one kind of target into force. The machine calls in this order: {@link #admit}, {@link #open}, {@link #check},
 * {@link #activate}, {@link #problem}, then {@link #commit} or {@link #revert}; after a power cut it asks
 * {@link #standing} and may repeat any call.
 */
public interface Installer {
    /** How far the switch to a target has come. */
    enum Standing {
        /** The old is in force, and no switch was made. */
        NOT_SWITCHED,
        /** The switch was made; a restart is due before it shows. */
        SWITCHED,
        /** The new is in force. */
        RUNNING,
        /** The switch back was made; a restart is due before it shows. */
        LEAVING,
        /** The old is in force again after the new was given up. */
        BACK
    }

    /** SHA-256 of what is in force, empty if nothing of ours is. */
    Optional<String> inForce() throws IOException;

    /** Throws {@link RefusedException} if the target cannot come into force here; before the first byte is fetched. */
    void admit(DesiredTarget target) throws IOException;

    /** Where the target's bytes go, readable and writable; never where the old is read from. */
    FileChannel open(DesiredTarget target) throws IOException;

    /** What a delta to the target may start from; empty where the bytes in force are not kept as they came. */
    default Optional<Base> base() throws IOException {
        return Optional.empty();
    }

    /**
     * Looks into the complete bytes and makes them ready; throws {@link RefusedException} if they are no good.
     *
     * @throws dev.muster.agent.store.AlteredException if they are not those that were signed for
     */
    void check(DesiredTarget target) throws IOException;

    /**
     * The one atomic switch, to exactly the bytes that were signed for: whatever was checked before is checked again, because
     * weeks may have passed.
     *
     * @throws dev.muster.agent.store.AlteredException if what lies there is something else now; no switch was made
     * @throws dev.muster.agent.apps.BadPackageException if the platform's own installer refused it; no switch was made
     */
    void activate(DesiredTarget target) throws IOException;

    /** What is in force already is wanted again, under a record that may say more than the bytes, such as a lease. */
    default void renew(DesiredTarget target) throws IOException {}

    Standing standing(DesiredTarget target) throws IOException;

    /** Why the old is in force again, for a switch that was given up without us. */
    default String whyBack() {
        return "the boot loader went back to the old slot by itself";
    }

    /** What the local health checks say against the new; empty if it is well. Needs no network. */
    Optional<String> problem(DesiredTarget target) throws IOException;

    /** The new stays; the old may go. */
    void commit(DesiredTarget target) throws IOException;

    /** The switch back. */
    void revert(DesiredTarget target) throws IOException;

    /** Takes what is in force away, because the document says so. */
    void remove() throws IOException;

    /** Forgets bytes of a target that will not be put into force. */
    void discard(DesiredTarget target) throws IOException;
}
