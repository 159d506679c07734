package dev.muster.protocol.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaTest {
    @TempDir
    Path directory;

    @Test
    void bringsAnyImageToAnyOther() throws IOException {
        for (long seed = 0; seed < 15; seed++) {
            Pairs.Pair pair = Pairs.of(seed);
            int segmentLog = 14 + (int) (seed % 5);

            Applied.Made made = Applied.delta(directory, pair.old(), pair.fresh(), segmentLog);

            assertThat(Applied.apply(made.file(), pair.old(), made.manifest()))
                    .as("seed %d", seed)
                    .isEqualTo(pair.fresh());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 300_000})
    void aWholeImageIsReadWithoutABase(int length) throws IOException {
        byte[] image = Pairs.image(new SplittableRandom(length), length);

        Applied.Made made = Applied.whole(directory, image, 16);

        assertThat(Applied.apply(made.file(), new byte[0], made.manifest())).isEqualTo(image);
        assertThat(Applied.head(made.file()).baseLength()).isZero();
    }

    @Test
    void theSameImageAgainCostsNextToNothing() throws IOException {
        byte[] image = Pairs.image(new SplittableRandom(1), 2_000_000);

        Applied.Made made = Applied.delta(directory, image, image, 20);

        assertThat(made.file().length).isLessThan(200);
        assertThat(Applied.head(made.file()).payloadLength(0)).isZero();
    }

    @Test
    void whatTheModelExpectsIsPartOfTheFormat() {
        // What it expects of bits that come as they like, after old bytes that like each other, is the same on every
        // machine, for ever.
        SplittableRandom random = new SplittableRandom(4);
        byte[] old = new byte[70_000];
        for (int i = 0; i < old.length; i++) {
            old[i] = (byte) random.nextInt(16);
        }
        MessageDigest expected = DeltaFormat.sha256();
        int[] ones = new int[1];
        Bits bits = (probability, bit) -> {
            expected.update((byte) probability);
            expected.update((byte) (probability >>> 8));
            int said = random.nextInt(5) == 0 ? 1 : 0;
            ones[0] += said;
            return said;
        };
        DifferenceModel model = new DifferenceModel();
        byte[] read = new byte[60_000];
        for (int i = 0; i < read.length; i++) {
            if (model.beginsGroup()) {
                model.group(bits, false);
            }
            read[i] = (byte) model.next(bits, old, i + DifferenceModel.BEFORE_BYTES, i, read.length - i, 0);
        }

        assertThat(ones[0]).isGreaterThan(5_000);
        expected.update(read);
        assertThat(HexFormat.of().formatHex(expected.digest()))
                .isEqualTo("f6b32aaf508cd0618b8df5f8d486cfc05e60b90ac0ff89e78bb8d96de98b94a3");
    }

    @Test
    void addressesThatMovedTogetherAreExpected() throws IOException {
        // Jumps to forty places, which all moved by distances of their own.
        SplittableRandom random = new SplittableRandom(5);
        int[] places = random.ints(40, 0, 1 << 20).toArray();
        int[] moved = random.ints(40, 1, 1 << 14).toArray();
        ByteBuffer old = ByteBuffer.allocate(400_000).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer fresh = ByteBuffer.allocate(400_000).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 100 <= old.capacity(); at += 100) {
            byte[] code = new byte[96];
            random.nextBytes(code);
            int jump = random.nextInt(places.length);
            old.put(code).putInt(places[jump] - at - 96);
            fresh.put(code).putInt(places[jump] + moved[jump] - at - 96);
        }

        Applied.Made made = Applied.delta(directory, old.array(), fresh.array(), 20);

        assertThat(Applied.apply(made.file(), old.array(), made.manifest())).isEqualTo(fresh.array());
        // Two or three bytes of each of 4,000 jumps differ.
        assertThat(made.file().length).isLessThan(6_000);
    }

    @Test
    void changedAddressesCostLessThanTheyAre() throws IOException {
        byte[] old = new byte[1_000_000];
        new SplittableRandom(3).nextBytes(old);
        byte[] fresh = old.clone();
        for (int i = 50; i < fresh.length; i += 100) {
            fresh[i] = (byte) (fresh[i] + 8);
        }

        Applied.Made made = Applied.delta(directory, old, fresh, 20);

        assertThat(made.file().length).isLessThan(3_000);
    }

    @Test
    void aSegmentNeedsNoOther() throws IOException {
        Pairs.Pair pair = Pairs.of(1);
        Applied.Made made = Applied.delta(directory, pair.old(), pair.fresh(), 14);
        DeltaHead head = Applied.head(made.file());
        SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(pair.old()));
        byte[] target = new byte[1 << 14];

        for (int segment = head.segments() - 1; segment >= 0; segment--) {
            int at = (int) head.payloadAt(segment);
            byte[] payload = Arrays.copyOfRange(made.file(), at, at + head.payloadLength(segment));

            int length = decoder.decode(segment, payload, target);

            assertThat(made.manifest().matches(segment, target, length)).isTrue();
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        Pairs.Pair pair = Pairs.of(2);
        Applied.Made made = Applied.delta(directory, pair.old(), pair.fresh(), 16);

        for (int length = 0; length < made.file().length; length += 1 + length / 60) {
            byte[] cut = Arrays.copyOf(made.file(), length);
            assertThatThrownBy(() -> Applied.apply(cut, pair.old(), made.manifest()))
                    .as("cut to %d of %d", length, made.file().length)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void everyFlipInAPayloadIsRefused() throws IOException {
        Pairs.Pair pair = Pairs.of(4);
        Applied.Made made = Applied.delta(directory, pair.old(), pair.fresh(), 16);
        int first = (int) Applied.head(made.file()).payloadAt(0);

        for (int at = first; at < made.file().length; at += 1 + (made.file().length - first) / 150) {
            byte[] flipped = made.file().clone();
            flipped[at] ^= (byte) (1 << (at & 7));
            assertThatThrownBy(() -> Applied.apply(flipped, pair.old(), made.manifest()))
                    .as("flip at %d", at)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    /** The digest of a payload is looked at first; here it is not, as if somebody had made it fit. */
    @Test
    void whateverAPayloadSaysNothingElseComesOut() throws IOException {
        for (long seed : new long[] {1, 2, 4, 6, 8}) {
            Pairs.Pair pair = Pairs.of(seed);
            Applied.Made made = Applied.delta(directory, pair.old(), pair.fresh(), 17);
            DeltaHead head = Applied.head(made.file());
            SegmentDecoder decoder = new SegmentDecoder(head, ImageBytes.of(pair.old()));
            SplittableRandom random = new SplittableRandom(seed);
            byte[] target = new byte[1 << 17];
            for (int round = 0; round < 100; round++) {
                int segment = random.nextInt(head.segments());
                int at = (int) head.payloadAt(segment);
                byte[] payload = Arrays.copyOfRange(made.file(), at, at + head.payloadLength(segment));
                if (payload.length == 0) {
                    continue;
                }
                payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
                boolean good;
                try {
                    int length = decoder.decode(segment, payload, target);
                    good = made.manifest().matches(segment, target, length);
                } catch (ProtocolException e) {
                    good = false;
                }
                // A flip that packed bytes do not mind makes the same segment, or none.
                if (good) {
                    int from = (int) head.start(segment);
                    assertThat(Arrays.copyOf(target, head.length(segment)))
                            .isEqualTo(Arrays.copyOfRange(pair.fresh(), from, from + head.length(segment)));
                }
            }
        }
    }

    @Test
    void aFlipInTheHeadMakesNothingElse() throws IOException {
        Pairs.Pair pair = Pairs.of(6);
        Applied.Made made = Applied.delta(directory, pair.old(), pair.fresh(), 14);
        int end = (int) Applied.head(made.file()).payloadAt(0);

        for (int at = 0; at < end; at += 1 + at / 80) {
            byte[] flipped = made.file().clone();
            flipped[at] ^= (byte) (1 << (at & 7));
            try {
                assertThat(Applied.apply(flipped, pair.old(), made.manifest())).isEqualTo(pair.fresh());
            } catch (ProtocolException refused) {
                assertThat(refused).hasMessageNotContaining("Exception");
            }
        }
    }

    @Test
    void aChangedBaseIsFoundBeforeItsSegmentIsUsed() throws IOException {
        Pairs.Pair pair = Pairs.of(8);
        Applied.Made made = Applied.delta(directory, pair.old(), pair.fresh(), 15);
        byte[] damaged = pair.old().clone();
        for (int i = 0; i < damaged.length; i += 1000) {
            damaged[i]++;
        }

        // What the model expects depends on the base, so that a payload may end elsewhere: one or the other is seen.
        assertThatThrownBy(() -> Applied.apply(made.file(), damaged, made.manifest()))
                .isInstanceOf(ProtocolException.class)
                .hasMessageMatching(".*(is not what the manifest says|a payload .*)");
    }

    @Test
    void makingEndsWhenItIsCancelled() {
        byte[] image = Pairs.image(new SplittableRandom(1), 200_000);
        DeltaMaker.Watcher impatient = new DeltaMaker.Watcher() {
            @Override
            public boolean isCancelled() {
                return true;
            }
        };

        assertThatThrownBy(() -> new DeltaMaker(12, 1)
                        .delta(ImageBytes.of(image), ImageBytes.of(image), directory.resolve("d"), impatient))
                .isInstanceOf(CancellationException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theManifestComesBackAsItWas() throws IOException {
        SegmentManifest manifest =
                Applied.whole(directory, Pairs.of(1).fresh(), 13).manifest();

        SegmentManifest read = SegmentManifest.parse(manifest.toBytes());

        assertThat(read.toBytes()).isEqualTo(manifest.toBytes());
        assertThat(read.outputSha256()).isEqualTo(manifest.outputSha256());
        assertThatThrownBy(() -> SegmentManifest.parse(Arrays.copyOf(manifest.toBytes(), 60)))
                .isInstanceOf(ProtocolException.class);
    }
}
