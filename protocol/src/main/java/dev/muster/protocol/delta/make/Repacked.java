package dev.muster.protocol.delta.make;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A zipped file that changed, and that deflating its content gives again byte for byte.
 *
 * @param level of zlib that does
 * @param old the file of the same name in the old image
 */
record Repacked(ZippedFile file, int level, ZippedFile old) {
    /** As good as unchanged, for copies cover it but for this part. */
    private static final int UNCHANGED_PART = 20;

    /** All of an image, in order. */
    static List<Repacked> find(ImageBytes old, ImageBytes image, Copies copies, BooleanSupplier cancelled) {
        List<ZippedFile> files = ZippedFile.find(image, cancelled);
        if (files.isEmpty()) {
            return List.of();
        }
        Map<String, List<ZippedFile>> known = new HashMap<>();
        for (ZippedFile file : ZippedFile.find(old, cancelled)) {
            known.computeIfAbsent(file.name(), name -> new ArrayList<>()).add(file);
        }
        List<Repacked> repacked = new ArrayList<>();
        for (ZippedFile file : files) {
            List<ZippedFile> candidates = known.get(file.name());
            DeltaMaker.check(cancelled);
            if (candidates == null || copied(copies, file) > file.packed() - file.packed() / UNCHANGED_PART) {
                continue;
            }
            int level = file.level(image);
            if (level > 0) {
                repacked.add(new Repacked(file, level, nearest(candidates, file)));
            }
        }
        return repacked;
    }

    private static long copied(Copies copies, ZippedFile file) {
        long sum = 0;
        for (int i = copies.after(file.start()); i < copies.size() && copies.start(i) < file.end(); i++) {
            sum += Math.min(file.end(), copies.end(i)) - Math.max(file.start(), copies.start(i));
        }
        return sum;
    }

    /** Many zips have files of the same names: the one that is about as long, then about as far. */
    private static ZippedFile nearest(List<ZippedFile> candidates, ZippedFile file) {
        ZippedFile best = candidates.getFirst();
        for (ZippedFile each : candidates) {
            long better = Math.abs((long) best.raw() - file.raw()) - Math.abs((long) each.raw() - file.raw());
            if (better > 0
                    || (better == 0 && Math.abs(each.start() - file.start()) < Math.abs(best.start() - file.start()))) {
                best = each;
            }
        }
        return best;
    }
}
