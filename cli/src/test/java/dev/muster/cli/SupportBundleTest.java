package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file for whoever helps: what is in it, and that no secret of this machine is. */
class SupportBundleTest {
    private static final String SECRET = "Xk29sEcretValue77";

    private final FakeServer server = new FakeServer();

    @TempDir
    private Path folder;

    @BeforeEach
    void aServer() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        server.answer("GET /api/v1/config", 200, "{\"version\":\"0.1.0-SNAPSHOT\"}");
        server.answer("GET /api/v1/me", 200, "{\"name\":\"lovelace\",\"subject\":\"ada-subject\",\"roles\":[]}");
        server.answer("GET /api/v1/doctor", 200, "{\"state\":\"ok\",\"items\":[]}");
        server.answer("GET /api/v1/support", 200, """
                {"product":{"version":"0.1.0-SNAPSHOT","roles":["api"]},"doctor":{"items":[]},"settings":{"muster.profile":"trial"},
                 "counts":{"devices/active":3},"lag":{"telemetry-sink":0},"meters":{"muster.gateway.sessions{} value":3.0}}""");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran bundle(String... more) {
        String[] words = new String[more.length + 2];
        words[0] = "support";
        words[1] = "bundle";
        System.arraycopy(more, 0, words, 2, more.length);
        return Ran.verb(
                Map.of(
                        "MUSTER_SERVER", server.url(),
                        "MUSTER_CONFIG_DIR", folder.resolve("config").toString(),
                        "MUSTER_TOKEN", SECRET),
                "",
                words);
    }

    private Path file() {
        return folder.resolve("support.tar.gz");
    }

    /** Names without their folder, and texts, as another program would read them. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file()))) {
            while (true) {
                byte[] header = in.readNBytes(512);
                if (header.length < 512 || header[0] == 0) {
                    return texts;
                }
                String name = text(header, 0, 100);
                int length = Integer.parseInt(text(header, 124, 12).strip(), 8);
                texts.put(
                        name.substring(name.indexOf('/') + 1),
                        new String(in.readNBytes(length), StandardCharsets.UTF_8));
                in.skipNBytes((512 - length % 512) % 512);
            }
        }
    }

    private static String text(byte[] header, int from, int length) {
        String whole = new String(header, from, length, StandardCharsets.US_ASCII);
        int end = whole.indexOf('\0');
        return end < 0 ? whole : whole.substring(0, end);
    }

    /** A data directory with a log that says everything a log should not. */
    private Path data() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(data.resolve("log"));
        Files.createDirectories(data.resolve("server"));
        Files.writeString(data.resolve("muster.instance"), "1\n");
        Files.writeString(
                data.resolve("secrets.properties"), "postgres.app=" + SECRET + "a\nlogin.admin=" + SECRET + "b\n");
        Files.writeString(
                data.resolve("server/application.properties"),
                "quarkus.tls.web.key-store.p12.password=" + SECRET + "c\n");
        Files.writeString(data.resolve("log/server.log"), """
                line 1
                line 2
                connected with %1$sa
                somebody typed %1$sb
                opened with %1$sc
                Authorization: Bearer %1$sd
                muster.mail.password=%1$se
                person lovelace@mine.example
                line 9
                """.formatted(SECRET));
        return data;
    }

    @Test
    void theBundleHasWhatTheListSays() throws IOException {
        Ran ran = bundle("--to", file().toString(), "--data", data().toString());

        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(contents().keySet())
                .containsExactlyInAnyOrder(
                        "README.txt",
                        "doctor.json",
                        "client.json",
                        "server.json",
                        "settings.json",
                        "counts.json",
                        "lag.json",
                        "meters.json",
                        "server.log");
        assertThat(bundle("--list", "-o", "name").out().lines())
                .containsExactlyInAnyOrderElementsOf(contents().keySet());
        assertThat(JSON.std.mapFrom(contents().get("counts.json"))).containsEntry("devices/active", 3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void noSecretAndNoPersonIsInIt() throws IOException {
        bundle("--to", file().toString(), "--data", data().toString());

        Map<String, String> contents = contents();

        assertThat(contents.get("server.log"))
                .contains("connected with (secret)")
                .contains("line 9");
        assertThat(contents.toString())
                .doesNotContain(SECRET)
                .doesNotContain("lovelace")
                .doesNotContain(System.getProperty("user.home"));
    }

    @Test
    void soManyLinesOfTheLogAsWereAskedFor() throws IOException {
        bundle("--to", file().toString(), "--data", data().toString(), "--log-lines", "1");

        assertThat(contents().get("server.log")).isEqualTo("line 9\n");

        bundle("--to", file().toString(), "--data", data().toString(), "--log-lines", "0");

        assertThat(contents()).doesNotContainKey("server.log");
        assertThat(contents().get("README.txt")).contains("server.log: not asked for");
    }

    @Test
    void withoutAServerItHasWhatThisMachineKnowsAndSaysWhatIsMissing() throws IOException {
        server.close();

        Ran ran = bundle("--to", file().toString());

        assertThat(ran.exit()).isZero();
        assertThat(contents().keySet()).containsExactlyInAnyOrder("README.txt", "doctor.json", "client.json");
        assertThat(contents().get("README.txt")).contains("Missing:").contains("cannot reach");
        assertThat(ran.err()).contains("missing from it");
    }

    @Test
    void tarReadsIt() throws Exception {
        bundle("--to", file().toString(), "--data", data().toString());

        Process tar = new ProcessBuilder("tar", "-tzf", file().toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(tar.waitFor()).as(said).isZero();
        assertThat(said).contains("muster-support-20261122-090000/doctor.json").doesNotContain("tar:");
    }

    @Test
    void theListWritesNothingAndAsksNobody() {
        Ran ran = bundle("--list");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("settings.json").contains("list of harmless ones");
        assertThat(server.calls()).isEmpty();
        assertThat(file()).doesNotExist();
        assertThat(bundle().exit()).isEqualTo(2);
    }
}
