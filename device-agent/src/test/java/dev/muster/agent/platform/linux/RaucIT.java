package dev.muster.agent.platform.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.muster.agent.platform.Slots;
import dev.muster.agent.store.StateStore;
import dev.muster.agent.store.TwoSlotStore;
import dev.muster.agent.update.ContentSource;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.ImageInstaller;
import dev.muster.agent.update.InstallGate;
import dev.muster.agent.update.Journal;
import dev.muster.agent.update.Reasons;
import dev.muster.agent.update.UpdateMachine;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates of a board's image through Debian's {@code rauc}, from the first byte to the boot loader's last word. */
class RaucIT {
    private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");
    private static final TargetName IMAGE = new TargetName.Image();
    private static final int FIRST_WRITE_OF_SLOTS = 4;
    private static final int MORE_THAN_ALL_WRITES = 40;
    // Power is cut at each write by `./muster fault rauc`, and at every third here: each takes a board of its own.
    private static final int EVERY = Integer.getInteger("muster.rauc.every", 3);

    @TempDir
    Path folder;

    private @Nullable RaucBoard board;
    private UnaryOperator<StateStore> seam = store -> store;

    @BeforeEach
    void needsRauc() {
        assumeThat(RaucBoard.missing()).isEmpty();
    }

    @AfterEach
    void off() throws IOException {
        if (board != null) {
            board.close();
        }
    }

    @Test
    void aGoodImageIsTriedThenKeptForGoodByTheBootLoader() throws Exception {
        RaucBoard grub = board(new GrubLoader());
        DesiredTarget image = target(image("2.0.0"));

        TargetCondition end = update(grub, image, image("2.0.0"));

        assertThat(end.state()).isEqualTo(ConditionState.COMMITTED);
        assertThat(grub.booted()).isEqualTo("B");
        assertThat(grub.content("B")).startsWith("image 2.0.0");
        grub.powerOn();
        RaucSlots slots = slots(grub);
        slots.settle();
        assertThat(slots.booted().sha256()).isEqualTo(image.sha256());
        assertThat(slots.trial()).isEqualTo(Slots.Trial.NONE);
        assertThat(grub.rauc("status", "--output-format=json")).contains("\"boot_primary\":\"rootfs.1\"");
        // As after each start, or GRUB would take this one for a failed one.
        grub.powerOn();
        assertThat(grub.booted()).isEqualTo("B");
    }

    @Test
    void anImageThatFailsItsOwnHealthCheckIsLeftAndTheBootLoaderStartsTheOldOne() throws Exception {
        RaucBoard grub = board(new GrubLoader());
        byte[] bad = image("2.0.0 health=fail");

        TargetCondition end = update(grub, target(bad), bad);

        assertThat(end.state()).isEqualTo(ConditionState.ROLLED_BACK);
        assertThat(end.reason()).isEqualTo(Reasons.HEALTH_CHECK_FAILED);
        assertThat(end.message()).contains("10-image").contains("own health check failed");
        assertThat(grub.booted()).isEqualTo("A");
        assertThat(slots(grub).booted().sha256()).isEmpty();
    }

    @Test
    void anImageThatNeverComesUpIsGivenUpByTheBootLoaderAlone() throws Exception {
        RaucBoard grub = board(new GrubLoader());
        byte[] dead = image("2.0.0 boot=fail");

        TargetCondition end = update(grub, target(dead), dead);

        assertThat(end.state()).isEqualTo(ConditionState.ROLLED_BACK);
        assertThat(end.reason()).isEqualTo(Reasons.BOOT_FAILED);
        assertThat(grub.booted()).isEqualTo("A");
    }

    @Test
    void theNextImageGoesToTheOtherSlotAndADeadOneThereLeadsBackToTheLast() throws Exception {
        RaucBoard grub = board(new GrubLoader());
        byte[] second = image("2.0.0");
        byte[] third = image("3.0.0 boot=fail");

        update(grub, target(second), second);
        TargetCondition end = update(grub, target(third), third);

        assertThat(end.state()).isEqualTo(ConditionState.ROLLED_BACK);
        assertThat(grub.booted()).isEqualTo("B");
        assertThat(grub.content("A")).startsWith("image 3.0.0");
        assertThat(slots(grub).booted().sha256()).isEqualTo(target(second).sha256());
    }

