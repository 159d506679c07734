package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsAndSettingsTest {
    private static final String ENDED =
            "{\"id\":\"c-1\",\"kind\":\"reboot\",\"arguments\":{},\"state\":\"completed\",\"size\":2,"
                    + "\"done\":1,\"rejected\":1,\"causes\":[{\"state\":\"rejected\",\"reason\":\"not-allowed\",\"devices\":1,"
                    + "\"example\":\"d-2\",\"output\":\"not listed\"}]}";

    @TempDir
    Path folder;

    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void runsACommandOnNamedDevicesAndFailsWhereOneDidNotDoIt() {
        server.answer("POST /api/v1/commands", 201, ENDED).answer("GET /api/v1/commands/c-1", 200, ENDED);

        Ran ran = muster("command", "run", "reboot", "--device", "d-1", "--device", "d-2", "--wait");

        assertThat(server.calls().getFirst().body())
                .contains("\"devices\":[\"d-1\",\"d-2\"]")
                .contains("\"PT1H\"");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("not-allowed", "d-2", "not listed");
        assertThat(ran.err()).contains("1 of 2 devices did not do it").contains("not-allowed");
    }

    @Test
    void wantsToKnowWhichDevices() {
        assertThat(muster("command", "run", "reboot").exit()).isEqualTo(2);
        assertThat(muster("command", "run", "reboot", "--all", "--device", "d-1")
                        .exit())
                .isEqualTo(2);
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void downloadsWhatADeviceUploadedWholeOrNotAtAll() throws IOException {
        server.answer(
                        "GET /api/v1/devices/d-1/commands?limit=500",
                        200,
                        "{\"items\":[{\"command\":\"c-1\",\"upload\":{\"id\":\"u-1\",\"complete\":true}}],\"next\":null}")
                .answer("GET /api/v1/uploads/u-1/content", 200, "the bytes");
        Path out = folder.resolve("logs.zip");

        Ran ran = muster("command", "download", "c-1", "d-1", "--out", out.toString());
        Ran none = muster("command", "download", "c-2", "d-1", "--out", out.toString());

        assertThat(ran.err()).isEmpty();
        assertThat(out).hasContent("the bytes");
        assertThat(none.exit()).isEqualTo(5);
        assertThat(folder.toFile().list()).containsExactly("logs.zip");
    }

    @Test
    void setsSingleValuesAndKeepsTheRest() {
        server.answer(
                        "GET /api/v1/settings/site/north",
                        200,
                        "{\"revision\":4,\"document\":{\"agent\":{\"usageMinutes\":15},\"ntp\":{\"servers\":[\"a\"]}}}")
                .answer("PUT /api/v1/settings/site/north", 200, "{}");

        Ran ran = muster("settings", "set", "site", "north", "agent.sampleSeconds=30", "ntp=", "custom.name=pit");

        assertThat(ran.err()).isEmpty();
        assertThat(server.calls().getLast().body())
                .isEqualTo("{\"agent\":{\"usageMinutes\":15,\"sampleSeconds\":30},\"custom\":{\"name\":\"pit\"}}");
    }

    @Test
    void startsFromNothingWhereThereIsNoDocument() {
        server.answer("PUT /api/v1/settings/tenant/default", 200, "{}");

        Ran ran = muster("settings", "set", "tenant", "default", "commands.kinds=[\"refresh\"]");

        assertThat(ran.exit()).isZero();
        assertThat(server.calls().getLast().body()).isEqualTo("{\"commands\":{\"kinds\":[\"refresh\"]}}");
        assertThat(muster("settings", "set", "tenant", "default", "nonsense").exit())
                .isEqualTo(2);
    }

    @Test
    void showsWhatARolloutWouldChangeAndWhoSetWhat() {
        server.answer(
                        "POST /api/v1/settings/preview",
                        200,
                        "{\"devices\":5,\"changedDevices\":2,\"unchangedDevices\":3,\"changes\":[{\"path\":\"agent.sampleSeconds\","
                                + "\"before\":null,\"after\":30,\"devices\":2}],\"notHere\":[],\"invalid\":[]}")
                .answer(
                        "GET /api/v1/devices/d-1/settings",
                        200,
                        "{\"device\":\"d-1\",\"pending\":true,\"values\":[{\"path\":\"agent.sampleSeconds\",\"value\":30,"
                                + "\"inForce\":null,\"level\":\"site\",\"name\":\"north\",\"setBy\":\"i#me\",\"setByName\":\"me\","
                                + "\"here\":true}]}");

        assertThat(muster("settings", "preview").out()).contains("agent.sampleSeconds", "30", "2");
        assertThat(muster("settings", "diff", "d-1").out()).contains("site north", "me (i#me)");
    }

    @Test
    void appliesSeveralDocumentsFromOneFile() throws IOException {
        server.answer("PUT /api/v1/settings/site/north", 200, "{}")
                .answer("PUT /api/v1/settings/tenant/default", 200, "{}");
        Path file = Files.writeString(
                folder.resolve("settings.json"), "{\"tenant/default\":{},\"site/north\":{\"custom\":{}}}");

        Ran ran = muster("settings", "apply", file.toString());

        assertThat(ran.err()).isEmpty();
        assertThat(server.calls()).hasSize(2);
    }

    private Ran muster(String... words) {
        return Ran.verb(Map.of("MUSTER_SERVER", server.url(), "MUSTER_TOKEN", "t"), "", words);
    }
}
