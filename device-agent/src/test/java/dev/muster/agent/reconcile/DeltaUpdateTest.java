package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.store.StateStore;
import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.DeltaOffers;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.protocol.delta.DeltaHead;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that comes as a delta of the one that runs, and every way in which that goes wrong. */
class DeltaUpdateTest {
    private static final int SEGMENT_LOG = 16;
    private static final int SEGMENT = 1 << SEGMENT_LOG;
    private static final int LENGTH = 11 * SEGMENT + 777;

    @TempDir
    Path directory;

    private Device device;
    private byte[] old;
    private byte[] fresh;
    private DesiredState first;
    private DesiredState second;
    private DesiredTarget target;
    private DeltaOffers.Offer offer;

    @BeforeEach
    void deviceRunsTheOldImage() throws IOException {
        begin(directory.resolve("device"));
    }

    private void begin(Path place) throws IOException {
        device = new Device(place);
        old = image("2.0.0");
        fresh = old.clone();
        byte[] version = "3.0.0".getBytes(US_ASCII);
        System.arraycopy(version, 0, fresh, 21, version.length);
        for (int i = SEGMENT / 2; i < fresh.length; i += 1000) {
            fresh[i] = (byte) (fresh[i] + 4);
        }
        first = new DesiredState(1, List.of(device.target("image", old, "2.0.0", 2)), List.of());
        device.settle(first);
        target = device.target("image", fresh, "3.0.0", 3);
        second = new DesiredState(2, List.of(target), List.of());
        offer = offer();
        device.offers = (wanted, base) -> wanted.sha256().equals(target.sha256()) && base.equals(Device.sha256(old))
                ? Optional.of(offer)
                : Optional.empty();
        device.read.clear();
        device.offsets.clear();
    }

    /** Made once: making takes longer than all that is done with it. */
    private static final Map<String, byte[]> MADE = new HashMap<>();

    private DeltaOffers.Offer offer() throws IOException {
        synchronized (MADE) {
            if (MADE.isEmpty()) {
                Path file = directory.resolve("delta");
                DeltaMaker.Result made = new DeltaMaker(SEGMENT_LOG, 1)
                        .delta(ImageBytes.of(old), ImageBytes.of(fresh), file, new DeltaMaker.Watcher() {});
                MADE.put("delta", Files.readAllBytes(file));
                MADE.put("segments", made.manifest().toBytes());
            }
            return offer(Objects.requireNonNull(MADE.get("delta")), Objects.requireNonNull(MADE.get("segments")));
        }
    }

    private DeltaOffers.Offer offer(byte[] delta, byte[] manifest) {
        device.content.put(Device.sha256(delta), delta);
        device.content.put(Device.sha256(manifest), manifest);
        return new DeltaOffers.Offer(Device.sha256(delta), delta.length, Device.sha256(manifest), manifest.length);
    }

    @Test
    void theImageComesAsADeltaAndNotAByteOfItWhole() throws IOException {
        AgentState end = device.settle(second);

        assertCommitted(end);
        assertThat(read(target.sha256())).isZero();
        assertThat(read(offer.sha256())).isPositive().isLessThan(LENGTH / 20);
        assertThat(device.lines).anyMatch(line -> line.contains("came as a delta of " + offer.bytes() + " bytes"));
    }

    @Test
    void aDamagedPlaceOfTheBaseCostsItsSegmentAlone() throws IOException {
        damageBase(5 * SEGMENT + 100);

        AgentState end = device.settle(second);

        assertCommitted(end);
        assertThat(read(target.sha256())).isEqualTo(SEGMENT);
        assertThat(device.lines).anyMatch(line -> line.contains("damaged in 1 segments, of which 1 came whole"));
    }

    @Test
    void aBaseThatIsDamagedEverywhereIsLeftAlone() throws IOException {
        for (int segment = 1; segment < 11; segment++) {
            damageBase(segment * SEGMENT + 100);
        }

        AgentState end = device.settle(second);

        assertCommitted(end);
        assertThat(device.lines).anyMatch(line -> line.contains("the base is damaged in 9 segments in a row"));
        assertThat(read(target.sha256())).isLessThanOrEqualTo(LENGTH);
    }

    @Test
    void anAlteredDeltaIsNotUsedAndWhatItBroughtStays() throws IOException {
        byte[] delta =
                Objects.requireNonNull(device.content.get(offer.sha256())).clone();
        delta[delta.length - 20] ^= 1;
        device.content.put(offer.sha256(), delta);

        AgentState end = device.settle(second);

        assertCommitted(end);
        assertThat(device.lines).anyMatch(line -> line.contains("is not the one it was made with"));
        assertThat(read(target.sha256())).isPositive().isLessThan(LENGTH);
    }

