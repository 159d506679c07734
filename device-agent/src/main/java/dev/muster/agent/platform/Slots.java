package dev.muster.agent.platform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Two system slots and a boot loader that counts tries. The boot loader, not the agent, decides what boots: after
 * {@link #arm} it tries the new slot a few times and goes back to the old one unless {@link #markGood} was called.
 */
public interface Slots {
    /** The image that is running. */
    record Booted(String slot, String version, String sha256, long length) {}

    /** Where the boot loader stands. */
    enum Trial {
        /** The running slot is the one that boots for good, and no other was tried since. */
        NONE,
        /** The switch was made and the device has not restarted since. */
        ARMED,
        /** The new slot is running and not yet marked good. */
        RUNNING,
        /** The new slot was tried, never marked good, and given up by the boot loader. */
        GIVEN_UP
    }

    Booted booted() throws IOException;

    Trial trial() throws IOException;

    /** Name of the slot that is not running. */
    String inactive() throws IOException;

    /**
     * Opens the slot that is not running for reading and writing, after marking it as not bootable, durably.
     *
     * @param length bytes of the image to come; a slot without a size of its own has no more than these from now on
     */
    FileChannel openInactive(long length) throws IOException;

    /** Opens the slot that is not running for reading, as it lies. */
    FileChannel readInactive() throws IOException;

    /** Opens the running slot for reading, where its bytes are those of its image; empty where they are not, or cannot be read. */
    default Optional<FileChannel> readRunning() throws IOException {
        return Optional.empty();
    }

    /** Bytes the slot that is not running can hold. */
    long inactiveCapacity() throws IOException;

    /** The one atomic write that makes the boot loader try the other slot at the next start. */
    void arm(String version, String sha256, long length) throws IOException;

    /** The running slot boots from now on. */
    void markGood() throws IOException;

    /** The slot before boots again at the next start; the one switched to is given up. */
    void giveUp() throws IOException;

    /**
     * Whether the board can go back to the image before. Where it cannot, an image that runs stays, whatever checks say; {@link
     * #giveUp} then only takes back a switch that no restart followed yet.
     */
    default boolean canGoBack() {
        return true;
    }

    /** Why the last image was given up, where something said so; for people. */
    default Optional<String> whyGivenUp() {
        return Optional.empty();
    }

    /** What the local health checks say against the running image; empty if it is well. Needs no network. */
    Optional<String> problem() throws IOException;
}
