package dev.muster.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final Table TABLE =
            Table.of().column("NAME", "name").column("STATE", "state").column("WHY", "why");
    private static final List<Row> ROWS = List.of(
            new Row(Map.of(
                    "name",
                    "a-device-with-a-long-name",
                    "state",
                    "ok",
                    "why",
                    "because of \u6d4b\u8bd5\u6d4b\u8bd5\u6d4b\u8bd5 here")),
            new Row(Map.of("name", "b", "state", "bad", "why", "x")));

    @Test
    void cutsTheWidestColumnsButNeverWhatNamesARow() {
        assertThat(TABLE.lines(ROWS, 46))
                .containsExactly(
                        "NAME                       STATE  WHY",
                        "a-device-with-a-long-name  ok     because of \u2026",
                        "b                          bad    x");
        assertThat(TABLE.lines(ROWS, 10).get(1)).startsWith("a-device-with-a-long-name  ok     because\u2026");
    }

    @Test
    void cutsNothingWhereItFits() {
        assertThat(TABLE.lines(ROWS, 80)).isEqualTo(TABLE.lines(ROWS));
    }

    @Test
    void writesCsvThatASpreadsheetReadsAsText() {
        List<Row> rows = List.of(new Row(Map.of("name", "a,\"b\"", "state", "=1+1", "why", "x")));

        assertThat(TABLE.csv(rows)).containsExactly("NAME,STATE,WHY", "\"a,\"\"b\"\"\",'=1+1,x");
    }
}
