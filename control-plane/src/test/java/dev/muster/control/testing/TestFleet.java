package dev.muster.control.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Lets real devices into the server under test. Inject it; the test closes the devices it was given. */
@Singleton
public class TestFleet {
    private final DeviceServer server;
    private final CertificateAuthority authority;
    private final KafkaClients kafka;

    TestFleet(DeviceServer server, CertificateAuthority authority, KafkaClients kafka) {
        this.server = server;
        this.authority = authority;
        this.kafka = kafka;
    }

    /** A device {@code name} with {@code tag}, enrolled over TLS; it keeps its metadata below {@code directory}. */
    public FleetDevice enrol(Path directory, String tag, String name) throws Exception {
        TestDevice device = new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
        HttpResponse<byte[]> answer = device.enrol(FleetApi.enrolmentToken(tag), name);
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        FleetDevice enrolled = new FleetDevice(device, kafka, directory.resolve(name));
        assertThat(enrolled.ref()).isEqualTo(DeviceRef.of("default", name));
        return enrolled;
    }
}
