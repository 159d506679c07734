package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.update.AgentState;
import dev.muster.agent.update.DeltaOffers;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.protocol.delta.ChunkIndex;
import dev.muster.protocol.delta.make.ChunkMaker;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that comes as chunks, to a device that no delta is made for. */
class ChunkUpdateTest {
    private static final int LENGTH = 3_000_000;
    private static final int SEGMENT_LOG = 17;

    @TempDir
    Path directory;

    private Device device;
    private byte[] old;
    private byte[] fresh;
    private DesiredTarget target;
    private DesiredState second;
    private DeltaOffers.Chunks chunks;
    private Optional<DeltaOffers.Offer> deltas = Optional.empty();

    @BeforeEach
    void deviceRunsTheOldImage() throws IOException {
        device = new Device(directory.resolve("device"));
        old = bytes(8, LENGTH);
        byte[] header = "muster-image\nversion=2.0.0\n\n".getBytes(US_ASCII);
        System.arraycopy(header, 0, old, 0, header.length);
        fresh = old.clone();
        fresh[21] = '3';
        byte[] news = bytes(9, 100_000);
        System.arraycopy(news, 0, fresh, 1_000_000, news.length);
        device.settle(new DesiredState(1, List.of(device.target("image", old, "2.0.0", 2)), List.of()));
        target = device.target("image", fresh, "3.0.0", 3);
        second = new DesiredState(2, List.of(target), List.of());
        Path store = directory.resolve("store");
        offer(ChunkMaker.make(ImageBytes.of(fresh), store, () -> false), Files.readAllBytes(store));
        device.offers = new DeltaOffers() {
            @Override
            public Optional<Offer> offer(DesiredTarget wanted, String baseSha256) {
                return deltas;
            }

            @Override
            public Optional<Chunks> chunks(DesiredTarget wanted) {
                return wanted.sha256().equals(target.sha256()) ? Optional.of(chunks) : Optional.empty();
            }
        };
        device.read.clear();
    }

    /** Six bits in each, so that packing them makes other bytes. */
    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] &= 0x3F;
        }
        return bytes;
    }

    private void offer(byte[] index, byte[] store) {
        device.content.put(Device.sha256(index), index);
        device.content.put(Device.sha256(store), store);
        chunks = new DeltaOffers.Chunks(Device.sha256(index), index.length, Device.sha256(store), store.length);
    }

    @Test
    void onlyChunksThatTheRunningImageDoesNotHaveAreFetched() throws IOException {
        assertCommitted(device.settle(second));

        assertThat(read(target.sha256())).isZero();
        assertThat(read(chunks.storeSha256())).isBetween(70_000L, 300_000L);
        assertThat(device.lines).anyMatch(line -> line.contains("came as chunks of "));
    }

    @Test
    void aDeltaWhoseBaseIsDamagedInOnePlaceTakesChunksForThatSegmentOnly() throws IOException {
        DeltaOffers.Offer delta = offerDelta();
        damageBase(2_000_000);

        assertCommitted(device.settle(second));

        assertThat(read(target.sha256())).isZero();
        assertThat(read(chunks.storeSha256()))
                .as("the chunk of the damaged place")
                .isBetween(1L, 4L << ChunkIndex.chunkLog(LENGTH));
        assertThat(read(delta.sha256())).isGreaterThan(delta.length() / 2);
        assertThat(device.lines)
                .anyMatch(line -> line.contains("came as a delta of ")
                        && line.contains("the base is damaged in 1 segments, of which 0 came whole"));
    }

    @Test
    void aDamagedSegmentComesWholeWhereItsChunksAreAltered() throws IOException {
        offerDelta();
        damageBase(2_000_000);
        alterStore();

        assertCommitted(device.settle(second));

        assertThat(read(target.sha256())).isEqualTo(1 << SEGMENT_LOG);
        assertThat(device.lines).anyMatch(line -> line.contains("the chunks of `image` 3.0.0 are not used"));
        assertThat(device.lines).anyMatch(line -> line.contains("of which 1 came whole"));
    }

    private DeltaOffers.Offer offerDelta() throws IOException {
        Path file = directory.resolve("delta");
        DeltaMaker.Result made = new DeltaMaker(SEGMENT_LOG, 1)
                .delta(ImageBytes.of(old), ImageBytes.of(fresh), file, new DeltaMaker.Watcher() {});
        byte[] delta = Files.readAllBytes(file);
        byte[] segments = made.manifest().toBytes();
        device.content.put(Device.sha256(delta), delta);
        device.content.put(Device.sha256(segments), segments);
        DeltaOffers.Offer offer =
                new DeltaOffers.Offer(Device.sha256(delta), delta.length, Device.sha256(segments), segments.length);
        deltas = Optional.of(offer);
        return offer;
    }

    private void damageBase(int at) throws IOException {
        Path slot = device.state.device().resolve("slots/b.img");
        byte[] bytes = Files.readAllBytes(slot);
        bytes[at] ^= 0x55;
        Files.write(slot, bytes);
    }

    @Test
    void damagedPlacesOfTheRunningImageCostTheirChunks() throws IOException {
        Path slot = device.state.device().resolve("slots/b.img");
        byte[] bytes = Files.readAllBytes(slot);
        for (int i = 2_000_000; i < 2_400_000; i += 4_000) {
            bytes[i] ^= 0x55;
        }
        Files.write(slot, bytes);

        assertCommitted(device.settle(second));

        assertThat(read(target.sha256())).isZero();
        assertThat(read(chunks.storeSha256())).isBetween(350_000L, 700_000L);
    }

    @Test
    void aStoreThatIsAlteredIsNotUsedAndTheRestComesWhole() throws IOException {
        alterStore();

        assertCommitted(device.settle(second));

        assertThat(device.lines).anyMatch(line -> line.contains("the chunks of `image` 3.0.0 are not used"));
        assertThat(read(target.sha256())).isPositive();
    }

    private void alterStore() {
        byte[] store = Objects.requireNonNull(device.content.get(chunks.storeSha256()));
        byte[] altered = store.clone();
        for (int i = 0; i < altered.length; i += 1_000) {
            altered[i] ^= 1;
        }
        device.content.put(chunks.storeSha256(), altered);
    }

    @Test
    void anIndexOfAnotherImageIsRefusedBeforeAByteIsWritten() throws IOException {
        byte[] other = fresh.clone();
        other[LENGTH - 1]++;
        Path store = directory.resolve("other");
        offer(ChunkMaker.make(ImageBytes.of(other), store, () -> false), Files.readAllBytes(store));

        assertCommitted(device.settle(second));

        assertThat(device.lines).anyMatch(line -> line.contains("another image's"));
        assertThat(read(target.sha256())).isEqualTo(LENGTH);
    }

    @Test
    void chunksThatAreGoneCostNothingButThemselves() throws IOException {
        device.content.remove(chunks.storeSha256());

        assertCommitted(device.settle(second));
        assertThat(read(target.sha256())).isPositive();
    }

    private long read(String sha256) {
        return device.read.getOrDefault(sha256, 0L);
    }

    private void assertCommitted(AgentState end) throws IOException {
        assertThat(end.condition(new TargetName.Image()).orElseThrow().state()).isEqualTo(ConditionState.COMMITTED);
        assertThat(Files.readAllBytes(device.state.device().resolve("slots/a.img")))
                .isEqualTo(fresh);
    }
}
