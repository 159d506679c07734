package dev.muster.agent.platform.linux;

import dev.muster.agent.platform.Slots;
import dev.muster.agent.store.StateStore;
import dev.muster.protocol.ProtocolException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The two slots of a machine that RAUC looks after (ADR 41). RAUC knows the slots and speaks with the boot loader; the bytes
 * are written here, because they must be those that the publisher signed for, and be resumable.
 * INVARIANT (the boot loader's word): whether a system is on trial, kept or left is what RAUC says; our own record only says
 * which switch we asked for. Thread-safe.
 */
public final class RaucSlots implements Slots {
    private final Programs programs;
    private final StateStore store;
    private final HealthChecks health;
    private final String osVersion;
    private SlotRecord record;
    /** Does not change while this process lives. */
    private @Nullable Booted booted;

    /**
     * The slots of a machine where {@link #isConfigured}.
     *
     * @param store remembers what was written to which slot; must be the same for both systems
     * @param osVersion version of the running system, for a slot that somebody else wrote
     */
    public RaucSlots(Path system, Programs programs, StateStore store, String osVersion) throws IOException {
        this.programs = programs;
        this.store = store;
        this.health = new HealthChecks(system);
        this.osVersion = osVersion;
        this.record = store.read().map(RaucSlots::known).orElse(SlotRecord.EMPTY);
    }

    // A record that a later agent wrote, left since, must not keep this one from starting: RAUC knows what matters.
    private static SlotRecord known(byte[] json) {
        try {
            return SlotRecord.from(json);
        } catch (ProtocolException e) {
            return SlotRecord.EMPTY;
        }
    }

    /** Whether RAUC is installed on this machine and knows its slots. */
    public static boolean isConfigured(Path system, Programs programs) {
        return programs.find("rauc").isPresent() && Files.exists(system.resolve("etc/rauc/system.conf"));
    }

    @Override
    public synchronized Booted booted() throws IOException {
        Booted known = booted;
        if (known == null) {
            known = content(status().booted());
            booted = known;
        }
        return known;
    }

    // Ours, unless RAUC installed a bundle there since; else RAUC's; else only what the running system says of itself.
    private Booted content(RaucStatus.Slot slot) {
        SlotRecord.Content ours = record.contents().get(slot.name());
        if (ours != null && ours.installedMark().equals(mark(slot))) {
            return new Booted(slot.name(), ours.version(), ours.sha256(), ours.length());
        }
        return slot.installed()
                .map(own -> new Booted(slot.name(), own.version(), own.sha256(), own.length()))
                .orElseGet(() -> new Booted(slot.name(), osVersion, "", 0));
    }

    private static String mark(RaucStatus.Slot slot) {
        return slot.installed().map(RaucStatus.Installed::mark).orElse("");
    }

    @Override
    public synchronized Trial trial() throws IOException {
        if (record.tried().isEmpty()) {
            return Trial.NONE;
        }
        String tried = record.tried().get();
        RaucStatus status = status();
        if (status.booted().name().equals(tried)) {
            if (record.phase() == SlotRecord.Phase.LEAVING && !status.isPrimary(tried)) {
                return Trial.GIVEN_UP;
            }
            seen(tried);
            return Trial.RUNNING;
        }
        if (status.isPrimary(tried) && status.slot(tried).good()) {
            seen(tried);
            return Trial.ARMED;
        }
        // Not known to have been armed: the switch was never made, or a system that never came up was left unseen. It
        // is made again, at most as often as the update machine allows.
        return record.phase() == SlotRecord.Phase.ARMING ? Trial.NONE : Trial.GIVEN_UP;
    }

    private void seen(String tried) throws IOException {
        if (record.phase() == SlotRecord.Phase.ARMING) {
            save(record.at(tried, SlotRecord.Phase.ARMED));
        }
    }

    @Override
    public synchronized String inactive() throws IOException {
        return status().other().name();
    }

    @Override
    public synchronized FileChannel openInactive(long length) throws IOException {
        RaucStatus.Slot slot = status().other();
        mark("bad", slot.name());
        if (status().slot(slot.name()).good()) {
            throw new IOException("RAUC was told that slot `" + slot.name() + "` is bad, and says it is good");
        }
        save(record.emptied(slot.name()));
        // A partition, or a file in its place: it has a size of its own, and is never made here.
        return FileChannel.open(Path.of(slot.device()), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public synchronized FileChannel readInactive() throws IOException {
        return FileChannel.open(Path.of(status().other().device()), StandardOpenOption.READ);
    }

    @Override
    public synchronized Optional<FileChannel> readRunning() throws IOException {
        Path device = Path.of(status().booted().device());
        // Some boot loaders start a file or a name that is nowhere in the system: then there is no base, and no harm.
        return Files.isReadable(device)
                ? Optional.of(FileChannel.open(device, StandardOpenOption.READ))
                : Optional.empty();
    }

    @Override
    public synchronized long inactiveCapacity() throws IOException {
        try (FileChannel channel = readInactive()) {
            return channel.size();
        }
    }

    @Override
    public synchronized void arm(String version, String sha256, long length) throws IOException {
        RaucStatus status = status();
        RaucStatus.Slot slot = status.other();
        // A boot loader that counts starts must find its way back here, whatever it counted before.
        mark("good", status.booted().name());
        save(record.with(slot.name(), new SlotRecord.Content(version, sha256, length, mark(slot)))
                .at(slot.name(), SlotRecord.Phase.ARMING));
        mark("active", slot.name());
        if (!status().isPrimary(slot.name())) {
            throw new IOException("RAUC was told to start slot `" + slot.name() + "` next, and says it does not");
        }
        save(record.at(slot.name(), SlotRecord.Phase.ARMED));
    }

    @Override
    public synchronized void markGood() throws IOException {
        String running = status().booted().name();
        mark("good", running);
        RaucStatus now = status();
        if (!now.isPrimary(running) || !now.slot(running).good()) {
            throw new IOException("RAUC was told that slot `" + running + "` is good, and does not start it next");
        }
        save(record.settled());
    }

    /** The slot of the switch on its way is left, running or not yet. */
    @Override
    public synchronized void giveUp() throws IOException {
        RaucStatus status = status();
        String left = record.tried().orElse(status.booted().name());
        String kept = status.booted().name().equals(left)
                ? status.other().name()
                : status.booted().name();
        mark("active", kept);
        mark("bad", left);
        if (!status().isPrimary(kept)) {
            throw new IOException("RAUC was told to start slot `" + kept + "` next, and says it does not");
        }
        save(record.at(left, SlotRecord.Phase.LEAVING));
    }

    /**
     * Tells the boot loader that this start was a good one, as it must be told after each, unless the running system is on
     * trial or about to be left.
     */
    public synchronized void settle() throws IOException {
        RaucStatus status = status();
        String running = status.booted().name();
        boolean free =
                switch (trial()) {
                    case NONE -> true;
                    case GIVEN_UP -> !record.tried().equals(Optional.of(running));
                    case ARMED, RUNNING -> false;
                };
        if (free) {
            mark("good", running);
        }
    }

    @Override
    public Optional<String> problem() throws IOException {
        return health.problem();
    }

    private RaucStatus status() throws IOException {
        return RaucStatus.parse(rauc("status", "--detailed", "--output-format=json"));
    }

    private void mark(String state, String slot) throws IOException {
        rauc("status", "mark-" + state, slot);
    }

    private String rauc(String... words) throws IOException {
        Programs.Result result = programs.run(Programs.ASKING, "rauc", words);
        if (!result.isGood()) {
            throw new IOException("`rauc " + String.join(" ", List.of(words)) + "` failed: " + result.lastLine());
        }
        return result.text();
    }

    private void save(SlotRecord next) throws IOException {
        store.write(next.toJson());
        record = next;
        booted = null;
    }
}
