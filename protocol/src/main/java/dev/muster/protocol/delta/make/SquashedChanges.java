package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.make.Squashfs.SquashedFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of squashfs file systems that changed, beside the blocks of the old image that files of the same names have. A name with other
 * numbers in it is taken where there is no other. Not thread-safe.
 */
final class SquashedChanges {
    /** Of one image: recipes of all segments together have room for as many. */
    private static final int MOST_BLOCKS = 1 << 14;
    /** So many more blocks that no level makes than that one does, and a file system's packer is not zlib. */
    private static final int MOST_STRANGE = 16;
    /** Contents move within a file, by less than this many blocks. */
    private static final int NEAR = 2;
    /** Files of one block of fragments were in as many blocks before, at most. */
    private static final int MOST_FRAGMENTS = 4;
    /** Of one name, in several file systems; hostile ones have only one name. */
    private static final int MOST_ALIKE = 16;

    private record Known(Squashfs in, SquashedFile file) {}

    private final ImageBytes old;
    private final ImageBytes image;
    private final Copies copies;
    private final BooleanSupplier cancelled;

    private final Map<Long, List<Known>> byName = new HashMap<>();
    private final Map<Long, List<Known>> byLikeness = new HashMap<>();
    private final Map<SquashedBlock, Optional<Packed>> bases = new HashMap<>();
    private final Set<Long> looked = new HashSet<>();
    private final List<Repacked> changed = new ArrayList<>();
    private int strange;
    private int lastLevel;

    SquashedChanges(ImageBytes old, ImageBytes image, Copies copies, BooleanSupplier cancelled) {
        this.old = old;
        this.image = image;
        this.copies = copies;
        this.cancelled = cancelled;
    }

    /** Those that deflating their content gives again byte for byte. */
    List<Repacked> find() {
        List<Squashfs> fresh = Squashfs.find(image, cancelled);
        List<Squashfs> before = fresh.isEmpty() ? List.of() : Squashfs.find(old, cancelled);
        for (Squashfs each : before) {
            for (SquashedFile file : each.files()) {
                Known known = new Known(each, file);
                add(byName.computeIfAbsent(file.name(), name -> new ArrayList<>(1)), known);
                add(byLikeness.computeIfAbsent(file.alike(), name -> new ArrayList<>(1)), known);
            }
        }
        if (!before.isEmpty()) {
            fresh.forEach(this::compare);
        }
        return changed;
    }

    private static void add(List<Known> known, Known one) {
        if (known.size() < MOST_ALIKE) {
            known.add(one);
        }
    }

    private void compare(Squashfs fresh) {
        strange = 0;
        lastLevel = 0;
        List<Map<SquashedBlock, Integer>> resembled = new ArrayList<>();
        fresh.fragments().forEach(each -> resembled.add(new HashMap<>()));
        for (SquashedFile file : fresh.files()) {
            Known known = known(file, fresh);
            List<SquashedBlock> parts = known == null ? List.of() : parts(known);
            for (int i = 0; i < file.blocks().size(); i++) {
                take(fresh, file.blocks().get(i), near(parts, i));
            }
            if (known != null && file.fragment() >= 0 && !parts.isEmpty()) {
                resembled.get(file.fragment()).merge(parts.getLast(), file.tail(), Integer::sum);
            }
        }
        for (int i = 0; i < resembled.size(); i++) {
            List<SquashedBlock> parts = resembled.get(i).entrySet().stream()
                    .sorted(Map.Entry.<SquashedBlock, Integer>comparingByValue(Comparator.reverseOrder())
                            .thenComparingLong(each -> each.getKey().start()))
                    .limit(MOST_FRAGMENTS)
                    .map(Map.Entry::getKey)
                    .toList();
            take(fresh, fresh.fragments().get(i), parts);
        }
    }

    /** The file of that name that is about as long, then in the file system that lies about there. */
    private @Nullable Known known(SquashedFile file, Squashfs in) {
        List<Known> candidates = byName.getOrDefault(file.name(), byLikeness.getOrDefault(file.alike(), List.of()));
        return candidates.stream()
                .min(Comparator.<Known>comparingLong(each -> Math.abs(each.file.size() - file.size()))
                        .thenComparingLong(each -> Math.abs(each.in.start() - in.start())))
                .orElse(null);
    }

    private static List<SquashedBlock> parts(Known known) {
        List<SquashedBlock> parts = new ArrayList<>(known.file.blocks());
        if (known.file.fragment() >= 0) {
            parts.add(known.in.fragments().get(known.file.fragment()));
        }
        return parts;
    }

    /** Those at about the same place, the nearest first. */
    private static List<SquashedBlock> near(List<SquashedBlock> parts, int index) {
        List<SquashedBlock> near = new ArrayList<>();
        int at = Math.min(index, parts.size() - 1);
        for (int distance = 0; distance <= NEAR && !parts.isEmpty(); distance++) {
            if (at - distance >= 0) {
                near.add(parts.get(at - distance));
            }
            if (distance > 0 && at + distance < parts.size()) {
                near.add(parts.get(at + distance));
            }
        }
        return near;
    }

    private void take(Squashfs in, SquashedBlock block, List<SquashedBlock> resembled) {
        DeltaMaker.check(cancelled);
        if (block.stored()
                || block.length() < Repacked.SHORTEST
                || changed.size() == MOST_BLOCKS
                || strange >= MOST_STRANGE
                || !looked.add(block.start())
                || copies.cover(block.start(), block.end())) {
            return;
        }
        Packed stream = block.read(image, in.blockBytes());
        int level = stream == null ? 0 : level(stream, block.levels(image));
        if (stream == null || level == 0) {
            strange++;
            return;
        }
        strange = Math.max(0, strange - 1);
        lastLevel = level;
        List<Packed> base = resembled.stream()
                .map(each -> bases.computeIfAbsent(
                        each, one -> Optional.ofNullable(one.read(old, 1 << SquashedReader.MOST_BLOCK_LOG))))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        changed.add(new Repacked(stream, level, base));
    }

    /** What one block was packed with is likely for the next one. */
    private int level(Packed stream, int[] levels) {
        int[] likeliest = levels.clone();
        for (int i = 1; i < likeliest.length; i++) {
            if (likeliest[i] == lastLevel) {
                likeliest[i] = likeliest[0];
                likeliest[0] = lastLevel;
            }
        }
        return stream.level(image, likeliest);
    }
}
