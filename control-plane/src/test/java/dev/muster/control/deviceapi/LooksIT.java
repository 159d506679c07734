package dev.muster.control.deviceapi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.desired.TargetName;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.awaitility.Durations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look that finds nothing new costs a device on the wire. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class LooksIT {
    private static final String TIMESTAMP = "/device/v1/director/timestamp.json";

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @Test
    void aTimestampGoesToADeviceOnceUntilItChanges() throws Exception {
        try (FleetDevice fleetDevice = fleet.enrol(directory, "looks", "looks-1")) {
            HttpResponse<byte[]> first = fleetDevice.get(TIMESTAMP);
            String tag = first.headers().firstValue("ETag").orElseThrow();

            HttpResponse<byte[]> again = fleetDevice.get(TIMESTAMP, "If-None-Match", tag);

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).isNotEmpty();
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.headers().firstValue("ETag")).hasValue(tag);

            String image = FleetApi.uploadImage("looks".getBytes(StandardCharsets.UTF_8), "6.6.6", 6);
            FleetApi.rollout("looks", FleetApi.release("looks", "1", image), "looks");
            Awaitility.await().atMost(Durations.ONE_MINUTE).untilAsserted(() -> {
                fleetDevice.refresh();
                assertThat(fleetDevice.target(TargetName.parse("image"))).isPresent();
            });
            HttpResponse<byte[]> changed = fleetDevice.get(TIMESTAMP, "If-None-Match", tag);
            assertThat(changed.statusCode()).isEqualTo(200);
            assertThat(changed.body()).isNotEqualTo(first.body());
            assertThat(changed.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
        }
    }

    @Test
    void filesWithTheirVersionInTheirNameHaveNoTag() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "looks", "looks-2")) {
            assertThat(device.get("/device/v1/director/1.root.json").headers().firstValue("ETag"))
                    .isEmpty();
        }
    }

    @Test
    void thereIsNoNextRootIsSaidWithoutAWord() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "looks", "looks-4")) {
            for (String repository : List.of("director", "images")) {
                HttpResponse<byte[]> root = device.get("/device/v1/" + repository + "/999.root.json");
                HttpResponse<byte[]> other = device.get("/device/v1/" + repository + "/999.snapshot.json");

                assertThat(root.statusCode()).isEqualTo(404);
                assertThat(root.body()).isEmpty();
                assertThat(other.statusCode()).isEqualTo(404);
                assertThat(new String(other.body(), StandardCharsets.UTF_8)).contains("metadata-not-found");
            }
        }
    }

    @Test
    void aDeviceThatComesBackTakesItsSessionUpWithoutCertificates() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "looks", "looks-3")) {
            SSLContext tls = device.tls();

            Exchange first = exchange(tls);
            Exchange second = exchange(tls);

            assertThat(first.answer).startsWith("HTTP/1.1 200");
            assertThat(second.answer).startsWith("HTTP/1.1 200");
            // The server's certificate and its issuer's alone are more than that, as is a ticket that holds the
            // device's.
            int certificate = authority.root().getEncoded().length;
            assertThat(second.handshakeBytes).isLessThan(first.handshakeBytes - certificate);
            assertThat(second.handshakeBytes).isLessThan(600);
        }
    }

    /** What one connection saw; bytes that came before the first of the answer. */
    private record Exchange(int handshakeBytes, String answer) {}

    private Exchange exchange(SSLContext tls) throws IOException {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            Counted counted = new Counted(plain);
            try (SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(counted, "localhost", server.port(), true)) {
                socket.setSoTimeout(30_000);
                socket.startHandshake();
                socket.getOutputStream()
                        .write(("GET " + TIMESTAMP + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                                .getBytes(US_ASCII));
                byte[] answer = socket.getInputStream().readAllBytes();
                return new Exchange(counted.bytes - answer.length, new String(answer, US_ASCII));
            }
        }
    }

    /** A socket whose received bytes are counted. */
    private static final class Counted extends Socket {
        private final Socket socket;
        private int bytes;

        Counted(Socket socket) {
            this.socket = socket;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(socket.getInputStream()) {
                @Override
                public int read() throws IOException {
                    int value = super.read();
                    bytes += value < 0 ? 0 : 1;
                    return value;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    int count = super.read(into, offset, length);
                    bytes += Math.max(0, count);
                    return count;
                }
            };
        }

        @Override
        public java.io.OutputStream getOutputStream() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public boolean isConnected() {
            return socket.isConnected();
        }

        @Override
        public void setSoTimeout(int millis) throws java.net.SocketException {
            socket.setSoTimeout(millis);
        }

        @Override
        public int getSoTimeout() throws java.net.SocketException {
            return socket.getSoTimeout();
        }

        @Override
        public InetAddress getInetAddress() {
            return socket.getInetAddress();
        }

        @Override
        public int getPort() {
            return socket.getPort();
        }

        @Override
        public synchronized void close() throws IOException {
            socket.close();
        }
    }
}
