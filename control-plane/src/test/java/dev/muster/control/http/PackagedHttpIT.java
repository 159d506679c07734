package dev.muster.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import dev.muster.control.testing.PackagedServers;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.TlsHello;
import dev.muster.standalone.process.Ports;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server as an operator sets it up: TLS of its own for people, limits for callers. */
class PackagedHttpIT {
    @TempDir
    Path directory;

    @Test
    void aProgramInALoopIsToldWhenToComeBackAndAnotherIsNot() throws Exception {
        try (PackagedServers servers = new PackagedServers(directory)) {
            PackagedServers.Instance server = servers.start(
                    "limited",
                    Map.of("muster.limits.requests-per-second", "0.01", "muster.limits.requests-at-once", "5"));
            for (int i = 0; i < 5; i++) {
                server.admin().get("/api/v1/me").then().statusCode(200);
            }

            server.admin()
                    .get("/api/v1/me")
                    .then()
                    .statusCode(429)
                    .contentType(Problem.MEDIA_TYPE)
                    .header("Retry-After", Integer::parseInt, greaterThan(50))
                    .body("code", equalTo("too-many-requests"));
            // Nobody is counted before it is known who asks.
            RestAssured.given()
                    .get(server.address().resolve("/api/v1/me"))
                    .then()
                    .statusCode(401);
            RestAssured.given()
                    .get(server.address().resolve("/api/v1/config"))
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void aCertificateMakesThePortSpeakTlsOnlyAndNothingOlderThanTwelve() throws Exception {
        KeyPair keys = TestDevice.newKeys();
        X509Certificate certificate = selfSigned(keys);
        Path chain = pem("people.pem", certificate);
        Path key = pem("people.key", new JcaPKCS8Generator(keys.getPrivate(), null));
        int devices = Ports.free();
        try (PackagedServers servers = new PackagedServers(directory)) {
            PackagedServers.Instance server = servers.start(
                    "tls",
                    Map.of(
                            "muster.http.certificate", chain.toString(),
                            "muster.http.key", key.toString(),
                            "muster.roles", "api,device,worker",
                            "muster.device.port", Integer.toString(devices)));
            int port = server.address().getPort();

            HttpResponse<String> answer = get(certificate, port);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            // RFC 6797: over TLS browsers are told never to come without it.
            assertThat(answer.headers().firstValue("Strict-Transport-Security"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("max-age=31536000"));

            for (int tls : new int[] {port, devices}) {
                assertThat(TlsHello.accepted(tls, TlsHello.TLS_1_2)).isTrue();
                assertThat(TlsHello.accepted(tls, TlsHello.TLS_1_1)).isFalse();
                assertThat(TlsHello.accepted(tls, TlsHello.TLS_1_0)).isFalse();
            }
            assertThat(inTheClear(port)).doesNotContain("200 OK");
        }
    }

    private static HttpResponse<String> get(X509Certificate trusted, int port) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("server", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient http = HttpClient.newBuilder().sslContext(context).build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/api/v1/config"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String inTheClear(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET /api/v1/config HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException e) {
            return "";
        }
    }

    private static X509Certificate selfSigned(KeyPair keys) throws Exception {
        Instant now = Clock.systemUTC().instant();
        X500Name name = new X500Name("CN=people");
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                name,
                keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private Path pem(String name, Object content) throws IOException {
        Path file = directory.resolve(name);
        try (Writer out = Files.newBufferedWriter(file);
                JcaPEMWriter pem = new JcaPEMWriter(out)) {
            pem.writeObject(content);
        }
        return file;
    }
}
