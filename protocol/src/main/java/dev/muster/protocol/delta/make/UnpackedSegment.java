package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import dev.muster.protocol.delta.DeltaFormat.Codec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a segment in which packed streams changed: their contents are compared, and the device deflates them again. A stream that lies in
 * two segments is in both, whole: each is made by itself. Not thread-safe.
 */
final class UnpackedSegment {
    /** At most so much of the base is left to what lies between streams, */
    private static final int MOST_LEFT_BYTES = DeltaFormat.MAX_UNPACKED_BASE_BYTES / 4;
    /** and so many times what does. */
    private static final int LEFT_FOR_EACH_BYTE = 4;
    /** Each can be three parts of the base: itself, and its wrapping. */
    private static final int MOST_STREAMS = DeltaFormat.MAX_UNPACKED_PARTS / 4;
    /** New bytes have a limit of their own, and what is not new has some too. */
    private static final int MOST_FRESH_BYTES = DeltaFormat.MAX_NEW_BYTES / 2;
    /** Windows of the base for what lies between streams. */
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
    private long plainFrom;
    private long plainTo;

    UnpackedSegment(ImageBytes old, ImageBytes image, Copies copies, Votes votes, long begin, byte[] bytes) {
        this.old = old;
        this.image = image;
        this.votes = votes;
        this.pieces = new Pieces(copies, begin, bytes);
        this.end = begin + bytes.length;
    }

    /** What of an image a segment is made with, in order, and what of the base beside it. */
    record Chosen(List<Repacked> streams, List<Packed> base) {}

    /** Those that a segment from {@code begin} to {@code end} has part in, as many as a device has memory for. */
    static Chosen chosen(List<Repacked> all, long begin, long end) {
        List<Repacked> within = all.stream()
                .filter(each -> each.stream().end() > begin && each.stream().start() < end)
                .toList();
        long between = end - begin;
        for (Repacked each : within) {
            between -= Math.min(end, each.stream().end())
                    - Math.max(begin, each.stream().start());
        }
        long most = DeltaFormat.MAX_UNPACKED_BASE_BYTES - Math.min(MOST_LEFT_BYTES, between * LEFT_FOR_EACH_BYTE);
        List<Repacked> streams = new ArrayList<>();
        Set<Packed> base = new HashSet<>();
        long content = 0;
        long fresh = 0;
        long room = most;
        for (Repacked each : within) {
            int raw = each.stream().raw();
            boolean isFresh = each.base().isEmpty();
            long more = isFresh || base.contains(each.base().getFirst())
                    ? 0
                    : each.base().getFirst().baseBytes();
            if (more <= room
                    && content + raw <= DeltaFormat.MAX_UNPACKED_BYTES
                    && (!isFresh || fresh + raw <= MOST_FRESH_BYTES)
                    && streams.size() < MOST_STREAMS) {
                streams.add(each);
                each.base().stream().limit(1).forEach(base::add);
                room -= more;
                content += raw;
                fresh += isFresh ? raw : 0;
            }
        }
        int ranks = streams.stream().mapToInt(each -> each.base().size()).max().orElse(0);
        for (int rank = 1; rank < ranks; rank++) {
            for (Repacked each : streams) {
                Packed beside = rank < each.base().size() ? each.base().get(rank) : null;
                if (beside != null && beside.baseBytes() <= room && base.size() < MOST_STREAMS && base.add(beside)) {
                    room -= beside.baseBytes();
                }
            }
        }
        return new Chosen(
                streams,
                base.stream()
                        .sorted(Comparator.comparingLong(Packed::from).thenComparingLong(Packed::to))
                        .toList());
    }

    /** The segment; empty if the format cannot say it, or it would be longer than it is. */
    Optional<SegmentMaker.Made> make(Chosen chosen, byte[] digest) {
        chosen.streams().forEach(this::stream);
        for (Packed each : chosen.base()) {
            plain(each.from(), each.start());
            if (each.raw() == 0) {
                plain(each.start(), each.end());
            } else {
                plainEnd();
                part(each.start(), each.content(old), each.packed());
            }
            plain(each.end(), each.to());
        }
        pieces.to(end);
        between(pieces.residualLength());
        plainEnd();
        int room = Math.min(MOST_WINDOWS, (DeltaFormat.MAX_UNPACKED_BASE_BYTES - base.size()) / DeltaFormat.BIN_BYTES);
        for (int[] window : votes.windows(between.toByteArray(), room)) {
            plain(
                    (long) window[0] * DeltaFormat.BIN_BYTES,
                    Math.min((long) window[1] * DeltaFormat.BIN_BYTES, old.length()));
        }
        plainEnd();
        return write(chosen.streams().size(), digest);
    }

    private void stream(Repacked each) {
        Packed stream = each.stream();
        pieces.to(Math.max(pieces.at(), stream.start()));
        Numbers.write(streams, pieces.residualLength() - viewed);
        between(pieces.residualLength());
        long from = pieces.at();
        pieces.residualTo(Math.min(end, stream.end()));
        Numbers.write(streams, stream.raw());
        Numbers.write(streams, from - stream.start());
        Numbers.write(streams, pieces.at() - from);
        Numbers.write(streams, each.level());
        view.writeBytes(stream.content(image));
        viewed = pieces.residualLength();
    }

    /** What lies as it is, up to a place of the residual. */
    private void between(int residualEnd) {
        byte[] residual = pieces.residual();
        view.write(residual, viewed, residualEnd - viewed);
        between.write(residual, viewed, residualEnd - viewed);
        viewed = residualEnd;
    }

    /** What lies as it is in the base: one part with what was named before, if it follows it. */
    private void plain(long from, long to) {
        if (from != plainTo) {
            plainEnd();
            plainFrom = from;
        }
        plainTo = to;
    }

    private void plainEnd() {
        part(plainFrom, Packed.bytes(old, plainFrom, (int) (plainTo - plainFrom)), 0);
        plainFrom = plainTo;
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

    private Optional<SegmentMaker.Made> write(int count, byte[] digest) {
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
        Numbers.write(recipe, count);
        recipe.writeBytes(streams.toByteArray());
        Numbers.write(recipe, payload.length);
        return Optional.of(new SegmentMaker.Made(recipe.toByteArray(), payload, digest));
    }
}
