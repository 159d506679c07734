package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.telemetry.fixture.MqttTestClient;
import dev.muster.telemetry.fixture.Servers;
import dev.muster.telemetry.fixture.TestAuthority;
import dev.muster.telemetry.fixture.TestKafka;
import dev.muster.telemetry.kafka.KafkaSettings;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a gateway demands of devices, and what it shows them, whoever does its TLS. */
@ExtendWith(Servers.Extension.class)
@ParameterizedClass
@EnumSource(
        value = TlsProvider.class,
        names = {"JDK", "OPENSSL"})
class TlsProvidersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DeviceRef CRUSHER = DeviceRef.of("north", "crusher-1");
    private static final DeviceRef CAMERA = DeviceRef.of("north", "camera-7");
    private static final Set<String> SERVED = Set.of("amd64", "aarch64");

    private final TestAuthority authority = new TestAuthority();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final TlsProvider provider;
    private final KafkaSettings kafka;
    private final TestKafka topics;
    private final Gateway gateway;

    TlsProvidersIT(TlsProvider provider, Servers servers) {
        boolean served =
                System.getProperty("os.name").equals("Linux") && SERVED.contains(System.getProperty("os.arch"));
        Assumptions.assumeTrue(
                provider != TlsProvider.OPENSSL || served || OpenSsl.isAvailable(),
                "no library of BoringSSL for this platform");
        this.provider = provider;
        kafka = servers.newTopics();
        topics = new TestKafka(kafka);
        topics.active(CRUSHER, CAMERA);
        gateway = Gateway.start(
                GatewayConfig.of(kafka, "gateway-a", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withTls(provider),
                authority.server());
        opened.add(gateway);
        await().atMost(PATIENCE).until(() -> gateway.health().ready());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        topics.close();
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    private MqttTestClient connect(SSLContext tls, DeviceRef device) {
        MqttTestClient client = keep(MqttTestClient.open(gateway.address(), tls, device));
        client.sendConnect(60);
        return client;
    }

    @Test
    void aDeviceIsWhomItsCertificateNames() {
        MqttTestClient device = connect(authority.device(CRUSHER), CRUSHER);
        assertThat(device.expect(MqttTestClient.CONNACK).reason()).isZero();

        device.telemetry(1, 1, "m", 1, 1);
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isZero();
        device.publish(new MqttTopic.Reported().of(CAMERA), "{\"generation\":1}", 1, Map.of());
        assertThat(device.expect(MqttTestClient.PUBACK).reason()).isEqualTo(0x87);

        assertThat(topics.read(kafka.topics().telemetry(), CRUSHER)).hasSize(1);
    }

    @Test
    void nobodyComesInWithoutACertificateOfItsAuthorities() {
        assertThat(firstWordOf(authority.nobody(), "TLSv1.3")).isEqualTo(MqttTestClient.END);
        assertThat(firstWordOf(authority.nobody(), "TLSv1.2")).isEqualTo(MqttTestClient.END);
        SSLContext foreign = new TestAuthority().device(CRUSHER, authority.certificate());
        assertThat(firstWordOf(foreign, "TLSv1.3")).isEqualTo(MqttTestClient.END);
        assertThat(firstWordOf(foreign, "TLSv1.2")).isEqualTo(MqttTestClient.END);
    }

    @Test
    void aCertificateThatHasEndedOrIsNotYetValidLetsNobodyIn() {
        assertThat(firstWordOf(authority.ended(CRUSHER), "TLSv1.3")).isEqualTo(MqttTestClient.END);
        assertThat(firstWordOf(authority.ended(CRUSHER), "TLSv1.2")).isEqualTo(MqttTestClient.END);
        assertThat(firstWordOf(authority.early(CRUSHER), "TLSv1.3")).isEqualTo(MqttTestClient.END);
    }

    @Test
    void speaksTls13And12AndNothingOlder() throws Exception {
        assertThat(firstWordOf(authority.device(CRUSHER), "TLSv1.3")).isEqualTo(MqttTestClient.CONNACK);
        assertThat(firstWordOf(authority.device(CRUSHER), "TLSv1.2")).isEqualTo(MqttTestClient.CONNACK);
        // The JDK's clients do not offer TLS 1.1 any more, so this one says hello by hand.
        assertThat(OldHello.answer(gateway.address())).isEqualTo(OldHello.PROTOCOL_VERSION);
    }

    /** Type of the first packet that comes after TLS of one version and CONNECT; nobody is told "yes" by TLS 1.3 before. */
    private int firstWordOf(SSLContext tls, String version) {
        try (MqttTestClient client = MqttTestClient.open(gateway.address(), tls, CRUSHER, version)) {
            client.sendConnect(60);
            return client.next().type();
        } catch (java.io.UncheckedIOException e) {
            return MqttTestClient.END;
        }
    }

    @Test
    void newConnectionsMeetTheNewCertificateAndAuthorities() throws Exception {
        TestAuthority next = new TestAuthority();
        GatewayTls renewed = authority.server();
        MqttTestClient present = connect(authority.device(CAMERA), CAMERA);
        assertThat(present.expect(MqttTestClient.CONNACK).reason()).isZero();
        assertThat(shown()).isNotEqualTo(renewed.chain().getFirst());

        gateway.renewTls(new GatewayTls(renewed.key(), renewed.chain(), List.of(next.certificate())));

        assertThat(shown()).isEqualTo(renewed.chain().getFirst());
        assertThat(firstWordOf(authority.device(CRUSHER), "TLSv1.3")).isEqualTo(MqttTestClient.END);
        MqttTestClient device = connect(next.device(CRUSHER, authority.certificate()), CRUSHER);
        assertThat(device.expect(MqttTestClient.CONNACK).reason()).isZero();
        present.ping();
        assertThat(present.expect(MqttTestClient.PINGRESP)).isNotNull();
    }

    @Test
    void aSessionOfAnAuthorityThatIsNotBelievedAnyMoreIsNotResumed() {
        SSLContext remembers = authority.device(CRUSHER);
        assertThat(firstWordOf(remembers, "TLSv1.2")).isEqualTo(MqttTestClient.CONNACK);
        assertThat(firstWordOf(remembers, "TLSv1.3")).isEqualTo(MqttTestClient.CONNACK);
        GatewayTls server = authority.server();

        gateway.renewTls(new GatewayTls(server.key(), server.chain(), List.of(new TestAuthority().certificate())));

        assertThat(firstWordOf(remembers, "TLSv1.2")).isEqualTo(MqttTestClient.END);
        assertThat(firstWordOf(remembers, "TLSv1.3")).isEqualTo(MqttTestClient.END);
    }

    @Test
    void keysThatDoNotFitAreRefusedAndTheFormerServe() throws Exception {
        GatewayTls server = authority.server();
        X509Certificate before = shown();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);

        assertThatThrownBy(() -> gateway.renewTls(new GatewayTls(
                        generator.generateKeyPair().getPrivate(), server.chain(), server.deviceAuthorities())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot use the gateway's key and certificates");

        assertThat(shown()).isEqualTo(before);
        assertThat(firstWordOf(authority.device(CRUSHER), "TLSv1.3")).isEqualTo(MqttTestClient.CONNACK);
    }

    @Test
    void isTheProviderThatWasAskedFor() {
        assertThat(provider.here()).isEqualTo(provider);
        assertThat(TlsProvider.AUTO.here()).isEqualTo(OpenSsl.isAvailable() ? TlsProvider.OPENSSL : TlsProvider.JDK);
    }

    /** The certificate that the gateway has for who comes now. */
    private X509Certificate shown() throws IOException {
        SSLContext tls = authority.device(CRUSHER);
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory()
                .createSocket(gateway.address().getAddress(), gateway.address().getPort())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }
}
