package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A deflated file of a zip, wherever in an image the zip lies: found by its local header (APPNOTE.TXT, 4.3.7), and read as far as its
 * stream says, for headers need not know how long it is.
 *
 * @param stream wrapped in its local header
 */
record ZippedFile(String name, Packed stream) {
    private static final int HEADER_BYTES = 30;
    private static final int SIGNATURE_BYTES = 4;
    private static final int METHOD_AT = 8;
    private static final int NAME_LENGTH_AT = 26;
    private static final int EXTRA_LENGTH_AT = 28;
    private static final int DEFLATED = 8;
    private static final int PART_BYTES = 64 << 10;
    /** Likeliest first. */
    private static final int[] LEVELS = {6, 9, 1, 5, 4, 7, 8, 3, 2};

    /** Those that changed, and that deflating their content gives again byte for byte, in order. */
    static List<Repacked> changed(ImageBytes old, ImageBytes image, Copies copies, BooleanSupplier cancelled) {
        List<ZippedFile> files = find(image, cancelled);
        if (files.isEmpty()) {
            return List.of();
        }
        Map<String, List<Packed>> known = new HashMap<>();
        for (ZippedFile file : find(old, cancelled)) {
            known.computeIfAbsent(file.name, name -> new ArrayList<>()).add(file.stream);
        }
        List<Repacked> changed = new ArrayList<>();
        for (ZippedFile file : files) {
            DeltaMaker.check(cancelled);
            List<Packed> candidates = known.get(file.name);
            if (candidates == null || copies.cover(file.stream.start(), file.stream.end())) {
                continue;
            }
            int level = file.stream.level(image, LEVELS);
            if (level > 0) {
                changed.add(new Repacked(file.stream, level, List.of(nearest(candidates, file.stream))));
            }
        }
        return changed;
    }

    /** Many zips have files of the same names: the one that is about as long, then about as far. */
    private static Packed nearest(List<Packed> candidates, Packed stream) {
        Packed best = candidates.getFirst();
        for (Packed each : candidates) {
            long better = Math.abs((long) best.raw() - stream.raw()) - Math.abs((long) each.raw() - stream.raw());
            if (better > 0
                    || (better == 0
                            && Math.abs(each.start() - stream.start()) < Math.abs(best.start() - stream.start()))) {
                best = each;
            }
        }
        return best;
    }

    private static List<ZippedFile> find(ImageBytes image, BooleanSupplier cancelled) {
        List<ZippedFile> files = new ArrayList<>();
        byte[] buffer = new byte[PART_BYTES];
        long at = 0;
        while (at + HEADER_BYTES <= image.length()) {
            DeltaMaker.check(cancelled);
            int count = (int) Math.min(buffer.length, image.length() - at);
            image.get(at, buffer, 0, count);
            int found = signature(buffer, count);
            if (found < 0) {
                at += count - SIGNATURE_BYTES + 1;
                continue;
            }
            ZippedFile file = read(image, at + found);
            at = file == null ? at + found + SIGNATURE_BYTES : file.stream.end();
            if (file != null && file.stream.packed() >= Repacked.SHORTEST) {
                files.add(file);
            }
        }
        return files;
    }

    private static int signature(byte[] bytes, int count) {
        for (int i = 0; i + SIGNATURE_BYTES <= count; i++) {
            if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 3 && bytes[i + 3] == 4) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable ZippedFile read(ImageBytes image, long header) {
        if (header + HEADER_BYTES > image.length()) {
            return null;
        }
        ByteBuffer head =
                ByteBuffer.wrap(Packed.bytes(image, header, HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        int nameLength = Short.toUnsignedInt(head.getShort(NAME_LENGTH_AT));
        long start = header + HEADER_BYTES + nameLength + Short.toUnsignedInt(head.getShort(EXTRA_LENGTH_AT));
        if (head.getShort(METHOD_AT) != DEFLATED || start >= image.length()) {
            return null;
        }
        Packed stream = Packed.read(image, header, start, image.length(), DeltaFormat.MAX_UNPACKED_BYTES);
        return stream == null
                ? null
                : new ZippedFile(
                        new String(Packed.bytes(image, header + HEADER_BYTES, nameLength), StandardCharsets.ISO_8859_1),
                        stream);
    }
}
