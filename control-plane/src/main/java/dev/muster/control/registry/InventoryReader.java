package dev.muster.control.registry;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an inventory row by row, so that its size does not matter. Both formats have the same columns; in CSV tags stand in
 * one cell with {@code ;} between them, and metadata in columns {@code meta.<key>}. Not thread-safe.
 */
final class InventoryReader {
    /** Columns of an inventory beside {@code meta.<key>}. */
    static final List<String> COLUMNS =
            List.of("id", "name", "status", "type", "hardware", "serial", "udid", "site", "tags");

    private static final String META = "meta.";
    private static final int MAX_LINE = 65_536;

    private final BufferedReader in;
    private final @Nullable CsvReader csv;
    private List<String> header = List.of();
    private int line;

    InventoryReader(InputStream in, InventoryFormat format) {
        this.in = new BufferedReader(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        this.csv = format == InventoryFormat.CSV ? new CsvReader(this.in) : null;
    }

    /** A row, or what is wrong with it. */
    sealed interface Read {
        /** The line it begins on, from 1. */
        int line();

        /** A row; empty cells are left out. */
        record Row(int line, Map<String, String> cells, List<String> tags, Map<String, String> metadata)
                implements Read {
            public Row {
                cells = Map.copyOf(cells);
                tags = List.copyOf(tags);
                metadata = Map.copyOf(metadata);
            }

            Optional<String> cell(String column) {
                return Optional.ofNullable(cells.get(column));
            }
        }

        /** A row that cannot be read; {@code last} if nothing after it can be either. */
        record Bad(int line, String column, String message, boolean last) implements Read {}
    }

    /** The next row; empty at the end. */
    Optional<Read> next() throws IOException {
        try {
            return csv == null ? nextJson() : nextCsv(csv);
        } catch (CsvReader.BadCsvException e) {
            return Optional.of(new Read.Bad(e.line(), "", String.valueOf(e.getMessage()), true));
        } catch (CharacterCodingException e) {
            return Optional.of(new Read.Bad(line + 1, "", "expected text in UTF-8", true));
        }
    }

    private Optional<Read> nextCsv(CsvReader reader) throws IOException {
        if (header.isEmpty()) {
            Optional<CsvReader.Row> first = reader.row();
            if (first.isEmpty()) {
                return Optional.empty();
            }
            header = first.get().cells();
            Optional<Read> wrong = wrongHeader(first.get().line());
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        Optional<CsvReader.Row> found = reader.row();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        CsvReader.Row row = found.get();
        line = row.line();
        if (row.cells().size() != header.size()) {
            return Optional.of(new Read.Bad(
                    line,
                    "",
                    "expected " + header.size() + " cells, found " + row.cells().size(),
                    false));
        }
        Map<String, String> cells = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        List<String> tags = List.of();
        for (int i = 0; i < header.size(); i++) {
            String column = header.get(i);
            String cell = row.cells().get(i);
            if (cell.isEmpty()) {
                continue;
            }
            if (column.startsWith(META)) {
                metadata.put(column.substring(META.length()), cell);
            } else if (column.equals("tags")) {
                tags = Arrays.stream(cell.split("[;\\s]+"))
                        .filter(tag -> !tag.isEmpty())
                        .toList();
            } else {
                cells.put(column, cell);
            }
        }
        return Optional.of(new Read.Row(line, cells, tags, metadata));
    }

    private Optional<Read> wrongHeader(int at) {
        Set<String> seen = new HashSet<>();
        for (String column : header) {
            if (!COLUMNS.contains(column) && !column.startsWith(META)) {
                return Optional.of(new Read.Bad(
                        at,
                        column,
                        "expected the columns " + String.join(", ", COLUMNS) + " and meta.<key>, found `" + column
                                + "`",
                        true));
            }
            if (!seen.add(column)) {
                return Optional.of(
                        new Read.Bad(at, column, "expected each column once, found `" + column + "` twice", true));
            }
        }
        return Optional.empty();
    }

    private Optional<Read> nextJson() throws IOException {
        String text;
        do {
            text = boundedLine();
            line++;
        } while (text != null && text.isBlank());
        if (text == null) {
            return Optional.empty();
        }
        if (text.length() > MAX_LINE) {
            return Optional.of(new Read.Bad(line, "", "expected lines of at most " + MAX_LINE + " characters", true));
        }
        try {
            return Optional.of(json(JsonObject.parse(text.getBytes(StandardCharsets.UTF_8))));
        } catch (ProtocolException e) {
            return Optional.of(new Read.Bad(line, "", String.valueOf(e.getMessage()), false));
        }
    }

    private Read json(JsonObject row) {
        Map<String, String> cells = new LinkedHashMap<>();
        for (String member : row.members().keySet()) {
            if (member.equals("tags") || member.equals("metadata")) {
                continue;
            }
            if (!COLUMNS.contains(member)) {
                return new Read.Bad(
                        line,
                        member,
                        "expected the members " + String.join(", ", COLUMNS) + " and metadata, found `" + member + "`",
                        false);
            }
            row.optionalString(member).filter(text -> !text.isEmpty()).ifPresent(text -> cells.put(member, text));
        }
        return new Read.Row(
                line,
                cells,
                row.has("tags") ? row.strings("tags") : List.of(),
                row.has("metadata") ? row.stringMap("metadata") : Map.of());
    }

    // Reads no further than one character past the longest line: a file without line breaks must not fill the memory.
    private @Nullable String boundedLine() throws IOException {
        StringBuilder text = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n' && text.length() <= MAX_LINE) {
            if (c != '\r') {
                text.append((char) c);
            }
            c = in.read();
        }
        return text.toString();
    }
}
