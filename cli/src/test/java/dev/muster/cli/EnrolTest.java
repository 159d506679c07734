package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolTest {
    private final FakeServer server = new FakeServer();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    private Ran verb(String... arguments) {
        return Ran.verb(Map.of("MUSTER_TOKEN", "t", "MUSTER_SERVER", server.url()), "", arguments);
    }

    @Test
    void makesATokenWhoseDevicesAPersonApproves() {
        server.answer("POST /api/v1/enrolment-tokens", 201, "{\"id\":\"0123456789ab\",\"command\":\"run\"}");

        assertThat(verb("enrol", "token", "create", "--approval").exit()).isZero();

        assertThat(server.calls().getFirst().body()).contains("\"approval\":true");
    }

    @Test
    void showsWhoWaitsWithTheFingerprintToCompare() {
        server.answer(
                "GET /api/v1/enrolment-requests?state=waiting&limit=50",
                200,
                "{\"items\":[{\"id\":\"0123456789ab\",\"device\":\"press-7\",\"keyFingerprint\":\"sha256:00ff\","
                        + "\"address\":\"192.0.2.1\",\"askedAt\":\"2026-01-01T00:00:00Z\"}],\"next\":null}");

        assertThat(verb("enrol", "pending").out()).contains("press-7", "sha256:00ff", "192.0.2.1");
    }

    @Test
    void approvesUnderANameAndRejectsWithAReason() {
        server.answer("POST /api/v1/enrolment-requests/0123/approve", 200, "{\"device\":\"press-8\"}");
        server.answer("POST /api/v1/enrolment-requests/0124/reject", 200, "{\"device\":\"press-9\"}");

        assertThat(verb("enrol", "approve", "0123", "--device", "press-8").out())
                .contains("approved press-8");
        assertThat(verb("enrol", "reject", "0124", "--reason", "not ours").out())
                .contains("rejected 0124");

        assertThat(server.calls().getFirst().body()).contains("\"device\":\"press-8\"");
        assertThat(server.calls().getLast().body()).contains("\"reason\":\"not ours\"");
    }

    @Test
    void registersAMaker() throws Exception {
        Path maker = Files.writeString(folder.resolve("maker.pem"), "-----BEGIN CERTIFICATE-----");
        server.answer("POST /api/v1/factory-anchors", 201, "{\"name\":\"acme\",\"approval\":false}");

        Ran ran = verb(
                "enrol", "anchor", "add", "acme", maker.toString(), "--serial-from", "serial-number", "--no-approval");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(server.calls().getFirst().body())
                .contains("\"serialFrom\":\"serial-number\"")
                .contains("\"approval\":false")
                .contains("BEGIN CERTIFICATE");
    }

    @Test
    void printsARequestForACompanysRootAsItIs() {
        server.answer("POST /api/v1/ca/request", 200, "{\"csr\":\"-----BEGIN CERTIFICATE REQUEST-----\\nx\\n\"}");

        assertThat(verb("ca", "request").out().strip()).isEqualTo("-----BEGIN CERTIFICATE REQUEST-----\nx");
    }

    @Test
    void showsAuthoritiesAndRetiresOne() {
        server.answer(
                "GET /api/v1/ca",
                200,
                "{\"items\":[{\"authority\":{\"id\":\"1\",\"state\":\"former\",\"serves\":true,"
                        + "\"subject\":\"CN=Muster issuing\"},\"devices\":3,\"certificates\":5}],\"next\":null}");
        server.answer("POST /api/v1/ca/1/retire", 409, "{\"code\":\"conflict\",\"detail\":\"found 3\"}");

        assertThat(verb("ca", "status").out()).contains("former", "CN=Muster issuing", "3", "5");
        assertThat(verb("ca", "retire", "1").exit()).isEqualTo(6);
    }
}
