package dev.muster.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.registry.InventoryReader.Read;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InventoryReaderTest {
    @Test
    void csvRowsHaveTagsAndMetadataInTheirCells() throws IOException {
        List<Read> rows = csv("""
                \uFEFFid,serial,tags,meta.owner,site\r
                press-07,SN-1,"press;hall-2","Jane ""J"" Doe, hall 2",\r
                \r
                press-08,"SN
                2",,,north
                """);

        assertThat(rows)
                .containsExactly(
                        new Read.Row(
                                2,
                                Map.of("id", "press-07", "serial", "SN-1"),
                                List.of("press", "hall-2"),
                                Map.of("owner", "Jane \"J\" Doe, hall 2")),
                        new Read.Row(
                                4, Map.of("id", "press-08", "serial", "SN\n2", "site", "north"), List.of(), Map.of()));
    }

    @Test
    void jsonRowsHaveTheSameMembers() throws IOException {
        List<Read> rows = ndjson("""
                {"id":"a","serial":"1","tags":["x","y"],"metadata":{"k":"v"}}

                {"id":"b","colour":"red"}
                no json
                {"id":"c","serial":"3"}""");

        assertThat(rows)
                .element(0)
                .isEqualTo(new Read.Row(1, Map.of("id", "a", "serial", "1"), List.of("x", "y"), Map.of("k", "v")));
        assertThat(rows).element(1).isInstanceOfSatisfying(Read.Bad.class, bad -> {
            assertThat(bad.line()).isEqualTo(3);
            assertThat(bad.column()).isEqualTo("colour");
        });
        assertThat(rows).element(2).isInstanceOfSatisfying(Read.Bad.class, bad -> assertThat(bad.line())
                .isEqualTo(4));
        assertThat(rows).element(3).isInstanceOf(Read.Row.class);
    }

    @Test
    void anUnknownOrDoubledColumnEndsTheFile() throws IOException {
        assertThat(csv("id,serail\na,b\n")).singleElement().isInstanceOfSatisfying(Read.Bad.class, bad -> {
            assertThat(bad.line()).isEqualTo(1);
            assertThat(bad.column()).isEqualTo("serail");
            assertThat(bad.last()).isTrue();
        });
        assertThat(csv("id,id\na,b\n")).singleElement().isInstanceOf(Read.Bad.class);
    }

    @Test
    void aRowOfAnotherLengthIsOneBadRow() throws IOException {
        assertThat(csv("id,serial\na\nb,2\n")).hasSize(2).first().isInstanceOfSatisfying(Read.Bad.class, bad -> {
            assertThat(bad.line()).isEqualTo(2);
            assertThat(bad.message()).isEqualTo("expected 2 cells, found 1");
            assertThat(bad.last()).isFalse();
        });
    }

    @Test
    void whatIsNoTextAndWhatNeverEndsIsSaidWithItsLine() throws IOException {
        assertThat(csv("id,serial\na,\"open\n")).singleElement().isInstanceOfSatisfying(Read.Bad.class, bad -> {
            assertThat(bad.line()).isEqualTo(2);
            assertThat(bad.message()).contains("closing quote");
        });
        assertThat(all(new ByteArrayInputStream(new byte[] {'i', 'd', '\n', (byte) 0xff}), InventoryFormat.CSV))
                .last()
                .isInstanceOfSatisfying(
                        Read.Bad.class, bad -> assertThat(bad.message()).contains("UTF-8"));
        assertThat(ndjson("{\"id\":\"" + "a".repeat(70_000))).singleElement().isInstanceOf(Read.Bad.class);
    }

    @Test
    void whateverIsWrittenIsReadBack() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            List<List<String>> rows = IntStream.range(0, random.nextInt(1, 6))
                    .mapToObj(row ->
                            IntStream.range(0, 3).mapToObj(cell -> text(random)).toList())
                    .toList();
            String csv = rows.stream()
                    .map(row -> row.stream()
                            .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
                            .collect(Collectors.joining(",")))
                    .collect(Collectors.joining("\r\n"));

            CsvReader reader = new CsvReader(new StringReader(csv));
            List<List<String>> read = new ArrayList<>();
            for (Optional<CsvReader.Row> row = reader.row(); row.isPresent(); row = reader.row()) {
                read.add(row.get().cells());
            }

            assertThat(read).isEqualTo(rows);
        }
    }

    private static String text(Random random) {
        String letters = "ab,\"\n\r; =é中";
        return IntStream.range(0, random.nextInt(8))
                .mapToObj(i -> String.valueOf(letters.charAt(random.nextInt(letters.length()))))
                .collect(Collectors.joining());
    }

    private static List<Read> csv(String text) throws IOException {
        return all(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), InventoryFormat.CSV);
    }

    private static List<Read> ndjson(String text) throws IOException {
        return all(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), InventoryFormat.NDJSON);
    }

    private static List<Read> all(ByteArrayInputStream in, InventoryFormat format) throws IOException {
        InventoryReader reader = new InventoryReader(in, format);
        List<Read> rows = new ArrayList<>();
        for (Optional<Read> row = reader.next(); row.isPresent(); row = reader.next()) {
            rows.add(row.get());
            if (row.get() instanceof Read.Bad bad && bad.last()) {
                break;
            }
        }
        return rows;
    }
}
