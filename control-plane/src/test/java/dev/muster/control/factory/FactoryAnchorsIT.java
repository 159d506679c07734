package dev.muster.control.factory;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.enrol.FactoryKey;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.transport.HttpStatusException;
import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestAuthority;
import dev.muster.control.testing.TestAuthority.Wish;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.enrol.FactoryProof;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class FactoryAnchorsIT {
    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Test
    void aRealAgentEnrolsWithTheCertificateOfItsMaker() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Acme devices", Wish.authority(1));
        TestAuthority line = maker.below("CN=Acme line 3", Wish.authority(0));
        register("acme-agent", maker, Map.of("tags", List.of("acme"), "approval", false))
                .statusCode(201);
        KeyPair rsa = rsa();
        Path folder = Files.createTempDirectory("muster");
        Path chain = Files.writeString(
                folder.resolve("chain.pem"),
                TestAuthority.pem(List.of(
                        line.certificate("CN=AC-0001", rsa.getPublic(), Wish.leaf()),
                        line.chain().getFirst())));
        Path key = Files.writeString(folder.resolve("key.pem"), pem(rsa));
        StateDir state = new StateDir(folder.resolve("state")).create();

        DeviceIdentity identity = new Enroller(state)
                .enrol(
                        Enroller.Invitation.ofFactory(
                                uri(),
                                new Enroller.Factory("default", FactoryKey.ofFiles(chain, key)),
                                authority.fingerprint(),
                                Optional.of("factory-agent")),
                        Platforms.open("simulated", state, InstantSource.system(), System::nanoTime, () -> {}));

        assertThat(identity.ref()).isEqualTo(DeviceRef.of("default", "factory-agent"));
        people().get("/api/v1/devices/factory-agent")
                .then()
                .statusCode(200)
                .body("serial", equalTo("AC-0001"))
                .body("tags", hasItem("acme"));
    }

    @Test
    void itsSerialNumberIsTheMakersWordAndTakesThePlaceThatWaits() throws Exception {
        people().contentType("text/csv")
                .body("id,serial\nfactory-awaited,BX-77\n")
                .post("/api/v1/inventory")
                .then()
                .statusCode(200);
        TestAuthority maker = TestAuthority.root("CN=Bolt", Wish.authority(0));
        register("bolt", maker, Map.of("serialFrom", "serial-number", "approval", false))
                .statusCode(201);
        KeyPair factory = TestDevice.newKeys();
        try (TestDevice device = device()) {
            Asked asked = new Asked(
                    device,
                    factory,
                    List.of(maker.certificate("SERIALNUMBER=BX-77,CN=x", factory.getPublic(), Wish.leaf())));

            HttpResponse<byte[]> answer = asked.send();

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(EnrolResponse.fromJson(answer.body()).device())
                    .isEqualTo(DeviceRef.of("default", "factory-awaited"));
        }
    }

    @Test
    void aFactoryCertificateLetsOneKeyInAndFreesItselfWhenTheDeviceRetires() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Once", Wish.authority(0));
        register("once", maker, Map.of("approval", false)).statusCode(201);
        KeyPair factory = TestDevice.newKeys();
        List<X509Certificate> chain = List.of(maker.certificate("CN=ON-1", factory.getPublic(), Wish.leaf()));
        try (TestDevice device = device();
                TestDevice other = device()) {
            Asked asked = new Asked(device, factory, chain);
            EnrolResponse first = EnrolResponse.fromJson(asked.send().body());
            // A replay, and a device whose answer was lost: the same device, a certificate for the same key.
            EnrolResponse again = EnrolResponse.fromJson(asked.send().body());
            assertThat(again.device()).isEqualTo(first.device());

            assertRefused(new Asked(other, factory, chain).send());
            // Its maker gave it another certificate for the same key: still the same device.
            assertRefused(
                    new Asked(other, factory, List.of(maker.certificate("CN=ON-2", factory.getPublic(), Wish.leaf())))
                            .send());

            people().post("/api/v1/devices/" + first.device().device() + "/retire")
                    .then()
                    .statusCode(200);
            HttpResponse<byte[]> anew = new Asked(other, factory, chain).send();
            assertThat(anew.statusCode()).isEqualTo(200);
            assertThat(EnrolResponse.fromJson(anew.body()).device()).isNotEqualTo(first.device());
        }
    }

    @Test
    void nothingOfTheRequestCanBeAlteredAndNoOtherServerOrTenantIsMeant() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Altered", Wish.authority(0));
        register("altered", maker, Map.of("approval", false)).statusCode(201);
        KeyPair factory = TestDevice.newKeys();
        List<X509Certificate> chain = List.of(maker.certificate("CN=AL-1", factory.getPublic(), Wish.leaf()));
        try (TestDevice device = device();
                TestDevice thief = device()) {
            Asked asked = new Asked(device, factory, chain);
            EnrolRequest good = asked.request();

            assertRefused(device.post(
                    "/device/v1/enrol",
                    new EnrolRequest(
                                    "",
                                    TestDevice.csr(thief.keys(), thief.keys()),
                                    good.device(),
                                    good.hardware(),
                                    good.serial(),
                                    good.facts())
                            .withFactory(good.factory().orElseThrow())
                            .toJson()));
            assertRefused(device.post(
                    "/device/v1/enrol",
                    new EnrolRequest("", good.csrPem(), good.device(), "other-board", good.serial(), good.facts())
                            .withFactory(good.factory().orElseThrow())
                            .toJson()));
            assertRefused(asked.pinned("sha256:" + "0".repeat(64)).send());
            assertRefused(asked.signedBy(TestDevice.newKeys()).send());
            assertRefused(asked.forTenant("nobody").send());
            assertThat(asked.send().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void onlyWhatTheMakersAuthorityVouchesForNowComesIn() throws Exception {
        Instant now = Instant.now();
        TestAuthority maker = TestAuthority.root("CN=Strict maker", Wish.authority(0));
        TestAuthority same = TestAuthority.root("CN=Strict maker", Wish.authority(5));
        register("strict", maker, Map.of("approval", false)).statusCode(201);
        KeyPair factory = TestDevice.newKeys();
        Wish leaf = Wish.leaf();
        try (TestDevice device = device()) {
            // Another authority of the same name.
            assertRefused(
                    new Asked(device, factory, List.of(same.certificate("CN=S-1", factory.getPublic(), leaf))).send());
            assertRefused(new Asked(
                            device,
                            factory,
                            List.of(
                                    same.certificate("CN=S-1", factory.getPublic(), leaf),
                                    same.chain().getFirst()))
                    .send());
            // Expired, not yet valid.
            assertRefused(new Asked(
                            device,
                            factory,
                            List.of(maker.certificate(
                                    "CN=S-1",
                                    factory.getPublic(),
                                    leaf.within(now.minus(Duration.ofDays(9)), now.minusSeconds(9)))))
                    .send());
            assertRefused(new Asked(
                            device,
                            factory,
                            List.of(maker.certificate(
                                    "CN=S-1",
                                    factory.getPublic(),
                                    leaf.within(now.plusSeconds(900), now.plusSeconds(9_000)))))
                    .send());
            // The anchor allows nobody below it.
            TestAuthority below = maker.below("CN=Too deep", Wish.authority(0));
            assertRefused(new Asked(
                            device,
                            factory,
                            List.of(
                                    below.certificate("CN=S-1", factory.getPublic(), leaf),
                                    below.chain().getFirst()))
                    .send());
            // A device of the maker that plays authority.
            TestAuthority pretender = maker.below("CN=S-9", leaf);
            assertRefused(new Asked(
                            device,
                            factory,
                            List.of(
                                    pretender.certificate("CN=S-1", factory.getPublic(), leaf),
                                    pretender.chain().getFirst()))
                    .send());
            // The authority itself is no device.
            assertRefused(new Asked(device, maker.keys(), List.of(maker.chain().getFirst())).send());
            assertRefused(new Asked(device, factory, List.of()).send());

            X509Certificate good = maker.certificate("CN=S-1", factory.getPublic(), leaf);
            revoke("strict", good.getSerialNumber().toString(16)).statusCode(200);
            assertRefused(new Asked(device, factory, List.of(good)).send());
            X509Certificate next = maker.certificate("CN=S-1", factory.getPublic(), leaf);
            people().delete("/api/v1/factory-anchors/strict").then().statusCode(204);
            assertRefused(new Asked(device, factory, List.of(next)).send());
        }
    }

    @Test
    void aMakerIsRegisteredOnceAndIsAnAuthority() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Registered", Wish.authority(0));
        TestAuthority leaf = TestAuthority.root("CN=No authority", Wish.leaf());
        TestAuthority old = TestAuthority.root(
                "CN=Old",
                Wish.authority(0)
                        .within(
                                Instant.now().minus(Duration.ofDays(9)),
                                Instant.now().minusSeconds(9)));

        register("registered", maker, Map.of()).statusCode(201).body("approval", equalTo(true));

        register("registered-2", maker, Map.of()).statusCode(409);
        register("no-authority", leaf, Map.of()).statusCode(400).body("detail", containsString("authority"));
        register("old", old, Map.of()).statusCode(400).body("detail", containsString("ended"));
        register("Bad Name", maker, Map.of()).statusCode(400);
        register("rule", maker, Map.of("serialFrom", "guess"))
                .statusCode(400)
                .body("detail", containsString("san-dns"));
    }

    @Test
    void aPersonApprovesWhereTheAnchorAsksForIt() throws Exception {
        TestAuthority maker = TestAuthority.root("CN=Careful", Wish.authority(0));
        register("careful", maker, Map.of()).statusCode(201);
        KeyPair factory = TestDevice.newKeys();
        List<X509Certificate> chain = List.of(maker.certificate("CN=CA-1", factory.getPublic(), Wish.leaf()));
        try (TestDevice device = device();
                TestDevice other = device()) {
            Asked asked = new Asked(device, factory, chain);
            assertThat(asked.send().statusCode()).isEqualTo(202);
            assertRefused(new Asked(other, factory, chain).send());
            List<String> ids = people().get("/api/v1/enrolment-requests?state=waiting&limit=500")
                    .then()
                    .extract()
                    .path("items.findAll { it.source == 'factory/careful' }.id");
            assertThat(ids).hasSize(1);

            people().contentType("application/json")
                    .body("{\"device\":\"factory-careful\"}")
                    .post("/api/v1/enrolment-requests/" + ids.getFirst() + "/approve")
                    .then()
                    .statusCode(200);

            HttpResponse<byte[]> answer = asked.send();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(EnrolResponse.fromJson(answer.body()).device())
                    .isEqualTo(DeviceRef.of("default", "factory-careful"));
            people().get("/api/v1/devices/factory-careful").then().body("serial", equalTo("CA-1"));
            assertRefused(new Asked(other, factory, chain).send());
        }
    }

    @Test
    void theAgentTellsThatItIsRefused() throws Exception {
        KeyPair factory = TestDevice.newKeys();
        TestAuthority nobody = TestAuthority.root("CN=Nobody", Wish.authority(0));
        Path folder = Files.createTempDirectory("muster");
        Path chain = Files.writeString(
                folder.resolve("chain.pem"),
                TestAuthority.pem(List.of(nobody.certificate("CN=N-1", factory.getPublic(), Wish.leaf()))));
        Path key = Files.writeString(folder.resolve("key.pem"), pem(factory));
        StateDir state = new StateDir(folder.resolve("state")).create();

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Enroller(state)
                        .enrol(
                                Enroller.Invitation.ofFactory(
                                        uri(),
                                        new Enroller.Factory("default", FactoryKey.ofFiles(chain, key)),
                                        authority.fingerprint(),
                                        Optional.empty()),
                                Platforms.open("simulated", state, InstantSource.system(), System::nanoTime, () -> {})))
                .isInstanceOf(HttpStatusException.class)
                .hasMessageContaining("401");
    }

    /** A request with a proof, and what can be wrong about it. */
    private final class Asked {
        private final TestDevice device;
        private final KeyPair factory;
        private final List<X509Certificate> chain;
        private final String tenant;
        private final String pin;
        private final KeyPair signer;

        Asked(TestDevice device, KeyPair factory, List<X509Certificate> chain) throws Exception {
            this(device, factory, chain, "default", authority.fingerprint(), factory);
        }

        private Asked(
                TestDevice device,
                KeyPair factory,
                List<X509Certificate> chain,
                String tenant,
                String pin,
                KeyPair signer) {
            this.device = device;
            this.factory = factory;
            this.chain = new ArrayList<>(chain);
            this.tenant = tenant;
            this.pin = pin;
            this.signer = signer;
        }

        Asked pinned(String fingerprint) {
            return new Asked(device, factory, chain, tenant, fingerprint, signer);
        }

        Asked signedBy(KeyPair other) {
            return new Asked(device, factory, chain, tenant, pin, other);
        }

        Asked forTenant(String other) {
            return new Asked(device, factory, chain, other, pin, signer);
        }

        EnrolRequest request() throws Exception {
            EnrolRequest plain = new EnrolRequest(
                    "",
                    TestDevice.csr(device.keys(), device.keys()),
                    Optional.empty(),
                    "test-board",
                    Optional.of("what it says itself"),
                    Map.of());
            Signature signing = Signature.getInstance("SHA256withECDSA");
            signing.initSign(signer.getPrivate());
            signing.update(FactoryProof.signedText(plain, tenant, pin));
            return plain.withFactory(new FactoryProof(
                    tenant, TestAuthority.pem(chain), Base64.getEncoder().encodeToString(signing.sign())));
        }

        HttpResponse<byte[]> send() throws Exception {
            return device.post("/device/v1/enrol", request().toJson());
        }
    }

    private static void assertRefused(HttpResponse<byte[]> answer) {
        assertThat(JsonObject.parse(answer.body()).string("code")).isEqualTo("factory-refused");
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    private static ValidatableResponse register(String name, TestAuthority maker, Map<String, Object> more)
            throws Exception {
        Map<String, Object> body = new HashMap<>(more);
        body.put("name", name);
        body.put("certificate", TestAuthority.pem(List.of(maker.chain().getFirst())));
        return people().contentType("application/json")
                .body(body)
                .post("/api/v1/factory-anchors")
                .then();
    }

    private static ValidatableResponse revoke(String name, String serial) {
        return people().contentType("application/json")
                .body(Map.of("serial", serial))
                .post("/api/v1/factory-anchors/" + name + "/revocations")
                .then();
    }

    private static RequestSpecification people() {
        return given().auth().oauth2(Tokens.admin());
    }

    private TestDevice device() throws Exception {
        return new TestDevice(uri(), authority.root());
    }

    private URI uri() {
        return URI.create("https://localhost:" + server.port());
    }

    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String pem(KeyPair keys) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()));
        }
        return text.toString();
    }
}
