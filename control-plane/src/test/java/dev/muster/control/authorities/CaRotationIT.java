package dev.muster.control.authorities;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.agent.AgentHost;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.AuthorityView;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.roles.TelemetryParts;
import dev.muster.control.testing.RealAgent;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestAuthority;
import dev.muster.control.testing.TestAuthority.Wish;
import dev.muster.control.testing.Tokens;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.identity.DeviceRef;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real agents over real TLS while the server's authority changes. Its own server: what retires here is nobody else's. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(CaRotationIT.Alone.class)
class CaRotationIT {
    public static final class Alone implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(TurnedClock.class);
        }

        @Override
        public String getConfigProfile() {
            return "test";
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    TelemetryParts parts;

    @Inject
    TurnedClock clock;

    /** One authority, which issues and serves; what other tests left is over. */
    @BeforeEach
    void oneAuthority() {
        for (AuthorityView view : authority.all()) {
            if (view.state() == AuthorityView.State.FORMER) {
                retire(view.id(), true).statusCode(200);
            }
        }
        // A handshake under way while certificates change may be cut short; devices come again.
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(Tls.fingerprint(served()))
                .isEqualTo(authority.fingerprint()));
    }

    @Test
    void theAuthorityAndItsRootChangeAndNoDeviceEnrolsAnew() throws Exception {
        String oldRoot = authority.fingerprint();
        try (Agent veteran = new Agent("ca-veteran")) {
            people().contentType("application/json")
                    .body("{\"newRoot\":true}")
                    .post("/api/v1/ca/rotate")
                    .then()
                    .statusCode(201)
                    .body("authority.state", equalTo("upcoming"));
            assertThat(veteran.renewed().certificate().getIssuerX500Principal())
                    .as("before every instance knows it, the old one issues")
                    .isEqualTo(issuer(oldRoot));
            clock.turn(Duration.ofMinutes(2));
            String issuing = issuing();

            // The device with its old certificate, the old root alone and the old pin is served as before.
            assertThat(veteran.reaches()).isTrue();
            veteran.connects();
            try (Agent newcomer = new Agent("ca-newcomer")) {
                assertThat(newcomer.identity().roots()).hasSize(2);
                assertThat(newcomer.reaches()).isTrue();
                newcomer.connects();
                retire(issuing(), false).statusCode(409).body("detail", containsString("issues"));
                retire(first(), false).statusCode(409).body("detail", containsString("newest certificate"));

                DeviceIdentity renewed = veteran.renewed();

                assertThat(renewed.roots()).hasSize(2);
                assertThat(renewed.certificate().getIssuerX500Principal()).isNotEqualTo(issuer(oldRoot));
                retire(first(), false).statusCode(200).body("authority.state", equalTo("retired"));
                assertThat(issuing()).isEqualTo(issuing);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(Tls.fingerprint(served()))
                        .isNotEqualTo(oldRoot));
                assertThat(veteran.reaches()).isTrue();
                veteran.connects();
                assertThat(newcomer.reaches()).isTrue();
                newcomer.connects();
            }
        }
    }

    @Test
    void aDeviceOfARetiredAuthorityIsRefusedAtOnce() throws Exception {
        try (Agent sleeper = new Agent("ca-sleeper")) {
            rotate();
            String old = authority.all().get(authority.all().size() - 2).id();

            retire(old, true).statusCode(200);

            assertThatThrownBy(sleeper::reaches).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aCompanysRootCertifiesAndItsOtherCertificatesAreNoDevices() throws Exception {
        TestAuthority root = TestAuthority.root("CN=Mine root", Wish.authority(3));
        TestAuthority plant = root.below("CN=Mine plant", Wish.authority(2));
        String csr = people().post("/api/v1/ca/request")
                .then()
                .statusCode(200)
                .extract()
                .path("csr");

        install(plant.answer(csr, Wish.authority(0))).statusCode(201).body("authority.root", equalTo("CN=Mine root"));
        clock.turn(Duration.ofMinutes(2));

        try (Agent device = new Agent("ca-mine")) {
            assertThat(device.identity().chain()).hasSize(4);
            assertThat(device.identity().chain().getLast())
                    .isEqualTo(root.chain().getLast());
            assertThat(device.identity().roots()).contains(root.chain().getLast());
            assertThat(device.reaches()).isTrue();
            device.connects();
            // The same company's other authority gives somebody a certificate with a device's name.
            KeyPair keys = dev.muster.control.testing.TestDevice.newKeys();
            X509Certificate forged = plant.certificate(
                    "CN=somebody", keys.getPublic(), Wish.leaf().withUri("muster://default/ca-mine"));
            DeviceIdentity thief = new DeviceIdentity(
                    DeviceRef.of("default", "ca-mine"),
                    keys.getPrivate(),
                    List.of(forged, plant.chain().getFirst(), root.chain().getFirst()),
                    device.identity().roots(),
                    device.identity().server(),
                    device.identity().mqtt(),
                    "simulated");
            assertThatThrownBy(() -> reaches(thief)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> gateway(thief)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatCannotIssueForUsIsRefusedAndChangesNothing() throws Exception {
        TestAuthority root = TestAuthority.root("CN=Strict root", Wish.authority(1));
        Instant now = clock.instant();
        String csr = people().post("/api/v1/ca/request")
                .then()
                .statusCode(200)
                .extract()
                .path("csr");
        int before = authority.all().size();
        Wish good = Wish.authority(0);

        install("nothing").statusCode(400);
        install(TestAuthority.pem(List.of(root.chain().getFirst()))).statusCode(400);
        install(root.answer(csr, Wish.leaf())).statusCode(400).body("detail", containsString("authority"));
        TestAuthority shallow = TestAuthority.root("CN=Shallow root", Wish.authority(0));
        install(shallow.answer(csr, good)).statusCode(400).body("detail", containsString("allows 0"));
        install(root.answer(csr, good.within(now.minusSeconds(60), now.plus(Duration.ofDays(7)))))
                .statusCode(400)
                .body("detail", containsString("outlive"));
        TestAuthority old = TestAuthority.root(
                "CN=Old root", Wish.authority(1).within(now.minus(Duration.ofDays(900)), now.minusSeconds(60)));
        install(old.answer(csr, good)).statusCode(400);
        TestAuthority other = TestAuthority.root("CN=Strict root", Wish.authority(1));
        String answer = root.answer(csr, good);
        // Another root of the same name in the place of the one that signed.
        String leaf = answer.substring(0, answer.indexOf("-----END CERTIFICATE-----") + 26);
        install(leaf + TestAuthority.pem(other.chain())).statusCode(400);
        // Without its root.
        TestAuthority below = root.below("CN=Strict plant", good);
        install(leaf + TestAuthority.pem(List.of(below.chain().getFirst()))).statusCode(400);
        // A request that was replaced.
        people().post("/api/v1/ca/request").then().statusCode(200);
        install(answer).statusCode(400).body("detail", containsString("another key"));

        assertThat(authority.all()).hasSize(before);
    }

    private void rotate() {
        people().contentType("application/json")
                .body("{\"newRoot\":true}")
                .post("/api/v1/ca/rotate")
                .then()
                .statusCode(201);
        clock.turn(Duration.ofMinutes(2));
    }

    private String first() {
        return authority.all().stream()
                .filter(view -> view.serves())
                .findFirst()
                .orElseThrow()
                .id();
    }

    private String issuing() {
        return people().get("/api/v1/ca")
                .then()
                .statusCode(200)
                .extract()
                .path("items.find { it.authority.state == 'issuing' }.authority.id");
    }

    private javax.security.auth.x500.X500Principal issuer(String root) {
        return authority.all().stream()
                .filter(view -> view.fingerprint().equals(root))
                .map(view -> new javax.security.auth.x500.X500Principal(view.subject()))
                .findFirst()
                .orElseThrow();
    }

    private static ValidatableResponse install(String chain) {
        return people().contentType("application/json")
                .body(Map.of("chain", chain))
                .post("/api/v1/ca/install")
                .then();
    }

    private static ValidatableResponse retire(String id, boolean force) {
        return people().contentType("application/json")
                .body(Map.of("force", force))
                .post("/api/v1/ca/" + id + "/retire")
                .then();
    }

    private static RequestSpecification people() {
        return given().auth().oauth2(Tokens.admin());
    }

    private URI uri() {
        return URI.create("https://localhost:" + server.port());
    }

    private String mqtt() {
        return "localhost:" + parts.gatewayAddress().orElseThrow().getPort();
    }

    /** The root that the device port shows now. */
    private X509Certificate served() throws Exception {
        var context = javax.net.ssl.SSLContext.getInstance("TLS");
        context.init(null, new javax.net.ssl.TrustManager[] {new Anybody()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port())) {
            socket.startHandshake();
            var chain = socket.getSession().getPeerCertificates();
            return (X509Certificate) chain[chain.length - 1];
        }
    }

    private static boolean reaches(DeviceIdentity identity) throws Exception {
        return new DeviceHttps(identity.server(), Tls.mutual(identity))
                .get("/device/v1/director/1.root.json", 1 << 20)
                .isPresent();
    }

    /** Shakes hands with the gateway and waits for what it says: a refused certificate is told then. */
    private void gateway(DeviceIdentity identity) throws Exception {
        try (SSLSocket socket = (SSLSocket) Tls.mutual(identity)
                .getSocketFactory()
                .createSocket("localhost", parts.gatewayAddress().orElseThrow().getPort())) {
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            socket.getInputStream().read();
        }
    }

    /** A device with the agent's own code. */
    private final class Agent implements AutoCloseable {
        private final RealAgent real;
        private final String name;

        Agent(String name) throws Exception {
            this.name = name;
            String token = people().contentType("application/json")
                    .body("{}")
                    .post("/api/v1/enrolment-tokens")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("token");
            this.real = new RealAgent(uri(), mqtt(), authority.fingerprint(), token, name, clock);
        }

        DeviceIdentity identity() throws IOException {
            return real.identity();
        }

        boolean reaches() throws Exception {
            return CaRotationIT.reaches(identity());
        }

        DeviceIdentity renewed() throws Exception {
            return real.renewed();
        }

        /** A whole agent has a session with the gateway. */
        void connects() throws Exception {
            try (AgentHost host = real.start()) {
                await().atMost(PATIENCE).until(host::isConnected);
            }
        }

        @Override
        public void close() {
            real.close();
            people().post("/api/v1/devices/" + name + "/retire").then().statusCode(200);
        }
    }

    private static final class Anybody implements javax.net.ssl.X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
