package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found on this machine, what the server adds, and what the verb ends with. */
class DoctorTest {
    private static final String WELL =
            "{\"id\":\"kafka\",\"state\":\"ok\",\"found\":\"1 broker\",\"expected\":\"an answer\",\"advice\":\"\"}";

    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    @BeforeEach
    void wellServer() throws IOException {
        // The folder of a test is its owner's only on some systems; here that is a condition.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        server.answer("GET /api/v1/config", 200, "{\"version\":\"0.1.0-SNAPSHOT\"}");
        server.answer(
                "GET /api/v1/me", 200, "{\"name\":\"ada\",\"roles\":[{\"role\":\"operator\",\"selector\":\"\"}]}");
        findings(WELL);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void findings(String items) {
        server.answer(
                "GET /api/v1/doctor",
                200,
                "{\"version\":\"0.1.0-SNAPSHOT\",\"state\":\"ok\",\"items\":[" + items + "]}");
    }

    private Map<String, String> environment() {
        return Map.of("MUSTER_SERVER", server.url(), "MUSTER_CONFIG_DIR", folder.toString(), "MUSTER_TOKEN", "t");
    }

    private Ran doctor(String... more) {
        String[] words = new String[more.length + 1];
        words[0] = "doctor";
        System.arraycopy(more, 0, words, 1, more.length);
        return Ran.now(environment(), words);
    }

    private static String finding(String id, String state) {
        return "{\"id\":\"" + id + "\",\"state\":\"" + state
                + "\",\"found\":\"it is so\",\"expected\":\"otherwise\",\"advice\":\"mend it\"}";
    }

    @Test
    void allIsWellEndsWithZero() {
        Ran ran = doctor();

        assertThat(ran.err()).isEmpty();
        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .contains(
                        "client/server",
                        "client/clock",
                        "client/files",
                        "client/login",
                        "client/version",
                        "kafka",
                        "1 broker")
                .doesNotContain("to do:");
    }

    @Test
    void aWarningEndsWithNineAndSaysWhatToDo() {
        findings(WELL + "," + finding("disk/data", "warning"));

        Ran ran = doctor();

        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.out().lines().skip(1).findFirst())
                .hasValueSatisfying(line -> assertThat(line).startsWith("warning  disk/data"));
        assertThat(ran.out()).contains("to do:    mend it");
        assertThat(ran.err()).contains("0 failing, 1 to be warned of, 0 unknown");
    }

    @Test
    void whatANewerServerCallsOtherwiseIsSomethingToLookAt() {
        findings(finding("disk/data", "peculiar"));

        assertThat(doctor().exit()).isEqualTo(9);
    }

    @Test
    void whatFailsEndsWithOneWhateverElseIsThere() {
        findings(finding("disk/data", "warning") + "," + finding("outbox", "failing"));

        Ran ran = doctor();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out().indexOf("outbox")).isLessThan(ran.out().indexOf("disk/data"));
    }

    @Test
    void programsGetItAsJson() throws IOException {
        findings(finding("outbox", "failing"));

        Ran ran = doctor("-o", "json");

        assertThat(ran.exit()).isEqualTo(1);
        Map<String, Object> answer = JSON.std.mapFrom(ran.out());
        assertThat(answer).containsEntry("reached", true).containsEntry("state", "failing");
        assertThat(answer.get("items")).asString().contains("id=outbox", "advice=mend it", "id=client/clock");
    }

    @Test
    void whereNoServerAnswersItSaysWhatItCan() {
        server.close();

        Ran ran = doctor();

        assertThat(ran.exit()).isEqualTo(7);
        assertThat(ran.out())
                .contains("failing  client/server")
                .contains("cannot reach")
                .contains("`muster status` says what runs")
                .contains("client/files");
        assertThat(ran.err()).contains("no server answers at `" + server.url() + "`");
    }

    @Test
    void aClockThatIsDaysOffIsFoundByTheServersHeader() {
        // The clock of this run is fixed; the server's header is of today.
        Ran ran = Ran.verb(environment(), "", "doctor");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains("failing  client/clock")
                .contains("the server's")
                .contains("timedatectl");
    }

    @Test
    void aLoginThatOthersCanReadFails() throws IOException {
        Path token = Files.createDirectories(folder.resolve("tokens")).resolve("http-localhost.json");
        Files.setPosixFilePermissions(folder.resolve("tokens"), PosixFilePermissions.fromString("rwx------"));
        Files.writeString(token, "{}");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));

        Ran open = doctor();
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Ran closed = doctor();

        assertThat(open.exit()).isEqualTo(1);
        assertThat(open.out())
                .contains("failing  client/files")
                .contains("rw-r--r--")
                .contains("chmod");
        assertThat(closed.exit()).isZero();
    }

    @Test
    void settingsThatOthersCanChangeFail() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, "{}");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(doctor().out()).contains("failing  client/files").contains("config.json");
    }

    @Test
    void anotherVersionIsAWarning() {
        server.answer("GET /api/v1/config", 200, "{\"version\":\"0.2.0\"}");

        Ran ran = doctor();

        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.out()).contains("warning  client/version").contains("the server's version, 0.2.0");
    }

    @Test
    void withoutALoginTheServersFindingsAreNotAskedFor() {
        server.answer(
                "GET /api/v1/me", 401, "{\"code\":\"unauthenticated\",\"detail\":\"expected a valid bearer token\"}");

        Ran ran = doctor();

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .contains("failing  client/login")
                .contains("muster login")
                .doesNotContain("kafka");
    }

    @Test
    void whoIsNoOperatorHearsThatTheServersFindingsAreLeftOut() {
        server.answer(
                "GET /api/v1/doctor", 403, "{\"code\":\"forbidden\",\"detail\":\"expected the role `operator`\"}");

        Ran ran = doctor();

        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.out()).contains("unknown  server").contains("operator of the whole fleet");
    }

    @Test
    void theDiskOfAServerOfThisMachineIsLookedAt() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        assertThat(doctor("--data", data.toString()).out()).doesNotContain("client/disk");

        Files.writeString(data.resolve("muster.instance"), "1\n");

        assertThat(doctor("--data", data.toString()).out())
                .contains("client/disk")
                .contains("GiB free");
    }
}
