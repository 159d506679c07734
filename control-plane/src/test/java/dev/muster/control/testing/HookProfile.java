package dev.muster.control.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.function.IntSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.ConfigProvider;

/** The loopback address may be reached, an authority of the test's is believed, people and programs are told at once; traces are on. */
public class HookProfile implements QuarkusTestProfile {
    private static final String HOST = "localhost";

    @Override
    public Map<String, String> getConfigOverrides() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket collector = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path directory = Files.createTempDirectory("muster-hooks-it");
            TestAuthority authority = TestAuthority.root("CN=Hooks", TestAuthority.Wish.authority(1));
            Files.writeString(directory.resolve("ca.pem"), TestAuthority.pem(authority.chain()));
            return Map.ofEntries(
                    Map.entry("muster.outbound.allowed-networks", "127.0.0.0/8,::1/128"),
                    Map.entry(
                            "muster.outbound.trust-anchors",
                            directory.resolve("ca.pem").toString()),
                    Map.entry("muster.alerts.settle", "PT0S"),
                    Map.entry("muster.notices.retry-after", "PT0.2S"),
                    Map.entry("muster.notices.attempts", "3"),
                    Map.entry("muster.webhooks.retry-after", "PT0.2S"),
                    Map.entry("muster.tracing.endpoint", "http://127.0.0.1:" + collector.getLocalPort()),
                    Map.entry("quarkus.otel.bsp.schedule.delay", "200ms"),
                    Map.entry("quarkus.log.category.\"dev.muster.control.audit\".level", "DEBUG"),
                    Map.entry("quarkus.log.category.\"dev.muster.control.reported\".level", "DEBUG"),
                    Map.entry("muster.mail.host", "127.0.0.1"),
                    Map.entry("muster.mail.port", Integer.toString(free.getLocalPort())),
                    Map.entry("muster.mail.protection", "none"),
                    Map.entry("muster.mail.from", "muster@mine.test"),
                    Map.entry(
                            "test.hooks.key",
                            Base64.getEncoder()
                                    .encodeToString(
                                            authority.keys().getPrivate().getEncoded())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server that the product under test believes; it answers with what {@code status} says then. */
    public static HookServer server(IntSupplier status) throws Exception {
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(
                        Files.readAllBytes(Path.of(setting("muster.outbound.trust-anchors")))));
        var signer = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(setting("test.hooks.key"))));
        return new HookServer(
                TestAuthority.of(new KeyPair(certificate.getPublicKey(), signer), certificate), HOST, status, "");
    }

    /** Where it takes webhooks. */
    public static String url(HookServer hooks) {
        return "https://" + HOST + ":" + hooks.port() + "/hook";
    }

    /** What the signature must be, worked out apart from the product. */
    public static String signature(String secret, HookServer.Received received) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        String signed = received.headers().getFirst("webhook-id") + "."
                + received.headers().getFirst("webhook-timestamp") + "." + received.body();
        return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }
}
