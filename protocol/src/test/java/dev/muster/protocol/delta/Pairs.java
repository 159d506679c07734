package dev.muster.protocol.delta;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Pairs of images that differ as images do: parts moved, parts recompiled, parts new; and a few that differ as none does. */
final class Pairs {
    private Pairs() {}

    /** Old and new. */
    static final class Pair {
        private final byte[] old;
        private final byte[] fresh;

        Pair(byte[] old, byte[] fresh) {
            this.old = old;
            this.fresh = fresh;
        }

        byte[] old() {
            return old;
        }

        byte[] fresh() {
            return fresh;
        }
    }

    static Pair of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] old = image(random, (int) (seed % 5 == 0 ? seed % 7 : 20_000 + random.nextInt(400_000)));
        return new Pair(old, seed % 7 == 3 ? image(random, random.nextInt(200_000)) : changed(random, old));
    }

    /** Words of a small language, so that there is something to compress, with stretches of noise and of zeros. */
    static byte[] image(SplittableRandom random, int length) {
        byte[][] words = new byte[400][];
        for (int i = 0; i < words.length; i++) {
            words[i] = bytes(random, 3 + random.nextInt(12));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < length) {
            switch (random.nextInt(400)) {
                case 0 -> out.writeBytes(new byte[random.nextInt(20_000)]);
                case 1 -> out.writeBytes(bytes(random, random.nextInt(8_000)));
                default -> out.writeBytes(words[random.nextInt(words.length)]);
            }
        }
        return Arrays.copyOf(out.toByteArray(), length);
    }

    private static byte[] changed(SplittableRandom random, byte[] old) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < old.length * 9L / 10) {
            int from = random.nextInt(Math.max(1, old.length));
            byte[] part = Arrays.copyOfRange(old, from, Math.min(old.length, from + random.nextInt(1, 60_000)));
            switch (random.nextInt(4)) {
                case 0 -> {
                    // As when all addresses of a library moved.
                    for (int i = 0; i < part.length; i += 40 + random.nextInt(90)) {
                        part[i] = (byte) (part[i] + 16);
                    }
                    out.writeBytes(part);
                }
                case 1 -> out.writeBytes(bytes(random, random.nextInt(3_000)));
                default -> out.writeBytes(part);
            }
        }
        return out.toByteArray();
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