    @Test
    void aDeltaForAnotherImageIsRefusedBeforeAByteIsWritten() throws IOException {
        byte[] other = fresh.clone();
        other[LENGTH - 1]++;
        Path file = directory.resolve("other");
        DeltaMaker.Result made = new DeltaMaker(SEGMENT_LOG, 1)
                .delta(ImageBytes.of(old), ImageBytes.of(other), file, new DeltaMaker.Watcher() {});
        offer = offer(Files.readAllBytes(file), made.manifest().toBytes());

        AgentState end = device.settle(second);

        assertCommitted(end);
        assertThat(device.lines).anyMatch(line -> line.contains("another image"));
        assertThat(read(target.sha256())).isEqualTo(LENGTH);
    }

    @Test
    void aDeltaThatReadsBeyondItsBaseIsRefusedBeforeAByteIsWritten() throws IOException {
        byte[] made = Objects.requireNonNull(MADE.get("delta"));
        // One copy of a whole segment, from the base's last byte on: varints, the lowest seven bits first.
        ByteBuffer recipe = ByteBuffer.allocate(64).put((byte) 1);
        varint(recipe, 2L * SEGMENT + 1);
        varint(recipe, 2L * (LENGTH - 1));
        int length = recipe.put((byte) 0).position();
        // LZMA2 that packs nothing: "uncompressed chunk, new dictionary", its length less one, the bytes, the end.
        ByteBuffer hostile = ByteBuffer.allocate(DeltaHead.PREFIX_BYTES + length + 4)
                .put(made, 0, DeltaHead.PREFIX_BYTES)
                .put((byte) 1)
                .putShort((short) (length - 1))
                .put(recipe.array(), 0, length)
                .put((byte) 0);
        hostile.putInt(DeltaHead.PREFIX_BYTES - 12, length)
                .putInt(DeltaHead.PREFIX_BYTES - 8, length + 4)
                .putInt(DeltaHead.PREFIX_BYTES - 4, 0);
        offer = offer(hostile.array(), Objects.requireNonNull(MADE.get("segments")));

        assertCommitted(device.settle(second));
        assertThat(device.lines).anyMatch(line -> line.contains("expected copies within the base"));
        assertThat(read(target.sha256())).as("all of it, from the start").isEqualTo(LENGTH);
    }

    private static void varint(ByteBuffer out, long value) {
        long left = value;
        for (; left > 0x7F; left >>>= 7) {
            out.put((byte) (left | 0x80));
        }
        out.put((byte) left);
    }

    @Test
    void aDeltaThatIsGoneCostsNothingButItself() throws IOException {
        device.content.remove(offer.sha256());

        assertCommitted(device.settle(second));
        assertThat(read(target.sha256())).isEqualTo(LENGTH);
    }

    @Test
    void aDeltaThatIsNotSmallerIsNotFetched() throws IOException {
        offer = new DeltaOffers.Offer(offer.sha256(), LENGTH, offer.manifestSha256(), offer.manifestLength());

        assertCommitted(device.settle(second));
        assertThat(read(offer.sha256())).isZero();
    }

    @Test
    void theNewImageIsThereWhereverThePowerWentAndNoSegmentIsFetchedTwice() throws IOException {
        int cuts = 0;
        for (int write = 1; write < 100; write++) {
            for (boolean before : new boolean[] {true, false}) {
                begin(directory.resolve("device-" + write + before));
                int[] left = {write};
                device.storeSeam = store -> new CuttingStore(store, left, before);
                try {
                    device.settle(second);
                    assertThat(cuts).isGreaterThan(20);
                    return;
                } catch (PowerCut e) {
                    cuts++;
                }
                device.storeSeam = store -> store;

                AgentState end = device.settle(second);

                assertCommitted(end);
                // A rest that is shorter than the delta comes as it is.
                assertThat(read(target.sha256())).isLessThan(offer.bytes());
                // Head and manifest come again, and at most the payload of the segment that was under way.
                assertThat(read(offer.sha256())).isLessThan(offer.length() * 3 / 2);
            }
        }
        throw new AssertionError("more writes than expected");
    }

    private void damageBase(int at) throws IOException {
        Path slot = device.state.device().resolve("slots/b.img");
        byte[] bytes = Files.readAllBytes(slot);
        bytes[at] ^= 0x55;
        Files.write(slot, bytes);
    }

    private long read(String sha256) {
        return device.read.getOrDefault(sha256, 0L);
    }

    private void assertCommitted(AgentState end) throws IOException {
        assertThat(end.condition(new TargetName.Image()).orElseThrow().state()).isEqualTo(ConditionState.COMMITTED);
        assertThat(Files.readAllBytes(device.state.device().resolve("slots/a.img")))
                .isEqualTo(fresh);
    }

    private static byte[] image(String version) {
        byte[] image = new byte[LENGTH];
        new SplittableRandom(7).nextBytes(image);
        byte[] header = ("muster-image\nversion=" + version + "\n\n").getBytes(US_ASCII);
        System.arraycopy(header, 0, image, 0, header.length);
        return image;
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
