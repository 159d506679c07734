package dev.muster.policy.bundle;

import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.model.AppKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of a bundle file as it lists them: per row its permissions in rising order, each with a chain. */
final class FileAnswers implements ExactAnswers {
    private final int[] firstEntry;
    private final int[] columns;
    private final int[] chainNumbers;
    private final List<Chain> chains;
    private final int[] shapes;

    private FileAnswers(int[] firstEntry, int[] columns, int[] chainNumbers, List<Chain> chains, int[] shapes) {
        this.firstEntry = firstEntry;
        this.columns = columns;
        this.chainNumbers = chainNumbers;
        this.chains = chains;
        this.shapes = shapes;
    }

    /**
     * What a reader found in a file.
     *
     * @param firstEntry per row its first entry, and the number of entries at the end
     * @param ids per entry the permission id, rising within a row
     * @param chainNumbers per entry its chain
     * @param names permission names by id
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
    record Parsed(
            long policyVersion,
            String[] bundles,
            long[] instances,
            int[] firstEntry,
            int[] ids,
            int[] chainNumbers,
            List<Chain> chains,
            java.util.function.IntFunction<String> names,
            ConditionBlock conditions) {}

    /** Lays out content that was never written; the rows are in order of their keys, the columns of their names. */
    static Compiled layOut(BundleContent content) {
        String[] names = content.rows().values().stream()
                .flatMap(row -> row.keySet().stream())
                .distinct()
                .sorted()
                .toArray(String[]::new);
        Map<Chain, Integer> numbers = new HashMap<>();
        List<Chain> chains = new ArrayList<>();
        String[] bundles = new String[content.rows().size()];
        long[] instances = new long[bundles.length];
        int[] firstEntry = new int[bundles.length + 1];
        int[] ids = new int[content.rows().values().stream().mapToInt(Map::size).sum()];
        int[] chainNumbers = new int[ids.length];
        int row = 0;
        for (Map.Entry<AppKey, Map<String, Chain>> entry : content.rows().entrySet()) {
            bundles[row] = entry.getKey().bundle();
            instances[row] = Bundle.tag(entry.getKey().user(), entry.getKey().instance());
            int at = firstEntry[row];
            for (Map.Entry<String, Chain> cell : new TreeMap<>(entry.getValue()).entrySet()) {
                ids[at] = Arrays.binarySearch(names, cell.getKey());
                chainNumbers[at] = numbers.computeIfAbsent(cell.getValue(), chain -> {
                    chains.add(chain);
                    return chains.size() - 1;
                });
                at++;
            }
            firstEntry[++row] = at;
        }
        return layOut(new Parsed(
                content.policyVersion(),
                bundles,
                instances,
                firstEntry,
                ids,
                chainNumbers,
                chains,
                id -> names[id],
                new ConditionBlock(content.timeZone(), content.facts(), List.of())));
    }

    /** Lays a file out in memory. */
    static Compiled layOut(Parsed parsed) {
        int[] known = Arrays.stream(parsed.ids()).sorted().distinct().toArray();
        String[] permissions = Arrays.stream(known).mapToObj(parsed.names()).toArray(String[]::new);
        int[] columns = Arrays.stream(parsed.ids())
                .map(id -> Arrays.binarySearch(known, id))
                .toArray();
        Shapes.Builder builder = new Shapes.Builder();
        int[] shapes = parsed.chains().stream().mapToInt(builder::add).toArray();
        Shapes built = builder.build();
        int[] common = common(columns, parsed.chainNumbers(), shapes, built, known.length);
        int stride = Cells.Rows.stride(known.length);
        if ((long) parsed.bundles().length * stride > Integer.MAX_VALUE - 16) {
            throw new BundleException("bundle: fewer apps expected, found " + parsed.bundles().length);
        }
        long[] cells = new long[parsed.bundles().length * stride];
        for (int row = 0; row < parsed.bundles().length; row++) {
            for (int entry = parsed.firstEntry()[row]; entry < parsed.firstEntry()[row + 1]; entry++) {
                int column = columns[entry];
                int shape = shapes[parsed.chainNumbers()[entry]];
                long cell = shape == Shapes.ROLE ? 1 : shape == common[column] ? 2 : 3;
                cells[row * stride + (column >>> 5)] |= cell << (column << 1);
            }
        }
        return new Compiled(
                parsed.policyVersion(),
                parsed.bundles(),
                parsed.instances(),
                permissions,
                new Cells.Rows(cells, stride),
                common,
                built,
                parsed.conditions(),
                new FileAnswers(parsed.firstEntry(), columns, parsed.chainNumbers(), parsed.chains(), shapes));
    }

    /** Per column the shape that occurs most, of those that fit four words; the lowest where two occur as often. */
    private static int[] common(int[] columns, int[] chainNumbers, int[] shapes, Shapes built, int count) {
        int[] common = new int[count];
        Arrays.fill(common, -1);
        long[] cells = new long[columns.length];
        for (int i = 0; i < columns.length; i++) {
            cells[i] = ((long) columns[i] << 32) | shapes[chainNumbers[i]];
        }
        Arrays.sort(cells);
        int[] most = new int[count];
        for (int i = 0; i < cells.length; ) {
            int end = i;
            while (end < cells.length && cells[end] == cells[i]) {
                end++;
            }
            int column = (int) (cells[i] >>> 32);
            int shape = (int) cells[i];
            if (shape != Shapes.ROLE && end - i > most[column] && built.isPackable(shape)) {
                most[column] = end - i;
                common[column] = shape;
            }
            i = end;
        }
        return common;
    }

    private int entry(int row, int column) {
        int at = Arrays.binarySearch(columns, firstEntry[row], firstEntry[row + 1], column);
        if (at < 0) {
            throw new IllegalArgumentException("a requested permission expected, found column " + column);
        }
        return at;
    }

    @Override
    public int shape(int row, int column) {
        return shapes[chainNumbers[entry(row, column)]];
    }

    @Override
    public boolean endsWithLease(int row, int column) {
        int at = Arrays.binarySearch(columns, firstEntry[row], firstEntry[row + 1], column);
        return at >= 0 && chains.get(chainNumbers[at]).deniedAfterLease().isPresent();
    }

    @Override
    public Chain chain(int row, int column) {
        return chains.get(chainNumbers[entry(row, column)]);
    }
}
