package dev.muster.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Aligned columns. Immutable: {@link #column} answers a wider table. */
public final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private final List<Column> columns;

    private Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    private record Column(String title, Function<Row, String> value) {}

    /** A table without columns. */
    public static Table of() {
        return new Table(List.of());
    }

    /** With a column that shows the member at {@code path}. */
    public Table column(String title, String path) {
        return column(title, row -> row.text(path));
    }

    /** With a column that shows what {@code value} makes of a row. */
    public Table column(String title, Function<Row, String> value) {
        List<Column> more = new ArrayList<>(columns);
        more.add(new Column(title, value));
        return new Table(more);
    }

    /** The lines of the table, titles first; no line ends in blanks. */
    public List<String> lines(List<Row> rows) {
        List<List<String>> cells = cells(rows);
        int[] widths = widths(cells);
        return cells.stream().map(line -> joined(line, widths)).toList();
    }

    private List<List<String>> cells(List<Row> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream().map(Column::title).toList());
        rows.forEach(row -> cells.add(columns.stream()
                .map(column -> oneLine(column.value().apply(row)))
                .toList()));
        return cells;
    }

    private static int[] widths(List<List<String>> cells) {
        int[] widths = new int[cells.getFirst().size()];
        cells.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line.get(i)));
            }
        });
        return widths;
    }

    /**
     * The same in at most {@code width} columns of a terminal: the widest columns but the first are cut until it fits, each to no
     * less than {@value #NARROWEST}. What names a row is never cut.
     */
    public List<String> lines(List<Row> rows, int width) {
        List<List<String>> cells = cells(rows);
        int[] widths = widths(cells);
        int over = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - width;
        while (over > 0) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                if (widths[i] > NARROWEST && (widest == 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest == 0) {
                break;
            }
            widths[widest]--;
            over--;
        }
        return cells.stream().map(line -> joined(line, widths)).toList();
    }

    /** Titles and rows as CSV. */
    public List<String> csv(List<Row> rows) {
        return cells(rows).stream().map(Csv::line).toList();
    }

    /** Title and value pairs of one row, one per line. */
    public List<String> details(Row row) {
        int width =
                columns.stream().mapToInt(column -> width(column.title())).max().orElse(0);
        return columns.stream()
                .map(column -> (pad(column.title() + ":", width + 1) + " "
                                + oneLine(column.value().apply(row)))
                        .stripTrailing())
                .toList();
    }

    private static String joined(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : GAP).append(pad(cut(cells.get(i), widths[i]), widths[i]));
        }
        return line.toString().stripTrailing();
    }

    private static String cut(String text, int width) {
        if (width(text) <= width) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        for (int c : text.codePoints().toArray()) {
            if (width(kept.toString() + Character.toString(c)) > width - 1) {
                break;
            }
            kept.appendCodePoint(c);
        }
        return kept.append('\u2026').toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - width(text)));
    }

    /** Control characters out: a device's name must not be able to steer the reader's terminal. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    /** Columns of a terminal: East Asian wide characters take two. */
    private static int width(String text) {
        return text.codePoints().map(c -> wide(c) ? 2 : 1).sum();
    }

    private static boolean wide(int c) {
        return (c >= 0x1100 && c <= 0x115f)
                || (c >= 0x2e80 && c <= 0xa4cf)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0x1f300 && c <= 0x1faff);
    }
}
