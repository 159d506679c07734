package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran muster(String... words) {
        return Ran.verb(
                Map.of("MUSTER_SERVER", server.url(), "MUSTER_CONFIG_DIR", folder.toString(), "MUSTER_TOKEN", "t"),
                "",
                words);
    }

    @Test
    void anImportNamesEveryWrongRowByLineAndColumn() throws IOException {
        Path file = Files.writeString(folder.resolve("inventory.csv"), "id,serial\na,\n");
        server.answer("POST /api/v1/inventory", 400, """
                {"code":"import-invalid","detail":"expected rows that can all be imported, found 1",
                 "errors":[{"line":2,"column":"serial","message":"expected a `serial` or a `udid`"}]}""");

        Ran ran = muster("devices", "import", file.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("import-invalid: expected rows")
                .contains("  2:serial: expected a `serial` or a `udid`");
        assertThat(server.calls().getFirst().body()).isEqualTo("id,serial\na,\n");
    }

    @Test
    void aPartialImportTellsBothSides() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.ndjson"), "{}\n");
        server.answer("POST /api/v1/inventory?partial=true", 200, """
                {"imported":3,"refused":1,"errors":[{"line":4,"column":"site","message":"no site `x`"}]}""");

        Ran ran = muster("devices", "import", file.toString(), "--partial");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEqualTo("3 imported, 1 refused\n");
        assertThat(ran.err()).isEqualTo("  4:site: no site `x`\n");
    }

    @Test
    void anExportGoesToStandardOutputOrIntoAFile() throws IOException {
        server.answer("GET /api/v1/inventory?q=site%3D%3Dnorth&format=csv", 200, "id\r\na\r\n");

        assertThat(muster("devices", "export", "-q", "site==north").out()).isEqualTo("id\r\na\r\n");
        Path file = folder.resolve("north.csv");
        assertThat(muster("devices", "export", "-q", "site==north", "--out", file.toString())
                        .exit())
                .isZero();
        assertThat(file).hasContent("id\r\na\r\n");
        assertThat(muster("devices", "export").exit()).isEqualTo(5);
    }

    @Test
    void completionPrintsWholeQueriesForAShell() {
        server.answer("GET /api/v1/devices/query/completions?q=tag%3D%3Da%3Bsi", 200, """
                {"from":7,"to":9,"items":[{"text":"site","kind":"field","detail":""}]}""");

        assertThat(muster("devices", "query", "complete", "tag==a;si", "-o", "name")
                        .out())
                .isEqualTo("tag==a;site\n");
    }

    @Test
    void replacingNeedsAYes() {
        Ran ran = muster("devices", "replace", "press-07", "SN-1");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("add --yes");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void aSitesWindowIsReadOrRefused() {
        server.answer("PATCH /api/v1/sites/pit", 200, "{\"name\":\"pit\"}");

        assertThat(muster("sites", "set", "pit", "--window", "mon,tue=22:00-04:00")
                        .exit())
                .isZero();
        assertThat(server.calls().getLast().body())
                .contains("\"days\":[\"mon\",\"tue\"]")
                .contains("\"from\":\"22:00\"")
                .contains("\"to\":\"04:00\"");
        assertThat(muster("sites", "set", "pit", "--window", "nights").exit()).isEqualTo(2);
    }
}
