package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chain that a server shows: trusted or not, and how long it holds. */
@SuppressWarnings("NullAway.Init") // filled before each test
class DoctorTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    private HttpsServer server;
    private Path pem;

    /** A server whose certificate has ten days left. */
    @BeforeEach
    void start() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path store = folder.resolve("web.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "web",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "10",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        pem = Files.writeString(
                folder.resolve("web.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("web").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] body = "{\"version\":\"0.1.0-SNAPSHOT\",\"items\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Ran doctor(String... more) {
        String[] words = new String[more.length + 1];
        words[0] = "doctor";
        System.arraycopy(more, 0, words, 1, more.length);
        return Ran.now(
                Map.of(
                        "MUSTER_SERVER",
                        "https://localhost:" + server.getAddress().getPort(),
                        "MUSTER_CONFIG_DIR",
                        folder.toString(),
                        "MUSTER_TOKEN",
                        "t"),
                words);
    }

    @Test
    void aTrustedCertificateThatEndsSoonIsAWarning() {
        Ran ran = doctor("--ca-file", pem.toString());

        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.out())
                .contains("warning  client/tls")
                .contains("9 days left")
                .contains("a new certificate");
    }

    @Test
    void oneThatIsNotTrustedIsShownAllTheSame() {
        Ran ran = doctor();

        assertThat(ran.exit()).isEqualTo(7);
        assertThat(ran.out())
                .contains("failing  client/tls")
                .contains("9 days left; not trusted here")
                .contains("--ca-file")
                .contains("failing  client/server");
    }

    private static void closeWhoeverComes(ServerSocket deaf) {
        while (!deaf.isClosed()) {
            try {
                deaf.accept().close();
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    @Test
    void aPortWithoutTlsSaysSo() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.getByName("localhost"))) {
            Thread.startVirtualThread(() -> closeWhoeverComes(deaf));
            Ran ran = Ran.now(
                    Map.of("MUSTER_CONFIG_DIR", folder.toString(), "MUSTER_TOKEN", "t"),
                    "doctor",
                    "--server",
                    "https://localhost:" + deaf.getLocalPort());

            assertThat(ran.exit()).isEqualTo(7);
            assertThat(ran.out()).contains("failing  client/tls").contains("no TLS");
        }
    }
}
