package dev.muster.control.ddi;

import static dev.muster.control.ddi.DdiConformanceIT.access;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestAuthority;
import dev.muster.control.testing.TestDevice;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port of hawkBit's clients itself: TLS, who is believed, what wrong tokens get, what a poll writes. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class DdiPortIT {
    private static final String TOKEN = "gateway-token-of-the-port";

    @Inject
    DdiServer server;

    @Inject
    DdiEndpoint endpoint;

    @Inject
    DdiGate gate;

    @Inject
    ClientStore store;

    @Inject
    TenantTransactions transactions;

    @Inject
    MusterConfig muster;

    @Inject
    Vertx vertx;

    @Inject
    Clock clock;

    @TempDir
    Path directory;

    @BeforeEach
    void open() {
        access(Map.of(
                "enabled",
                true,
                "targetTokens",
                true,
                "authorities",
                List.of("ab:cd"),
                "confirmation",
                false,
                "unknown",
                "create",
                "tags",
                List.of()));
        post("/ddi/gateway-token", Map.of("token", TOKEN)).statusCode(201);
    }

    @Test
    void withACertificateThePortSpeaksTlsToThoseWhoTrustIt() throws Exception {
        TestAuthority company = TestAuthority.root("CN=company", TestAuthority.Wish.authority(0));
        KeyPair keys = TestDevice.newKeys();
        X509Certificate own = company.certificate(
                "CN=localhost", keys.getPublic(), TestAuthority.Wish.leaf().withDns("localhost"));
        List<X509Certificate> chain = new ArrayList<>(company.chain());
        chain.addFirst(own);
        Path certificate = Files.writeString(directory.resolve("server.pem"), TestAuthority.pem(chain));
        Path key = Files.writeString(
                directory.resolve("server-key.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        DdiServer secure = new DdiServer(vertx, TestPort.plain().withTls(certificate, key), muster, endpoint);
        secure.start(new StartupEvent());
        try {
            String authority = "localhost:" + secure.port();

            HttpResponse<byte[]> poll = poll(trusting(company), "https://" + authority, "port-tls");

            assertThat(poll.statusCode()).isEqualTo(200);
            assertThat(DdiClient.link(JsonObject.parse(poll.body()), "configData"))
                    .hasValue("https://" + authority + "/DEFAULT/controller/v1/port-tls/configData");
            TestAuthority other = TestAuthority.root("CN=other", TestAuthority.Wish.authority(0));
            assertThatThrownBy(() -> poll(trusting(other), "https://" + authority, "port-tls"))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThatThrownBy(() -> poll(HttpClient.newHttpClient(), "http://" + authority, "port-tls"))
                    .as("nothing in the clear")
                    .isInstanceOf(IOException.class);
        } finally {
            secure.stop(new ShutdownEvent());
        }
    }

    @Test
    void aCertificateWithoutItsKeyKeepsTheServerFromStarting() throws Exception {
        TestPort half = new TestPort(
                0,
                java.util.Optional.of(directory.resolve("server.pem")),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                TestPort.plain().limits());

        assertThatThrownBy(() -> new DdiServer(vertx, half, muster, endpoint).start(new StartupEvent()))
                .hasMessageContaining("`muster.ddi.certificate` and `muster.ddi.key` together");
    }

    @Test
    void headersAreBelievedFromTrustedProxiesOnly() {
        Map<String, String> headers = Map.of("x-controller-id", "port-proxied", "x-authority", "ab:cd");
        DdiAccess access = gate.access(TenantId.DEFAULT);

        assertThat(gate.opens(access, DdiLimitsTest.request("127.0.0.1", headers), "port-proxied"))
                .isTrue();
        assertThat(gate.opens(access, DdiLimitsTest.request("192.0.2.1", headers), "port-proxied"))
                .isFalse();
        assertThat(new DdiGate(store, transactions, TestPort.plain())
                        .opens(access, DdiLimitsTest.request("127.0.0.1", headers), "port-proxied"))
                .as("nobody is named")
                .isFalse();
    }

    @Test
    void wrongTokensOfAnAddressAreToldToWaitAndRightOnesComeIn() throws Exception {
        DdiClient known = client("port-limited").with("X-Forwarded-For", "198.51.100.7");
        assertThat(known.get("").statusCode()).isEqualTo(200);
        String token = post("/devices/port-limited/ddi/token", Map.of())
                .statusCode(201)
                .extract()
                .path("token");
        DdiClient own = anonymous("port-limited")
                .with("X-Forwarded-For", "198.51.100.7")
                .with("Authorization", "TargetToken " + token);
        assertThat(own.get("").statusCode()).isEqualTo(200);
        DdiClient guessing = anonymous("port-limited")
                .with("X-Forwarded-For", "198.51.100.7")
                .with("Authorization", "TargetToken guess-guess-guess-guess");

        int refused = 0;
        HttpResponse<byte[]> answer = guessing.get("");
        while (answer.statusCode() == 401 && refused < 5_000) {
            refused++;
            answer = guessing.get("");
        }

        assertThat(refused).isGreaterThanOrEqualTo(60);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
                .isPositive();
        assertThat(JsonObject.parse(answer.body()).string("errorCode")).startsWith("hawkbit.server.error.");
        assertThat(own.get("").statusCode()).as("its own token").isEqualTo(200);
        assertThat(known.get("").statusCode()).as("the tenant's token").isEqualTo(200);
        assertThat(anonymous("port-limited")
                        .with("X-Forwarded-For", "198.51.100.8")
                        .with("Authorization", "TargetToken guess-guess-guess-guess")
                        .get("")
                        .statusCode())
                .as("another address")
                .isEqualTo(401);
    }

    @Test
    void tenantsThatDoNotExistLookLikeThoseThatAreShut() throws Exception {
        for (String tenant : List.of("no-such-tenant", "Not A Name", "..", "DEFAULT%00")) {
            HttpResponse<byte[]> refused = poll(
                    HttpClient.newHttpClient(),
                    "http://127.0.0.1:" + server.port(),
                    tenant.replace(" ", "%20"),
                    "port-tenant");
            assertThat(refused.statusCode()).as(tenant).isEqualTo(401);
            assertThat(refused.body()).isEmpty();
        }
        assertThat(gate.access(new TenantId("no-such-tenant")).enabled()).isFalse();
    }

    @Test
    void whenClientsAskedIsWrittenTogether() throws Exception {
        for (String controller : List.of("port-batch-1", "port-batch-2")) {
            post("/ddi/clients", Map.of("controller", controller)).statusCode(201);
        }
        Polls polls = new Polls(store, transactions, clock);
        polls.polled(TenantId.DEFAULT, "port-batch-1");
        polls.polled(TenantId.DEFAULT, "port-batch-2");
        polls.polled(TenantId.DEFAULT, "port-batch-1");
        get("/devices/port-batch-1/ddi").body("lastPoll", nullValue());

        polls.write();

        get("/devices/port-batch-1/ddi").body("lastPoll", notNullValue());
        get("/devices/port-batch-2/ddi").body("lastPoll", notNullValue());
        get("/devices/port-batch-2").body("lastSeen", notNullValue());
    }

    @Test
    void idsComeFromASequenceOf31BitsThatEndsInsteadOfWrapping() {
        String kind = transactions.in(TenantId.DEFAULT, handle -> handle.createQuery(
                        "select format_type(data_type, null) || ' to ' || max_value || ', cycles: '"
                                + " || cycle from pg_sequences where sequencename = 'ddi_number'")
                .mapTo(String.class)
                .one());

        assertThat(kind).isEqualTo("integer to 2147483647, cycles: false");
    }

    @Test
    void whatClientsSaidIsAppendedAndNeverChanged() {
        assertThatThrownBy(() -> transactions.run(
                        TenantId.DEFAULT, handle -> handle.execute("update ddi_feedback set status = 'FINISHED'")))
                .rootCause()
                .hasMessageContaining("permission denied");
    }

    private static HttpResponse<byte[]> poll(HttpClient http, String base, String controller) throws Exception {
        return poll(http, base, "DEFAULT", controller);
    }

    private static HttpResponse<byte[]> poll(HttpClient http, String base, String tenant, String controller)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(base + "/" + tenant + "/controller/v1/" + controller))
                        .header("Authorization", "GatewayToken " + TOKEN)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpClient trusting(TestAuthority authority) throws Exception {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", authority.chain().getLast());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private DdiClient client(String controller) {
        return anonymous(controller).gateway(TOKEN);
    }

    private DdiClient anonymous(String controller) {
        return new DdiClient(server.port(), "DEFAULT", controller);
    }
}