    @Test
    void aGoodImageIsKeptWhereverThePowerWentOnABoardThatCountsTries() throws Exception {
        byte[] good = image("2.0.0");

        int cuts = cutEverywhere(good, "B", ConditionState.COMMITTED, true, false);

        assertThat(cuts).isGreaterThan(10 / EVERY);
    }

    @Test
    void anUnhealthyImageIsLeftWhereverThePowerWentOnABoardThatCountsTries() throws Exception {
        byte[] bad = image("2.0.0 health=fail");

        int cuts = cutEverywhere(bad, "A", ConditionState.ROLLED_BACK, true);

        assertThat(cuts).isGreaterThan(6 / EVERY);
    }

    @Test
    void whatRaucItselfInstalledSinceIsNotTakenForOurs() throws Exception {
        RaucBoard grub = board(new GrubLoader());
        byte[] second = image("2.0.0");
        update(grub, target(second), second);
        // As `rauc install` leaves it: somebody put a bundle into the slot that is running.
        Files.writeString(grub.root.resolve("rauc-status"), """
                [slot.rootfs.1]
                bundle.compatible=test-board
                bundle.version=2.5.0
                status=ok
                sha256=%s
                size=4
                installed.timestamp=2026-11-26T09:00:00Z
                installed.count=1
                """.formatted("ab".repeat(32)));
        grub.powerOn();

        Slots.Booted booted = slots(grub).booted();

        assertThat(booted).isEqualTo(new Slots.Booted("rootfs.1", "2.5.0", "ab".repeat(32), 4));
    }

    @Test
    void anImageLargerThanItsSlotIsRefusedBeforeTheFirstByte() throws Exception {
        RaucBoard grub = board(new GrubLoader());
        byte[] large = Arrays.copyOf(image("2.0.0"), RaucBoard.SLOT_BYTES + 1);

        TargetCondition end = update(grub, target(large), large);

        assertThat(end.state()).isEqualTo(ConditionState.FAILED);
        assertThat(end.reason()).isEqualTo(Reasons.NO_SPACE);
        assertThat(grub.content("B")).doesNotContain("image");
    }

    @Test
    void slotsMayBeBlockDevices() throws Exception {
        try (Loop a = new Loop(folder.resolve("loop-a"));
                Loop b = new Loop(folder.resolve("loop-b"))) {
            RaucBoard grub = new RaucBoard(folder.resolve("board"), new GrubLoader(), a.device, b.device);
            board = grub;
            grub.powerOn();
            byte[] good = image("2.0.0");

            TargetCondition end = update(grub, target(good), good);

            assertThat(end.state()).isEqualTo(ConditionState.COMMITTED);
            assertThat(grub.content("B")).startsWith("image 2.0.0");
        }
    }

    private static final class Loop implements AutoCloseable {
        final Path device;

        Loop(Path file) throws Exception {
            Files.write(file, new byte[RaucBoard.SLOT_BYTES]);
            String found = "";
            try {
                found = RaucBoard.run("losetup", "--show", "-f", file.toString())
                        .trim();
            } catch (IOException | AssertionError e) {
                assumeThat(String.valueOf(e.getMessage())).as("loop devices").isEmpty();
            }
            device = Path.of(found);
        }

        @Override
        public void close() throws Exception {
            RaucBoard.run("losetup", "-d", device.toString());
        }
    }

    // Writes of the journal and of the slots' record from the first that RAUC is told of, before it or after it as
    // asked; the number of cuts made.
    private int cutEverywhere(byte[] image, String slot, ConditionState state, boolean... whens) throws Exception {
        int cuts = 0;
        for (int write = FIRST_WRITE_OF_SLOTS; write < MORE_THAN_ALL_WRITES; write += EVERY) {
            for (boolean before : whens) {
                try (RaucBoard one = new RaucBoard(folder.resolve("board-" + write + before), new CountingLoader())) {
                    one.powerOn();
                    if (!cutOnce(one, image, write, before)) {
                        return cuts;
                    }
                    cuts++;
                    one.powerOn();
                    TargetCondition end = update(one, target(image), image);

                    assertThat(end.state())
                            .as("cut %s write %d", before ? "before" : "after", write)
                            .isEqualTo(state);
                    assertThat(one.booted()).isEqualTo(slot);
                }
            }
        }
        throw new AssertionError("more writes than expected");
    }

