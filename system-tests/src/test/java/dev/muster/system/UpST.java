package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./muster up} and its relatives, as somebody meets them who has just cloned the project. The steps are one story
 * on one data directory.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpST {
    @TempDir
    static Path folder;

    private static Product product;
    private static int base;

    @BeforeAll
    static void choosePorts() {
        base = Product.freePortBase();
        product = Product.withSharedPrograms(folder.resolve("data"), base);
    }

    @AfterAll
    static void stop() {
        product.close();
    }

    @Test
    @Order(1)
    void aBusyPortIsNamedWithItsOwnerAndNothingIsStarted() throws IOException {
        try (ServerSocket busy = new ServerSocket(base + 2, 1, InetAddress.getLoopbackAddress())) {
            Command up = product.up();

            assertThat(up.exit()).isEqualTo(5);
            assertThat(up.out())
                    .contains("port " + busy.getLocalPort() + " is needed for devices (MQTT)")
                    .contains("process " + ProcessHandle.current().pid())
                    .contains("--port-base");
            assertThat(product.processes()).isEmpty();
        }
    }

    @Test
    @Order(2)
    void bringsUpTenAgentsAndTellsWhatAPersonNeeds() {
        assertThat(product.up().mustSucceed())
                .contains("http://localhost:" + base + "/console/")
                .contains("--ca-fingerprint")
                .contains("admin");

        assertThat(lastLine(product.status().mustSucceed())).isEqualTo("10 of 10 agents connected");
        assertThat(product.processes("FleetMain"))
                .as("the enrolment token is in no command line")
                .hasSize(1)
                .noneMatch(process -> process.info().commandLine().orElse("").contains("--token"));
    }

    @Test
    @Order(3)
    void aSecondUpOnTheSameDataIsRefusedAndTheFirstGoesOn() {
        Command again = product.up();

        assertThat(again.exit()).as(again.out()).isEqualTo(6);
        assertThat(again.out()).contains("is in use by a running `./muster up`");
        assertThat(lastLine(product.status().mustSucceed())).isEqualTo("10 of 10 agents connected");
    }

    @Test
    @Order(4)
    void downLeavesNoProcessAndNoPort() {
        assertThat(product.down().exit()).isZero();

        assertThat(product.processes()).isEmpty();
        for (int port = base; port < base + 9; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                assertThat(socket.isBound()).isTrue();
            } catch (IOException e) {
                throw new AssertionError("port " + port + " is still held", e);
            }
        }
        assertThat(product.status().exit()).isEqualTo(9);
    }

    @Test
    @Order(5)
    void theNextUpFindsItsDataAlsoUnderANameForOtherMachinesAndOnOtherPorts() throws Exception {
        String host = InetAddress.getLocalHost().getHostName();
        int moved = Product.freePortBase();
        Product elsewhere = Product.withSharedPrograms(product.data(), moved);
        String origin = "https://" + host + ":" + moved;

        String printed = elsewhere.up("--host", host).mustSucceed();

        Path pem = product.data().resolve("web/web-" + host + ".pem");
        assertThat(printed).contains(origin + "/console/").contains(pem.toString());
        assertThat(lastLine(elsewhere.status().mustSucceed()))
                .as("the agents of this machine follow")
                .isEqualTo("10 of 10 agents connected");
        elsewhere.useServer(origin, pem);
        elsewhere.login(printed);
        assertThat(elsewhere.items("devices", "list"))
                .as("who had rights under the old address has them under the new one")
                .hasSize(10);
        assertThat(statusOfLogin(host, moved, pem, origin + "/console/login"))
                .as("Keycloak sends people back to the new address")
                .isEqualTo(200);
        assertThat(statusOfLogin(host, moved, pem, "http://localhost:" + base + "/console/login"))
                .as("and no longer to the old one")
                .isEqualTo(400);
        enrolsAnotherMachine(printed, host, elsewhere);
        signsOut(host, elsewhere, pem);
        elsewhere.close();
    }

    /** Keycloak tells the server over HTTPS, whose certificate nobody but this machine knows. */
    private static void signsOut(String host, Product server, Path pem) throws Exception {
        Path kept;
        try (var files = Files.list(server.data().resolve("cli/tokens"))) {
            kept = files.filter(file -> file.getFileName().toString().matches("https-.*" + server.port(0) + "\\.json"))
                    .findFirst()
                    .orElseThrow();
        }
        String form = "client_id=muster-cli&refresh_token="
                + JSON.std.mapFrom(Files.readString(kept)).get("refreshToken");
        HttpRequest logout = HttpRequest.newBuilder(URI.create(
                        "https://" + host + ":" + server.port(3) + "/realms/muster/protocol/openid-connect/logout"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(pem)).build()) {
            assertThat(client.send(logout, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(204);
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.muster("devices", "list").out())
                        .as("the token that is not five minutes old")
                        .contains("its session has ended"));
    }

    private static void enrolsAnotherMachine(String printed, String host, Product server) throws IOException {
        String line = printed.lines()
                .filter(text -> text.contains("./muster-agent enrol"))
                .findFirst()
                .orElseThrow();
        assertThat(line).contains("--server https://" + host + ":" + server.port(1));
        List<String> enrol =
                new ArrayList<>(List.of(line.strip().split(" && ", 2)[0].split("\\s+", -1)));
        enrol.set(0, Product.home().resolve("muster-agent").toString());
        Path state = Files.createDirectories(folder.resolve("machine"));
        enrol.addAll(List.of("--state", state.toString(), "--name", "another-machine"));

        Command enrolled = Command.run(java.util.Map.of(), Duration.ofMinutes(2), enrol);

        assertThat(enrolled.mustSucceed()).contains("enrolled as default/another-machine");
        assertThat(server.items("devices", "list"))
                .extracting(device -> device.get("id"))
                .contains("another-machine");
    }

    /** 200: Keycloak shows its form; 400: it refuses to send anybody to {@code redirect}. */
    private static int statusOfLogin(String host, int base, Path pem, String redirect)
            throws IOException, GeneralSecurityException, InterruptedException {
        URI uri = URI.create("https://" + host + ":" + (base + 3)
                + "/realms/muster/protocol/openid-connect/auth?response_type=code&scope=openid&client_id=muster-console"
                + "&code_challenge_method=S256&code_challenge=" + "a".repeat(43) + "&redirect_uri="
                + URLEncoder.encode(redirect, StandardCharsets.UTF_8));
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(pem)).build()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static SSLContext trusting(Path pem) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            store.setCertificateEntry(
                    "web", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce("", (first, second) -> second);
    }
}
