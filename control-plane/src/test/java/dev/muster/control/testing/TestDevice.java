package dev.muster.control.testing;

import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** A device as the port of the devices sees it: TLS with a pinned root, and a certificate once it has one. */
public final class TestDevice implements AutoCloseable {
    private final URI server;
    private final X509Certificate root;
    private final KeyPair keys;
    private HttpClient http;
    private @Nullable EnrolResponse identity;

    /** A device without a certificate. */
    public TestDevice(URI server, X509Certificate root) throws GeneralSecurityException, IOException {
        this.server = server;
        this.root = root;
        this.keys = newKeys();
        this.http = client(null);
    }

    /** Keys as devices have them. */
    public static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** The keys of this device. */
    public KeyPair keys() {
        return keys;
    }

    /** What it got when it enrolled. */
    public EnrolResponse identity() {
        if (identity == null) {
            throw new IllegalStateException("not enrolled");
        }
        return identity;
    }

    /** The certificate it got when it enrolled. */
    public X509Certificate certificate() throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(identity().chainPem().getBytes(StandardCharsets.US_ASCII)));
    }

    /** A request for {@code pair}, signed by {@code signer}. */
    public static String csr(KeyPair pair, KeyPair signer) throws IOException, OperatorCreationException {
        PKCS10CertificationRequest request = new JcaPKCS10CertificationRequestBuilder(
                        new X500Name("CN=ignored"), pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()));
        java.io.StringWriter text = new java.io.StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(request);
        }
        return text.toString();
    }

    /** Asks for a certificate; keeps it if it gets one. */
    public HttpResponse<byte[]> enrol(String token, String name) throws Exception {
        EnrolRequest request = new EnrolRequest(
                token,
                csr(keys, keys),
                Optional.of(name),
                "test-board",
                Optional.of("sn-" + name),
                Map.of("os.api", "12"));
        HttpResponse<byte[]> response = post("/device/v1/enrol", request.toJson());
        if (response.statusCode() == 200) {
            EnrolResponse answer = EnrolResponse.fromJson(response.body());
            identity = answer;
            HttpClient before = http;
            http = client(answer);
            before.close();
        }
        return response;
    }

    /** Renews with a new key. */
    public HttpResponse<byte[]> renew() throws Exception {
        KeyPair next = newKeys();
        return post(
                "/device/v1/renew",
                new EnrolRequest("", csr(next, next), Optional.empty(), "test-board", Optional.empty(), Map.of())
                        .toJson());
    }

    /** Sends a GET with optional headers, name and value in turn. */
    public HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Sends a POST with JSON. */
    public HttpResponse<byte[]> post(String path, byte[] json) throws IOException, InterruptedException {
        return send("POST", path, json);
    }

    /** Sends JSON. */
    public HttpResponse<byte[]> send(String method, String path, byte[] json) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(json))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Sends bytes of any kind with headers, name and value in turn. */
    public HttpResponse<byte[]> put(String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        http.close();
    }

    /** Its side of TLS, for other ports; with the certificate that it got when it enrolled. */
    public SSLContext tls() throws GeneralSecurityException, IOException {
        return tls(identity());
    }

    private HttpClient client(@Nullable EnrolResponse answer) throws GeneralSecurityException, IOException {
        return HttpClient.newBuilder()
                .sslContext(tls(answer))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private SSLContext tls(@Nullable EnrolResponse answer) throws GeneralSecurityException, IOException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("root", root);
        TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(trust);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (answer != null) {
            Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(answer.chainPem().getBytes(StandardCharsets.US_ASCII)));
            store.setKeyEntry("device", keys.getPrivate(), new char[0], chain.toArray(Certificate[]::new));
        }
        own.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusting.getTrustManagers(), null);
        return context;
    }
}
