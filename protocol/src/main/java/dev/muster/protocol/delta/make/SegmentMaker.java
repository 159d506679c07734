package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.List;

/** Makes one segment: its recipe, its payload, its digest. Thread-safe: what it works with does not change. */
final class SegmentMaker {
    private final ImageBytes old;
    private final ImageBytes image;
    private final Copies copies;
    private final Votes votes;
    private final int segmentLog;

    SegmentMaker(ImageBytes old, ImageBytes image, Copies copies, Votes votes, int segmentLog) {
        this.old = old;
        this.image = image;
        this.copies = copies;
        this.votes = votes;
        this.segmentLog = segmentLog;
    }

    /** A segment as it is written: {@code digest} is of its bytes. */
    static final class Made {
        private final byte[] recipe;
        private final byte[] payload;
        private final byte[] digest;

        Made(byte[] recipe, byte[] payload, byte[] digest) {
            this.recipe = recipe;
            this.payload = payload;
            this.digest = digest;
        }

        byte[] recipe() {
            return recipe;
        }

        byte[] payload() {
            return payload;
        }

        byte[] digest() {
            return digest;
        }
    }

    /** How a residual is written; {@code windows} in bins. */
    private static final class Coded {
        private final Codec codec;
        private final List<int[]> windows;
        private final byte[] payload;

        Coded(Codec codec, List<int[]> windows, byte[] payload) {
            this.codec = codec;
            this.windows = windows;
            this.payload = payload;
        }

        Coded smaller(Coded other) {
            return other.payload.length < payload.length ? other : this;
        }
    }

    Made make(int segment) {
        long begin = (long) segment << segmentLog;
        int length = (int) Math.min(1L << segmentLog, image.length() - begin);
        byte[] bytes = new byte[length];
        image.get(begin, bytes, 0, length);
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        ByteArrayOutputStream residual = new ByteArrayOutputStream();
        int count = 0;
        long expected = 0;
        long end = begin + length;
        int copy = copies.after(begin);
        for (long at = begin; at < end; count++) {
            if (copy < copies.size() && copies.start(copy) <= at) {
                long to = Math.min(end, copies.end(copy));
                long source = copies.source(copy) + (at - copies.start(copy));
                Numbers.write(pieces, (to - at) << 1 | 1);
                Numbers.writeSigned(pieces, source - expected);
                expected = source + (to - at);
                at = to;
                copy++;
            } else {
                long to = copy < copies.size() ? Math.min(end, copies.start(copy)) : end;
                residual.write(bytes, (int) (at - begin), (int) (to - at));
                Numbers.write(pieces, (to - at) << 1);
                at = to;
            }
        }
        Coded coded = code(residual.toByteArray());
        ByteArrayOutputStream recipe = new ByteArrayOutputStream();
        Numbers.write(recipe, count);
        recipe.writeBytes(pieces.toByteArray());
        recipe.write(coded.codec.code());
        if (coded.codec.hasWindows()) {
            Numbers.write(recipe, coded.windows.size());
            int last = 0;
            for (int[] window : coded.windows) {
                Numbers.write(recipe, window[0] - last);
                Numbers.write(recipe, window[1] - window[0]);
                last = window[1];
            }
        }
        if (coded.codec != Codec.NONE) {
            Numbers.write(recipe, coded.payload.length);
        }
        MessageDigest digest = DeltaFormat.sha256();
        return new Made(recipe.toByteArray(), coded.payload, digest.digest(bytes));
    }

    private Coded code(byte[] residual) {
        if (residual.length == 0) {
            return new Coded(Codec.NONE, List.of(), residual);
        }
        Coded best = new Coded(Codec.STORED, List.of(), residual)
                .smaller(new Coded(Codec.LZMA, List.of(), Packer.pack(residual)));
        List<int[]> windows = votes.windows(residual, DeltaFormat.MAX_WINDOW_BYTES / DeltaFormat.BIN_BYTES);
        if (windows.isEmpty()) {
            return best;
        }
        best = differences(best, windows, residual);
        List<int[]> nearest = votes.windows(residual, DeltaFormat.MAX_DICTIONARY_BYTES / DeltaFormat.BIN_BYTES);
        return best.smaller(new Coded(Codec.DICTIONARY, nearest, Packer.pack(residual, read(nearest))));
    }

    private Coded differences(Coded best, List<int[]> windows, byte[] residual) {
        Difference.Streams streams = Difference.of(read(windows), residual);
        if (streams.control().length > DeltaFormat.MAX_RECIPE_BYTES) {
            return best;
        }
        byte[] control = Packer.pack(streams.control());
        byte[] extra = Packer.pack(streams.extra());
        byte[] modelled = new ModelledDifferences(old, windows).write(streams);
        byte[] listed = Packer.packDifferences(streams.added());
        return best.smaller(new Coded(Codec.DIFFERENCE, windows, payload(streams, control, listed, extra)))
                .smaller(new Coded(Codec.MODELLED, windows, payload(streams, control, modelled, extra)));
    }

    private static byte[] payload(Difference.Streams streams, byte[] control, byte[] added, byte[] extra) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Numbers.write(out, streams.control().length);
        Numbers.write(out, control.length);
        Numbers.write(out, streams.added().length);
        Numbers.write(out, added.length);
        out.writeBytes(control);
        out.writeBytes(added);
        out.writeBytes(extra);
        return out.toByteArray();
    }

    private byte[] read(List<int[]> windows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] window : windows) {
            long from = (long) window[0] * DeltaFormat.BIN_BYTES;
            byte[] bytes = new byte[(int) (Math.min((long) window[1] * DeltaFormat.BIN_BYTES, old.length()) - from)];
            old.get(from, bytes, 0, bytes.length);
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }
}
