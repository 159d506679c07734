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
                "[{\"id\":5,\"providedFilename\":\"press.swu\",\"size\":3,\"hashes\":{\"sha1\":\"x\"}}]");
        hawkbit.answer("GET /rest/v1/softwaremodules/9/artifacts/5/download", 200, "swu");
        muster.answer("POST /api/v1/ddi/clients", 201, "{\"controller\":\"press-7\",\"device\":\"press-7\"}");
        muster.answer("PATCH /api/v1/devices/press-7", 200, "{}");
        muster.answer(
                "POST /api/v1/artifacts?kind=image&name=press.swu&hardware=press-board&version=2.0&releaseCounter=0",
                200,
                "{\"sha256\":\"abc\"}");
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
        assertThat(muster.calls()).isEmpty();
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
                .contains(
                        "POST /api/v1/ddi/clients",
                        "PATCH /api/v1/devices/press-7",
                        "POST /api/v1/artifacts?kind=image&name=press.swu&hardware=press-board&version=2.0&releaseCounter=0",
                        "POST /api/v1/releases");
        assertThat(muster.calls()).extracting(FakeServer.Call::body).anySatisfy(body -> assertThat(body)
                .contains("\"name\":\"Press 7\"", "\"tags\":[\"hall-2\"]"));
        assertThat(muster.calls()).extracting(FakeServer.Call::body).contains("swu");
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
