package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The importer reads documented shapes of hawkBit's management API; no hawkBit runs here. */
class HawkbitImportTest {
    private static final String PAGE = "?offset=0&limit=500";
    private static final String DEVICES = "GET /api/v1/devices?q=fact.platform%3D%3Dddi&limit=200";
    private static final String RELEASES = "GET /api/v1/releases?limit=200";
    private static final String UPLOAD =
            "POST /api/v1/artifacts?kind=image&name=press.swu&hardware=press-board&version=2.0&releaseCounter=0";
    /** Of the three bytes `swu`. */
    private static final String SHA256 = "b2065022b107813a909d6879adbf40b356a7b0f0ed0246f14f6b37cb836a0af7";

    private final FakeServer hawkbit = new FakeServer();
    private final FakeServer muster = new FakeServer();

    @TempDir
    Path directory;

    @BeforeEach
    void documentedShapes() {
        hawkbit.answer(
                "GET /rest/v1/targettags" + PAGE,
                200,
                "{\"content\":[{\"id\":3,\"name\":\"hall 2\"}],\"total\":1,\"size\":1}");
        hawkbit.answer(
                "GET /rest/v1/targettags/3/assigned" + PAGE,
                200,
                "{\"content\":[{\"controllerId\":\"press-7\"}],\"total\":1,\"size\":1}");
        hawkbit.answer(
                "GET /rest/v1/targets" + PAGE,
                200,
                "{\"content\":[{\"controllerId\":\"press-7\",\"name\":\"Press 7\"},{\"controllerId\":\"press-8\",\"name\":\"press-8\"}],\"total\":2,\"size\":2}");
        hawkbit.answer(
                "GET /rest/v1/distributionsets" + PAGE,
                200,
                "{\"content\":[{\"id\":1,\"name\":\"press\",\"version\":\"2.0\",\"modules\":[{\"id\":9,\"name\":\"os\",\"version\":\"2.0\"}]},"
                        + "{\"id\":2,\"name\":\"empty\",\"version\":\"1\",\"modules\":[]}],\"total\":2,\"size\":2}");
        hawkbit.answer(
                "GET /rest/v1/softwaremodules/9/artifacts",
                200,
                "[{\"id\":5,\"providedFilename\":\"press.swu\",\"size\":3,\"hashes\":{\"sha1\":\"x\",\"sha256\":\""
                        + SHA256 + "\"}}]");
        hawkbit.answer(
                "GET /rest/v1/softwaremodules" + PAGE,
                200,
                "{\"content\":[{\"id\":9,\"name\":\"os\",\"version\":\"2.0\",\"type\":\"os\"}],\"total\":1,\"size\":1}");
        hawkbit.answer("GET /rest/v1/softwaremodules/9/artifacts/5/download", 200, "swu");
        muster.answer(DEVICES, 200, "{\"items\":[],\"next\":null}");
        muster.answer(RELEASES, 200, "{\"items\":[],\"next\":null}");
        muster.answer("GET /api/v1/devices/press-7", 200, "{\"id\":\"press-7\",\"tags\":[\"ddi\"]}");
        muster.answer("POST /api/v1/devices/press-7/ddi/token", 201, "{\"token\":\"0123456789abcdef\"}");
        muster.answer("POST /api/v1/ddi/clients", 201, "{\"controller\":\"press-7\",\"device\":\"press-7\"}");
        muster.answer("PATCH /api/v1/devices/press-7", 200, "{}");
        muster.answer(UPLOAD, 200, "{\"sha256\":\"" + SHA256 + "\"}");
        muster.answer("POST /api/v1/releases", 200, "{\"id\":\"1\"}");
    }

    @AfterEach
    void stop() {
        hawkbit.close();
        muster.close();
    }

