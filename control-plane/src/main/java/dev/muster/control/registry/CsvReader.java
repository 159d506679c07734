package dev.muster.control.registry;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads comma-separated values as RFC 4180 has them, one row at a time: cells may be in quotes, hold commas and line breaks
 * there, and double a quote to mean one. A byte-order mark at the start is skipped, and so are empty lines. Not thread-safe.
 */
final class CsvReader {
    private static final int MAX_CELL = 8_192;
    private static final int MAX_CELLS = 200;

    private final Reader in;
    private int line = 1;
    private int next = -2;

    CsvReader(Reader in) {
        this.in = in;
    }

    /** A row, and the line it begins on, from 1. */
    record Row(int line, List<String> cells) {
        Row {
            cells = List.copyOf(cells);
        }
    }

    /** What is no CSV; the message says what was expected. */
    static final class BadCsvException extends IOException {
        private final int line;

        BadCsvException(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /** The next row; empty at the end. */
    Optional<Row> row() throws IOException {
        if (next == -2) {
            next = in.read();
            if (next == '\uFEFF') {
                next = in.read();
            }
        }
        while (next == '\n' || next == '\r') {
            take();
        }
        if (next < 0) {
            return Optional.empty();
        }
        int begin = line;
        List<String> cells = new ArrayList<>();
        cells.add(cell());
        while (next == ',') {
            take();
            if (cells.size() == MAX_CELLS) {
                throw new BadCsvException(line, "expected at most " + MAX_CELLS + " columns");
            }
            cells.add(cell());
        }
        if (next == '\r') {
            take();
        }
        if (next == '\n') {
            take();
        } else if (next >= 0 && next != '\r') {
            throw new BadCsvException(line, "expected `,` or the end of the line after a closing quote");
        }
        return Optional.of(new Row(begin, cells));
    }

    private String cell() throws IOException {
        StringBuilder text = new StringBuilder();
        if (next != '"') {
            while (next >= 0 && next != ',' && next != '\n' && next != '\r') {
                append(text, take());
            }
            return text.toString().strip();
        }
        int begin = line;
        take();
        while (true) {
            if (next < 0) {
                throw new BadCsvException(begin, "expected a closing quote, found the end");
            }
            char c = take();
            if (c == '"') {
                if (next != '"') {
                    return text.toString();
                }
                take();
            }
            append(text, c);
        }
    }

    private void append(StringBuilder text, char c) throws BadCsvException {
        if (text.length() == MAX_CELL) {
            throw new BadCsvException(line, "expected cells of at most " + MAX_CELL + " characters");
        }
        text.append(c);
    }

    private char take() throws IOException {
        char taken = (char) next;
        if (taken == '\n') {
            line++;
        }
        next = in.read();
        return taken;
    }
}