    private boolean cutOnce(RaucBoard one, byte[] image, int write, boolean before) throws Exception {
        int[] left = {write};
        seam = store -> new CuttingStore(store, left, before);
        try {
            update(one, target(image), image);
            return false;
        } catch (PowerCut e) {
            return true;
        } finally {
            seam = store -> store;
        }
    }

    private RaucBoard board(RaucBoard.BootLoader loader) throws Exception {
        RaucBoard one = new RaucBoard(folder.resolve("board"), loader);
        board = one;
        one.powerOn();
        slots(one).settle();
        return one;
    }

    private RaucSlots slots(RaucBoard one) throws IOException {
        assertThat(RaucSlots.isConfigured(one.system, new Programs(one.system))).isTrue();
        return new RaucSlots(
                one.system,
                new Programs(one.system),
                seam.apply(new TwoSlotStore(Files.createDirectories(one.root.resolve("state")), "slots")),
                "1.0.0");
    }

    /** What an agent does with one target, from start to start of the board, until nothing is left to do. */
    private TargetCondition update(RaucBoard one, DesiredTarget target, byte[] bytes) throws Exception {
        for (int start = 0; start < 20; start++) {
            RaucSlots slots = slots(one);
            Journal journal =
                    new Journal(seam.apply(new TwoSlotStore(one.root.resolve("state"), "agent")), changed -> {});
            ImageInstaller installer = new ImageInstaller(Optional.of(slots));
            UpdateMachine machine = new UpdateMachine(
                    journal,
                    name -> installer,
                    (sha256, offset) -> new Part(bytes, offset),
                    () -> false,
                    () -> true,
                    InstallGate.OPEN,
                    () -> NOW);
            UpdateMachine.Outcome outcome = journal.state().update(IMAGE).isPresent()
                    ? machine.proceed(IMAGE)
                    : journal.state().isRefused(target) || installer.inForce().equals(Optional.of(target.sha256()))
                            ? UpdateMachine.Outcome.FINISHED
                            : machine.begin(target);
            slots.settle();
            if (outcome == UpdateMachine.Outcome.FINISHED) {
                return journal.state().condition(IMAGE).orElseThrow();
            }
            one.powerOn();
        }
        throw new AssertionError("the board restarts for ever");
    }

    private static final class Part implements ContentSource.Part {
        private final byte[] bytes;
        private final long offset;

        Part(byte[] bytes, long offset) {
            this.bytes = bytes;
            this.offset = offset;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public InputStream stream() {
            return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
        }

        @Override
        public void close() {}
    }

    private static byte[] image(String text) {
        return ("image " + text + "\n" + "payload ".repeat(1000)).getBytes(UTF_8);
    }

    private static DesiredTarget target(byte[] image) throws NoSuchAlgorithmException {
        return new DesiredTarget(
                IMAGE,
                "images/acme/board",
                "*",
                "2.0.0",
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image)),
                image.length,
                2,
                Optional.empty(),
                Optional.empty());
    }

    private static final class PowerCut extends RuntimeException {}

    private static final class CuttingStore implements StateStore {
        private final StateStore store;
        private final int[] left;
        private final boolean before;

        CuttingStore(StateStore store, int[] left, boolean before) {
            this.store = store;
            this.left = left;
            this.before = before;
        }

        @Override
        public Optional<byte[]> read() throws IOException {
            return store.read();
        }

        @Override
        public void write(byte[] document) throws IOException {
            boolean cut = --left[0] == 0;
            if (cut && before) {
                throw new PowerCut();
            }
            store.write(document);
            if (cut) {
                throw new PowerCut();
            }
        }
    }
}