    private Ran verb(String... more) throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "secret\n");
        List<String> words = new java.util.ArrayList<>(List.of(
                "import",
                "hawkbit",
                "--from",
                hawkbit.url(),
                "--user",
                "admin",
                "--password-file",
                password.toString(),
                "--hardware",
                "press-board"));
        words.addAll(List.of(more));
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", muster.url()), "", words.toArray(String[]::new));
    }

    @Test
    void aDryRunSaysWhatWouldBeMadeAndMakesNothing() throws Exception {
        Ran ran = verb("--dry-run");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("press-7", "device with tags hall-2", "release of image press.swu", "would be made")
                .contains("expected one artifact, found 0");
        assertThat(muster.calls()).as("it looks what is there").isNotEmpty().allSatisfy(call -> assertThat(
                        call.request())
                .startsWith("GET "));
        assertThat(hawkbit.calls()).allSatisfy(call -> {
            assertThat(call.request()).startsWith("GET ");
            assertThat(call.authorization()).isEqualTo("Basic YWRtaW46c2VjcmV0");
        });
    }

    @Test
    void targetsBecomeDevicesAndSetsBecomeReleases() throws Exception {
        Ran ran = verb();

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(muster.calls())
                .extracting(FakeServer.Call::request)
                .contains("POST /api/v1/ddi/clients", "PATCH /api/v1/devices/press-7", UPLOAD, "POST /api/v1/releases");
        assertThat(muster.calls()).extracting(FakeServer.Call::body).anySatisfy(body -> assertThat(body)
                .contains("\"name\":\"Press 7\"", "\"tags\":[\"ddi\",\"hall-2\"]"));
        assertThat(muster.calls()).extracting(FakeServer.Call::request).noneMatch(call -> call.contains("/ddi/token"));
        assertThat(muster.calls()).extracting(FakeServer.Call::body).contains("swu");
    }

    @Test
    void aSecondRunChangesNothing() throws Exception {
        muster.answer(DEVICES, 200, "{\"items\":[" + device("press-7", "\"ddi\",\"hall-2\"") + "],\"next\":\"more\"}");
        muster.answer(DEVICES + "&cursor=more", 200, "{\"items\":[" + device("press-8", "") + "],\"next\":null}");
        muster.answer(RELEASES, 200, "{\"items\":[{\"name\":\"press\",\"version\":\"2.0\"}],\"next\":null}");

        Ran ran = verb("--tokens");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("there already").doesNotContain("made");
        assertThat(muster.calls()).allSatisfy(call -> assertThat(call.request()).startsWith("GET "));
        assertThat(hawkbit.calls()).as("nothing is loaded again").noneSatisfy(call -> assertThat(call.request())
                .contains("/download"));
    }

    @Test
    void oneThatBrokeOffIsTakenUp() throws Exception {
        muster.answer(
                DEVICES,
                200,
                "{\"items\":[" + device("press-7", "\"mine\"") + "," + device("press-8", "") + "],\"next\":null}");
        muster.answer("GET /api/v1/artifacts/" + SHA256, 200, "{\"sha256\":\"" + SHA256 + "\"}");

        Ran ran = verb();

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(muster.calls())
                .filteredOn(call -> !call.request().startsWith("GET "))
                .extracting(FakeServer.Call::request)
                .containsExactly("PATCH /api/v1/devices/press-7", "POST /api/v1/releases");
        assertThat(muster.calls()).extracting(FakeServer.Call::body).contains("{\"tags\":[\"hall-2\",\"mine\"]}");
    }

    @Test
    void listsAreReadToTheirEnd() throws Exception {
        hawkbit.answer(
                "GET /rest/v1/targets" + PAGE,
                200,
                "{\"content\":[{\"controllerId\":\"press-7\",\"name\":\"Press 7\"}],\"total\":2,\"size\":1}");
        hawkbit.answer(
                "GET /rest/v1/targets?offset=1&limit=500",
                200,
                "{\"content\":[{\"controllerId\":\"press-9\",\"name\":\"press-9\"}],\"total\":2,\"size\":1}");

        assertThat(verb("--dry-run").out()).contains("press-7", "press-9");

        hawkbit.answer("GET /rest/v1/targets?offset=1&limit=500", 200, "{\"content\":[],\"total\":2,\"size\":0}");
        Ran ran = verb();
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("expected 2 rows from hawkBit for `/targets`, found 1");
        assertThat(muster.calls()).allSatisfy(call -> assertThat(call.request()).startsWith("GET "));
    }

    @Test
    void tokensAreKeptWhereItIsAskedFor() throws Exception {
        hawkbit.answer(
                "GET /rest/v1/targets" + PAGE,
                200,
                "{\"content\":[{\"controllerId\":\"press-7\",\"name\":\"Press 7\",\"securityToken\":\"0123456789abcdef\"}],\"total\":1,\"size\":1}");

        Ran ran = verb("--tokens");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("keeps its token").doesNotContain("0123456789abcdef");
        assertThat(muster.calls())
                .filteredOn(call -> call.request().equals("POST /api/v1/devices/press-7/ddi/token"))
                .extracting(FakeServer.Call::body)
                .containsExactly("{\"token\":\"0123456789abcdef\"}");
    }

    @Test
    void aFileThatIsNotWhatHawkbitSaysIsNotTaken() throws Exception {
        hawkbit.answer("GET /rest/v1/softwaremodules/9/artifacts/5/download", 200, "other");

        Ran ran = verb();

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("expected SHA-256 " + SHA256);
        assertThat(muster.calls()).extracting(FakeServer.Call::request).doesNotContain(UPLOAD, "POST /api/v1/releases");
    }

    @Test
    void mistakesNameWhatWasExpected() throws Exception {
        hawkbit.answer("GET /rest/v1/targets" + PAGE, 200, "{\"targets\":[]}");
        assertThat(verb().err()).contains("expected a page with `content` and `total`", "`/targets`", "targets");

        hawkbit.answer("GET /rest/v1/targettags" + PAGE, 401, "");
        assertThat(verb().err()).contains("hawkBit answered 401 to `/targettags", "expected 200");

        Ran ran = Ran.verb(
                Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", muster.url()),
                "",
                "import",
                "hawkbit",
                "--from",
                "hawkbit.example",
                "--user",
                "admin",
                "--password-file",
                directory.resolve("password").toString());
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("expected `--from https://<host>[:port]`", "hawkbit.example");
    }

    private static String device(String controller, String tags) {
        return "{\"id\":\"" + controller + "\",\"name\":\"" + controller + "\",\"tags\":[" + tags
                + "],\"facts\":{\"platform\":\"ddi\",\"ddi.controller\":\"" + controller + "\"}}";
    }

    @Test
    void whatIsThereAlreadyKeepsNothingElseFromComing() throws Exception {
        muster.answer(
                "POST /api/v1/ddi/clients",
                409,
                "{\"code\":\"already-exists\",\"title\":\"It exists already\",\"detail\":\"there is a controller\",\"status\":409}");

        Ran ran = verb();

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("left out: ").contains("made");
        assertThat(muster.calls()).extracting(FakeServer.Call::request).contains("POST /api/v1/releases");
    }
}
