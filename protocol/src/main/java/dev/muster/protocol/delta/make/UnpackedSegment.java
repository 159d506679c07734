package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a segment in which zipped files changed: their contents are compared, and the device deflates them again. A file that lies in
 * two segments is in both, whole: each is made by itself. Not thread-safe.
 */
final class UnpackedSegment {
    /** The rest is for what lies between files. */
    private static final int MOST_FILES_BYTES = DeltaFormat.MAX_UNPACKED_BASE_BYTES * 3 / 4;
    /** Windows of the base for what lies between files. */
    private static final int MOST_WINDOWS = 16;

    private final ImageBytes old;
    private final ImageBytes image;
    private final Votes votes;
    private final Pieces pieces;
    private final long end;

    private final ByteArrayOutputStream base = new ByteArrayOutputStream();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final ByteArrayOutputStream view = new ByteArrayOutputStream();
    private final ByteArrayOutputStream between = new ByteArrayOutputStream();
    private final ByteArrayOutputStream streams = new ByteArrayOutputStream();
    private int partCount;
    private long partEnd;
    private int viewed;

    UnpackedSegment(ImageBytes old, ImageBytes image, Copies copies, Votes votes, long begin, byte[] bytes) {
        this.old = old;
        this.image = image;
        this.votes = votes;
        this.pieces = new Pieces(copies, begin, bytes);
        this.end = begin + bytes.length;
    }

    /** Those that a segment from {@code begin} to {@code end} has part in, as many as a device has memory for. */
    static List<Repacked> chosen(List<Repacked> files, long begin, long end) {
        List<Repacked> chosen = new ArrayList<>();
        List<ZippedFile> bases = new ArrayList<>();
        long content = 0;
        long base = 0;
        for (Repacked each : files) {
            long more = bases.contains(each.old())
                    ? 0
                    : each.old().raw() + each.old().start() - each.old().header();
            if (each.file().end() > begin
                    && each.file().start() < end
                    && base + more <= MOST_FILES_BYTES
                    && content + each.file().raw() <= DeltaFormat.MAX_UNPACKED_BYTES
                    && chosen.size() < DeltaFormat.MAX_UNPACKED_PARTS / 4) {
                chosen.add(each);
                bases.add(each.old());
                base += more;
                content += each.file().raw();
            }
        }
        return chosen;
    }

    /** The segment; empty if the format cannot say it, or it would be longer than it is. */
    Optional<SegmentMaker.Made> make(List<Repacked> files, byte[] digest) {
        List<ZippedFile> known = new ArrayList<>();
        for (Repacked each : files) {
            file(each);
            if (!known.contains(each.old())) {
                known.add(each.old());
                part(each.old().header(), each.old().head(old), 0);
                part(each.old().start(), each.old().content(old), each.old().packed());
            }
        }
        pieces.to(end);
        plainTo(pieces.residualLength());
        int room = Math.min(MOST_WINDOWS, (DeltaFormat.MAX_UNPACKED_BASE_BYTES - base.size()) / DeltaFormat.BIN_BYTES);
        for (int[] window : votes.windows(between.toByteArray(), room)) {
            long from = (long) window[0] * DeltaFormat.BIN_BYTES;
            byte[] as = new byte[(int) (Math.min((long) window[1] * DeltaFormat.BIN_BYTES, old.length()) - from)];
            old.get(from, as, 0, as.length);
            part(from, as, 0);
        }
        return write(files.size(), digest);
    }

    private void file(Repacked each) {
        ZippedFile file = each.file();
        pieces.to(Math.max(pieces.at(), file.start()));
        Numbers.write(streams, pieces.residualLength() - viewed);
        plainTo(pieces.residualLength());
        long from = pieces.at();
        pieces.residualTo(Math.min(end, file.end()));
        Numbers.write(streams, file.raw());
        Numbers.write(streams, from - file.start());
        Numbers.write(streams, pieces.at() - from);
        Numbers.write(streams, each.level());
        view.writeBytes(file.content(image));
        viewed = pieces.residualLength();
    }

    /** What lies as it is, up to a place of the residual. */
    private void plainTo(int residualEnd) {
        byte[] residual = pieces.residual();
        view.write(residual, viewed, residualEnd - viewed);
        between.write(residual, viewed, residualEnd - viewed);
        viewed = residualEnd;
    }

    /** A part of the base; {@code packed} is 0 for one as it is. */
    private void part(long start, byte[] unpacked, int packed) {
        if (unpacked.length == 0) {
            return;
        }
        Numbers.writeSigned(parts, start - partEnd);
        Numbers.write(parts, packed == 0 ? unpacked.length : packed);
        Numbers.write(parts, packed == 0 ? 0 : unpacked.length);
        partEnd = start + (packed == 0 ? unpacked.length : packed);
        base.writeBytes(unpacked);
        partCount++;
    }

    private Optional<SegmentMaker.Made> write(int files, byte[] digest) {
        byte[] from = base.toByteArray();
        Difference.Streams differences = Difference.of(from, view.toByteArray());
        if (differences.control().length > DeltaFormat.MAX_RECIPE_BYTES
                || differences.extra().length > DeltaFormat.MAX_NEW_BYTES) {
            return Optional.empty();
        }
        int bins = (from.length + DeltaFormat.BIN_BYTES - 1) / DeltaFormat.BIN_BYTES;
        byte[] payload = SegmentMaker.payload(
                differences,
                Packer.pack(differences.control()),
                new ModelledDifferences(ImageBytes.of(from), List.of(new int[] {0, bins})).write(differences),
                Packer.pack(differences.extra()));
        if (payload.length > pieces.residualLength()) {
            return Optional.empty();
        }
        ByteArrayOutputStream recipe = pieces.recipe();
        recipe.write(Codec.UNPACKED.code());
        Numbers.write(recipe, partCount);
        recipe.writeBytes(parts.toByteArray());
        Numbers.write(recipe, files);
        recipe.writeBytes(streams.toByteArray());
        Numbers.write(recipe, payload.length);
        return Optional.of(new SegmentMaker.Made(recipe.toByteArray(), payload, digest));
    }
}
