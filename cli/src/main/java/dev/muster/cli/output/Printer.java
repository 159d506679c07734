package dev.muster.cli.output;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Prints answers in the asked format. */
public final class Printer {
    private static final JSON PRETTY =
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES);

    private final PrintWriter out;
    private final PrintWriter err;
    private final Format format;
    private final OptionalInt columns;

    /** {@code columns} are those of the terminal, if the output goes to one. */
    public Printer(PrintWriter out, PrintWriter err, Format format, OptionalInt columns) {
        this.out = out;
        this.err = err;
        this.format = format;
        this.columns = columns;
    }

    /** A page of a list; {@code name} is the member that {@code -o name} prints. */
    public void list(Map<String, ?> answer, Table table, String name) {
        Row page = new Row(answer);
        List<Row> items = page.rows("items");
        switch (format) {
            case json, yaml -> whole(answer);
            case name -> items.forEach(item -> out.println(item.text(name)));
            case csv -> table.csv(items).forEach(out::println);
            case table, wide -> {
                if (items.isEmpty()) {
                    err.println("none");
                } else {
                    rows(items, table);
                }
            }
        }
        if (format.shape() == Format.Shape.PEOPLE && page.at("next") != null) {
            err.println("more: --cursor " + page.text("next"));
        }
    }

    private void rows(List<Row> rows, Table table) {
        boolean fits = format == Format.table && columns.isPresent();
        (fits ? table.lines(rows, columns.getAsInt()) : table.lines(rows)).forEach(out::println);
    }

    /** One thing, its members below each other. */
    public void one(Map<String, ?> answer, Table table, String name) {
        Row row = new Row(answer);
        switch (format) {
            case json, yaml -> whole(answer);
            case name -> out.println(row.text(name));
            case csv -> table.csv(List.of(row)).forEach(out::println);
            case table, wide -> table.details(row).forEach(out::println);
        }
    }

    /** More rows that belong to one thing; only people see them, JSON has them already. */
    public void part(List<Row> rows, Table table) {
        if (forReading() && !rows.isEmpty()) {
            out.println();
            rows(rows, table);
        }
    }

    /** A sentence after a change; silent in formats made for programs. */
    public void done(String sentence) {
        if (forReading()) {
            out.println(sentence);
        }
    }

    private boolean forReading() {
        return format == Format.table || format == Format.wide;
    }

    /** The answer as it is: as YAML where that was asked for, else as JSON, indented. */
    public void whole(Map<String, ?> answer) {
        if (format == Format.yaml) {
            DumperOptions options = new DumperOptions();
            options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
            options.setWidth(120);
            out.print(new Yaml(options).dump(answer));
            return;
        }
        try {
            out.println(PRETTY.asString(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What verbs that print in their own way have to tell apart. */
    public Format.Shape shape() {
        return format.shape();
    }
}
