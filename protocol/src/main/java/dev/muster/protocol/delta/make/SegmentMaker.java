package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Makes one segment: its recipe, its payload, its digest. Thread-safe: what it works with does not change. */
final class SegmentMaker {
    private final ImageBytes old;
    private final ImageBytes image;
    private final Copies copies;
    private final Votes votes;
    private final List<Repacked> repacked;
    private final int segmentLog;

    SegmentMaker(
            ImageBytes old, ImageBytes image, Copies copies, Votes votes, List<Repacked> repacked, int segmentLog) {
        this.old = old;
        this.image = image;
        this.copies = copies;
        this.votes = votes;
        this.repacked = repacked;
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

        int length() {
            return recipe.length + payload.length;
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

    ImageBytes old() {
        return old;
    }

    /** Bytes of the image that are copies of the old one. */
    long copied() {
        long copied = 0;
        for (int i = 0; i < copies.size(); i++) {
            copied += copies.end(i) - copies.start(i);
        }
        return copied;
    }

    Made make(int segment) {
        long begin = (long) segment << segmentLog;
        byte[] bytes = new byte[(int) Math.min(1L << segmentLog, image.length() - begin)];
        image.get(begin, bytes, 0, bytes.length);
        byte[] digest = DeltaFormat.sha256().digest(bytes);
        Made plain = plain(begin, bytes, digest);
        UnpackedSegment.Chosen chosen = UnpackedSegment.chosen(repacked, begin, begin + bytes.length);
        if (chosen.streams().isEmpty()) {
            return plain;
        }
        return new UnpackedSegment(old, image, copies, votes, begin, bytes)
                .make(chosen, digest)
                .filter(made -> made.length() < plain.length())
                .orElse(plain);
    }

    private Made plain(long begin, byte[] bytes, byte[] digest) {
        Pieces pieces = new Pieces(copies, begin, bytes);
        pieces.to(begin + bytes.length);
        Coded coded = code(pieces.residual());
        ByteArrayOutputStream recipe = pieces.recipe();
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
        return new Made(recipe.toByteArray(), coded.payload, digest);
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

    /** Differences as a payload has them; the streams after {@code control} are packed. */
    static byte[] payload(Difference.Streams streams, byte[] control, byte[] added, byte[] extra) {
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
