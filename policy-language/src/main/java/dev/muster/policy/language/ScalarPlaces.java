package dev.muster.policy.language;

import dev.muster.policy.language.YamlNode.Scalar;
import dev.muster.policy.language.YamlNode.Style;

/**
 * Finds where a character of a scalar's value is written. Folding and indentation change white space only, so the n-th
 * character that is none stands for the n-th written one; quotes and their escapes are stepped over.
 */
final class ScalarPlaces {
    private ScalarPlaces() {}

    /** The place of a code point of the value; the scalar's own where an escape hides it. */
    static Place of(PolicySource source, Scalar scalar, int offset) {
        int wanted = solids(scalar.text(), offset);
        int[] written = source.text()
                .codePoints()
                .skip(scalar.start())
                .limit(Math.max(0, scalar.end() - scalar.start()))
                .toArray();
        int at = body(scalar.style(), written);
        if (at < 0) {
            return scalar.at();
        }
        int found = 0;
        while (at < written.length) {
            if (isSpace(written[at])) {
                at++;
                continue;
            }
            int length = length(scalar.style(), written, at);
            if (length == 0) {
                return scalar.at();
            }
            if (found == wanted) {
                return place(scalar.at(), written, at);
            }
            found++;
            at += length;
        }
        return scalar.at();
    }

    /** Characters other than white space before an offset; at the end of the value the last one counts. */
    private static int solids(String value, int offset) {
        int[] points = value.codePoints().toArray();
        int before = 0;
        int all = 0;
        for (int i = 0; i < points.length; i++) {
            if (!isSpace(points[i])) {
                before += i < offset ? 1 : 0;
                all++;
            }
        }
        return Math.max(0, Math.min(before, all - 1));
    }

    /** Index of the first character of the content, -1 where there is none. */
    private static int body(Style style, int[] written) {
        return switch (style) {
            case PLAIN -> 0;
            case SINGLE_QUOTED, DOUBLE_QUOTED -> 1;
            case BLOCK -> {
                for (int i = 0; i < written.length; i++) {
                    if (isBreak(written[i])) {
                        yield i + 1;
                    }
                }
                yield -1;
            }
        };
    }

    /** How many written characters stand for the one of the value, 0 where that is not certain. */
    private static int length(Style style, int[] written, int at) {
        boolean hasNext = at + 1 < written.length;
        return switch (style) {
            case PLAIN, BLOCK -> 1;
            case SINGLE_QUOTED -> written[at] == '\'' && hasNext && written[at + 1] == '\'' ? 2 : 1;
            case DOUBLE_QUOTED -> {
                if (written[at] != '\\') {
                    yield 1;
                }
                boolean plain =
                        hasNext && (written[at + 1] == '"' || written[at + 1] == '\\' || written[at + 1] == '/');
                yield plain ? 2 : 0;
            }
        };
    }

    private static Place place(Place start, int[] written, int at) {
        int line = start.line();
        int column = start.column();
        for (int i = 0; i < at; i++) {
            boolean crlf = written[i] == '\r' && i + 1 < written.length && written[i + 1] == '\n';
            if (isBreak(written[i]) && !crlf) {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Place(line, column);
    }

    private static boolean isSpace(int point) {
        return point == ' ' || point == '\t' || isBreak(point);
    }

    private static boolean isBreak(int point) {
        return point == '\n' || point == '\r' || point == 0x85 || point == 0x2028 || point == 0x2029;
    }
}
