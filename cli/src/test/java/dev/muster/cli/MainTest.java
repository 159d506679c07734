package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran muster(String... words) {
        return Ran.verb(environment("MUSTER_TOKEN", "t0ken"), "", words);
    }

    private Map<String, String> environment(String name, String value) {
        return Map.of("MUSTER_SERVER", server.url(), "MUSTER_CONFIG_DIR", folder.toString(), name, value);
    }

    @ParameterizedTest
    @CsvSource({"400, 1", "401, 3", "403, 4", "404, 5", "409, 6", "412, 6", "429, 1", "500, 1", "503, 7"})
    void turnsAProblemIntoOneLineAndAnExitCode(int status, int exit) {
        server.answer(
                "GET /api/v1/devices/x",
                status,
                "{\"code\":\"some-code\",\"detail\":\"found `x`\",\"status\":" + status + "}");

        Ran ran = muster("devices", "show", "x");

        assertThat(ran.exit()).isEqualTo(exit);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("muster: some-code: found `x`").hasLineCount(1);
    }

    @Test
    void namesTheStatusWhenTheAnswerIsNoProblem() {
        Ran ran = muster("fleet");

        assertThat(ran.exit()).isEqualTo(5);
        assertThat(ran.err()).isEqualTo("muster: the server answered 404\n");
    }

    @Test
    void tellsWhatLedToAFailureOnlyToWhoAsks() {
        server.close();

        Ran ran = muster("--verbose", "fleet");

        assertThat(ran.exit()).isEqualTo(7);
        assertThat(ran.err())
                .startsWith("muster: cannot reach `" + server.url() + "`")
                .contains("ConnectException", "\tat ");
    }

    @Test
    void leavesNoThreadThatWaitsForTheNetwork() throws InterruptedException {
        server.answer("GET /api/v1/devices/x", 200, "{}");
        // Tests run beside each other: what a verb starts belongs to the group of the thread that ran it.
        ThreadGroup group = new ThreadGroup("one verb");
        Thread verb = new Thread(group, () -> muster("devices", "show", "x"));

        verb.start();
        verb.join();

        assertThat(server.calls()).isNotEmpty();
        Thread[] left = new Thread[10];
        int count = group.enumerate(left);
        assertThat(Arrays.asList(left).subList(0, count))
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("SelectorManager"));
    }

    @Test
    void saysWhenNobodyListens() {
        server.close();

        Ran ran = muster("fleet");

        assertThat(ran.exit()).isEqualTo(7);
        assertThat(ran.err()).contains("cannot reach `" + server.url() + "`").hasLineCount(1);
    }

    @Test
    void printsOneAlignedRowPerDeviceAndTheNextPage() {
        server.answer("GET /api/v1/devices?limit=50&q=site%3D%3Dnorth", 200, """
                {"items":[
                 {"id":"press-07","name":"Press 7","status":"active","online":true,"lastSeen":"2026-11-22T08:59:30Z",
                  "site":"north","image":{"version":"2.0.0","slot":"b"},"policyVersion":3,"inSync":true},
                 {"id":"c1","name":"相机","status":"pending","online":false,"lastSeen":null,"image":null,"inSync":false}],
                 "next":"abc"}""");

        Ran ran = muster("devices", "list", "-q", "site==north");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEqualTo("""
                        ID        NAME     STATUS   ONLINE  SEEN     SITE   IMAGE  POLICY  IN STEP
                        press-07  Press 7  active   yes     30s ago  north  2.0.0  3       yes
                        c1        相机     pending  no      -        -      -      -       no
                        """);
        assertThat(ran.err()).isEqualTo("more: --cursor abc\n");
        assertThat(server.calls().getFirst().authorization()).isEqualTo("Bearer t0ken");
    }

    @Test
    void printsNamesAloneForPipesAndTheWholeAnswerAsJson() {
        server.answer(
                "GET /api/v1/devices?limit=50",
                200,
                "{\"items\":[{\"id\":\"a\",\"new\":1},{\"id\":\"b\"}],\"next\":null}");

        assertThat(muster("devices", "list", "-o", "name").out()).isEqualTo("a\nb\n");
        assertThat(muster("-o", "json", "devices", "list").out())
                .contains("\"new\" : 1")
                .contains("\"next\" : null");
    }

    @Test
    void keepsADevicesNameFromSteeringTheTerminal() {
        server.answer(
                "GET /api/v1/devices?limit=50",
                200,
                "{\"items\":[{\"id\":\"a\",\"name\":\"x\\u001b[2Jy\\nz\"}],\"next\":null}");

        assertThat(muster("devices", "list").out()).contains("x [2Jy z").doesNotContain("\u001b");
    }

    @Test
    void sendsTheWavesOfARollout() {
        server.answer("POST /api/v1/rollouts", 200, "{\"id\":\"r1\",\"state\":\"running\",\"waves\":[]}");

        Ran ran = muster(
                "rollout",
                "create",
                "os-2",
                "--release",
                "rel1",
                "--wave",
                "canary=1",
                "--wave",
                "100%",
                "--success",
                "90",
                "-o",
                "name");

        assertThat(ran.out()).isEqualTo("r1\n");
        assertThat(server.calls().getFirst().body())
                .isEqualTo("{\"name\":\"os-2\",\"release\":\"rel1\",\"selector\":\"\",\"waves\":["
                        + "{\"name\":\"canary\",\"count\":1,\"successPercent\":90},{\"percent\":100,\"successPercent\":90}],"
                        + "\"maxFailurePercent\":0,\"deadline\":\"PT1H\",\"start\":true}");
    }

    @Test
    void failsWithTheReasonWhenAWatchedRolloutStops() {
        server.answer(
                "GET /api/v1/rollouts/r1",
                200,
                "{\"name\":\"os-2\",\"state\":\"paused\",\"reason\":\"1 of 1 failed\","
                        + "\"waves\":[{\"name\":\"canary\",\"size\":1,\"succeeded\":0,\"failed\":1}]}");

        Ran ran = muster("rollout", "watch", "r1");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .isEqualTo("paused  canary 0/1 (1 failed)\nmuster: rollout `os-2` is paused: 1 of 1 failed\n");
    }

    @Test
    void uploadsAFileAsItIs() throws IOException {
        Path image = Files.writeString(folder.resolve("os.img"), "image bytes");
        server.answer("GET /api/v1/artifacts/uploads", 200, "{\"items\":[]}")
                .answer("POST /api/v1/artifacts/uploads", 201, "{\"id\":\"u-1\",\"received\":0}")
                .answer("PATCH /api/v1/artifacts/uploads/u-1", 200, "{\"received\":11}")
                .answer("POST /api/v1/artifacts/uploads/u-1/finish", 200, "{\"sha256\":\"abcd\"}");

        Ran ran = muster(
                "artifact",
                "upload",
                "image",
                image.toString(),
                "--name",
                "os",
                "--version",
                "2.0.0",
                "--hardware",
                "board-a",
                "--release-counter",
                "2",
                "-o",
                "name");

        assertThat(ran.out()).isEqualTo("abcd\n");
        assertThat(server.calls().get(1).body())
                .contains("\"kind\":\"image\"", "\"hardware\":\"board-a\"", "\"length\":11", "\"fileName\":\"os.img\"");
        assertThat(server.calls().get(2).body()).isEqualTo("image bytes");
    }

    @Test
    void refusesToSendAMissingFile() {
        Ran ran = muster("artifact", "upload", "app", folder.resolve("no.hap").toString());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("no such file");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void printsSamplesAsTheyArrive() {
        server.stream("GET /api/v1/devices/d/telemetry/stream", """
                event: sample
                data: {"metric":"cpu.load","at":"2026-11-22T09:00:00Z","value":0.5}

                : keep-alive

                event: sample
                data: {"metric":"temp","at":"2026-11-22T09:00:01Z","value":41}

                """);

        Ran ran = muster("telemetry", "tail", "d", "--count", "2");

        assertThat(ran.out()).isEqualTo("2026-11-22T09:00:00Z  cpu.load  0.5\n2026-11-22T09:00:01Z  temp  41\n");
    }

    @Test
    void refusesASecretOverPlainHttpToAnotherMachine() {
        Ran ran = muster("fleet", "--server", "http://muster.example");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("expected https for `muster.example`");
    }

    @Test
    void asksForALoginFirst() {
        Ran ran = Ran.verb(environment("HOME", "/nowhere"), "", "fleet");

        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err()).contains("run `muster login`");
        assertThat(server.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "devices lst, Did you mean",
        "devices show, Missing required parameter: 'DEVICE'",
        "devices retire d, add --yes"
    })
    void explainsWrongUsage(String line, String expected) {
        Ran ran = muster(line.split(" ", -1));

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains(expected);
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void printsListsAsCsvAndYamlAndMadeToFit() {
        server.answer("GET /api/v1/groups?limit=50", 200, """
                {"items":[{"name":"spares","kind":"static","members":2,"query":null,"description":"all that lies on the shelf, by name"}]}
                """);

        assertThat(muster("groups", "list", "-o", "csv").out())
                .startsWith("NAME,")
                .contains("\nspares,");
        assertThat(muster("groups", "list", "-o", "yaml").out()).startsWith("items:\n- name: spares\n");
        Map<String, String> narrow = Map.of(
                "MUSTER_SERVER",
                server.url(),
                "MUSTER_CONFIG_DIR",
                folder.toString(),
                "MUSTER_TOKEN",
                "t",
                "MUSTER_COLUMNS",
                "50");
        assertThat(Ran.verb(narrow, "", "groups", "list").out().lines().mapToInt(String::length))
                .allMatch(width -> width <= 50);
        assertThat(Ran.verb(narrow, "", "groups", "list", "-o", "wide").out())
                .isEqualTo(muster("groups", "list").out());
    }

    @Test
    void watchesWhatOnlyReadsAndRefusesTheRest() {
        server.answer("GET /api/v1/groups?limit=50", 200, "{\"items\":[{\"name\":\"spares\"}]}");

        Ran twice = Ran.watched(2, environment("MUSTER_TOKEN", "t"), "", "groups", "list", "-o", "name", "--watch=1");
        Ran change = muster("groups", "delete", "spares", "--watch=1");

        assertThat(twice.out()).isEqualTo("spares\n\nspares\n");
        assertThat(change.exit()).isEqualTo(2);
        assertThat(change.err()).contains("expected a verb that only reads");
        assertThat(server.calls()).noneMatch(call -> call.toString().contains("DELETE"));
    }

    @Test
    void keepsServersUnderNames() {
        Map<String, String> home = Map.of("MUSTER_CONFIG_DIR", folder.toString(), "MUSTER_TOKEN", "t");
        server.answer("GET /api/v1/groups?limit=50", 200, "{\"items\":[]}");

        assertThat(Ran.verb(home, "", "context", "set", "plant", "--server", server.url())
                        .exit())
                .isZero();
        Ran.verb(home, "", "context", "set", "lab", "--server", "https://lab.example", "--in-tenant", "north");

        assertThat(Ran.verb(home, "", "groups", "list").exit())
                .as("the first is in use")
                .isZero();
        assertThat(Ran.verb(home, "", "context", "list").out())
                .contains("*       plant", "lab", "https://lab.example", "north");
        assertThat(Ran.verb(home, "", "context", "use", "lab").exit()).isZero();
        assertThat(Ran.verb(home, "", "groups", "list", "--context", "plant").exit())
                .isZero();
        assertThat(Ran.verb(home, "", "groups", "list", "--context", "nowhere").err())
                .contains("expected a kept context (lab, plant), found `nowhere`");
        assertThat(Ran.verb(home, "", "context", "set", "../x", "--server", server.url())
                        .exit())
                .isEqualTo(2);
        assertThat(Ran.verb(home, "", "context", "delete", "lab").exit()).isZero();
        assertThat(Ran.verb(home, "", "context", "list", "-o", "name").out()).isEqualTo("plant\n");
    }

    @Test
    void nothingIsColouredWhereNobodyWatches() {
        server.answer("GET /api/v1/groups?limit=50", 200, "{\"items\":[{\"name\":\"spares\"}]}");

        for (Ran ran : List.of(
                muster("groups", "list"),
                muster("--help"),
                muster("groups", "list", "--help"),
                muster("groups", "lost"),
                muster("groups", "show", "gone"))) {
            assertThat(ran.out() + ran.err()).isNotEmpty().doesNotContain("\u001b");
        }
    }

    @Test
    void printsWhatAShellCompletesWith() {
        Ran ran = muster("completion");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("complete -F _complete_muster", "_picocli_muster_devices_list", "--watch");
    }
}
