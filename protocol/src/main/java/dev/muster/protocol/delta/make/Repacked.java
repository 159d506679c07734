package dev.muster.protocol.delta.make;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A packed stream that changed, and that deflating its content gives again byte for byte.
 *
 * @param level of zlib that does
 * @param base what of the old image it resembles: the first one most, the others where there is room; none of something new
 */
record Repacked(Packed stream, int level, List<Packed> base) {
    /** A shorter stream is not worth its line in a recipe. */
    static final int SHORTEST = 256;

    Repacked {
        base = List.copyOf(base);
    }

    /** All of an image, in order. */
    static List<Repacked> find(ImageBytes old, ImageBytes image, Copies copies, BooleanSupplier cancelled) {
        List<Repacked> all = new ArrayList<>(ZippedFile.changed(old, image, copies, cancelled));
        all.addAll(new SquashedChanges(old, image, copies, cancelled).find());
        all.sort(Comparator.comparingLong(each -> each.stream.start()));
        List<Repacked> apart = new ArrayList<>();
        for (Repacked each : all) {
            // What looks like a header of a zip within a block, or blocks of a file system that is none.
            if (apart.isEmpty() || each.stream.start() >= apart.getLast().stream.end()) {
                apart.add(each);
            }
        }
        return apart;
    }
}
