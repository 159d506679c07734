package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fleet at a glance, the search, saved views and changes of many devices. */
class OverviewTest {
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
    void theOverviewSaysWhatIsAndWhatWaits() {
        server.answer("GET /api/v1/overview", 200, """
                {"devices":{"devices":6,"online":3,"document":{"inStep":1,"away":2},"byStatus":{"active":5},"byImage":{},"bySite":{}},
                 "compliance":{"compliant":4},"rolloutsInFlight":1,
                 "rollouts":[{"name":"os 2.1","state":"paused","devices":4,"succeeded":2,"failed":1}],
                 "firing":{"critical":1},"alerts":[],"waiting":[{"kind":"enrolment","count":2}]}""");

        Ran ran = muster("overview");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .contains("inStep 1, away 2")
                .contains("os 2.1 (paused, 2 of 4, 1 failed)")
                .contains("critical 1")
                .contains("enrolment 2");
    }

    @Test
    void theMapListsSpots() {
        server.answer("GET /api/v1/overview/map?box=10%2C55%2C25%2C70", 200, """
                {"unplaced":2,"spots":[{"latitude":67.8,"longitude":20.2,"sites":3,"names":["north","pit"],"devices":40}]}""");

        Ran ran = muster("overview", "map", "--box", "10,55,25,70");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("Sites on no map").contains("north,pit").contains("67.8");
    }

    @Test
    void whatIsKeptInFilesIsListed() {
        server.answer("GET /api/v1/fleet-files/managed?label=fleet", 200, """
                {"items":[{"kind":"Webhook","name":"erp","label":"fleet"}]}""");

        assertThat(muster("fleet", "managed", "--label", "fleet").out()).contains("Webhook", "erp");
    }

    @Test
    void theFleetIsWrittenToFilesThatAreNotThere() throws IOException {
        server.answer(
                "GET /api/v1/fleet-files/export",
                200,
                "{\"items\":[{\"name\":\"sites.yaml\",\"text\":\"kind: Site\\n\"},{\"name\":\"groups.yaml\",\"text\":\"kind: Group\\n\"}]}");
        Path to = folder.resolve("fleet");

        assertThat(muster("fleet", "export").out()).isEqualTo("kind: Site\n---\nkind: Group\n");
        Ran ran = muster("fleet", "export", "--to", to.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(to.resolve("groups.yaml")).hasContent("kind: Group");

        Files.delete(to.resolve("sites.yaml"));
        assertThat(muster("fleet", "export", "--to", to.toString()).exit()).isEqualTo(2);
        assertThat(to.resolve("sites.yaml")).doesNotExist();
    }

    @Test
    void aViewIsChangedWhereSomethingIsSaid() {
        server.answer("PATCH /api/v1/views/4711", 200, "{\"id\":\"4711\",\"name\":\"North\",\"shared\":true}");

        assertThat(muster("views", "edit", "4711").exit()).isEqualTo(2);
        assertThat(muster("views", "edit", "4711", "--shared", "on").out()).contains("North");
        assertThat(server.calls().getLast().body()).isEqualTo("{\"shared\":true}");
    }

    @Test
    void theSearchListsWhatItFound() {
        server.answer("GET /api/v1/search?q=press", 200, """
                {"items":[{"kind":"device","id":"press-1","name":"Press 1","detail":"north"}]}""");

        assertThat(muster("search", "press").out())
                .contains("device")
                .contains("Press 1")
                .contains("north");
        assertThat(muster("search", "press", "-o", "name").out()).isEqualTo("press-1\n");
    }

    @Test
    void aViewIsSavedWithItsQuery() {
        server.answer(
                "POST /api/v1/views",
                201,
                "{\"id\":\"v1\",\"name\":\"North\",\"query\":\"site==north\",\"shared\":true}");

        Ran ran = muster("views", "save", "North", "-q", "site==north", "--shared");

        assertThat(ran.exit()).isZero();
        assertThat(server.calls().getFirst().body())
                .contains("\"name\":\"North\"")
                .contains("\"query\":\"site==north\"")
                .contains("\"shared\":true");
    }

    @Test
    void manyDevicesAreCountedBeforeTheyAreChanged() {
        server.answer(
                "GET /api/v1/device-actions?action=suspend&q=site%3D%3Dnorth",
                200, "{\"action\":\"suspend\",\"selector\":\"site==north\",\"changes\":42,\"left\":3}");
        server.answer(
                "POST /api/v1/device-actions",
                200,
                "{\"action\":\"suspend\",\"selector\":\"site==north\",\"changes\":42,\"left\":3}");

        assertThat(muster("devices", "bulk", "suspend", "-q", "site==north").out())
                .contains("42");
        assertThat(server.calls()).hasSize(1);
        assertThat(muster("devices", "bulk", "suspend", "-q", "site==north", "--expect", "42")
                        .exit())
                .isZero();
        assertThat(server.calls().getLast().body()).contains("\"expected\":42");
    }
}
