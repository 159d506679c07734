package dev.muster.cli.output;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Prints answers in the asked format. */
public final class Printer {
    private static final JSON PRETTY =
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES);

    private final PrintWriter out;
    private final PrintWriter err;
    private final Format format;

    public Printer(PrintWriter out, PrintWriter err, Format format) {
        this.out = out;
        this.err = err;
        this.format = format;
    }

    /** A page of a list; {@code name} is the member that {@code -o name} prints. */
    public void list(Map<String, ?> answer, Table table, String name) {
        Row page = new Row(answer);
        List<Row> items = page.rows("items");
        switch (format) {
            case json -> json(answer);
            case name -> items.forEach(item -> out.println(item.text(name)));
            case table -> {
                if (items.isEmpty()) {
                    err.println("none");
                } else {
                    table.lines(items).forEach(out::println);
                }
                if (page.at("next") != null) {
                    err.println("more: --cursor " + page.text("next"));
                }
            }
        }
    }

    /** One thing, its members below each other. */
    public void one(Map<String, ?> answer, Table table, String name) {
        Row row = new Row(answer);
        switch (format) {
            case json -> json(answer);
            case name -> out.println(row.text(name));
            case table -> table.details(row).forEach(out::println);
        }
    }

    /** More rows that belong to one thing; only people see them, JSON has them already. */
    public void part(List<Row> rows, Table table) {
        if (format == Format.table && !rows.isEmpty()) {
            out.println();
            table.lines(rows).forEach(out::println);
        }
    }

    /** A sentence after a change; silent in formats made for programs. */
    public void done(String sentence) {
        if (format == Format.table) {
            out.println(sentence);
        }
    }

    /** The answer as it is, indented. */
    public void json(Map<String, ?> answer) {
        try {
            out.println(PRETTY.asString(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Format format() {
        return format;
    }
}
