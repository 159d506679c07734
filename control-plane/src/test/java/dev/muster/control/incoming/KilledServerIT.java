package dev.muster.control.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.testing.PackagedServers;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is killed while it takes bytes in; the one that follows goes on with what was forced to disk. */
class KilledServerIT {
    private static final int SAFE_BYTES = 16 << 20;

    @TempDir
    Path directory;

    @Test
    void anUploadGoesOnAfterTheServerWasKilledInItsMiddle() throws Exception {
        byte[] image = new byte[48 << 20];
        new Random(5).nextBytes(image);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
        try (PackagedServers servers = new PackagedServers(directory)) {
            PackagedServers.Instance first = servers.start("first");
            String path = "/api/v1/artifacts/uploads/"
                    + first.admin()
                            .body(Map.of(
                                    "kind",
                                    "image",
                                    "name",
                                    "os",
                                    "version",
                                    "1",
                                    "hardware",
                                    "killed",
                                    "releaseCounter",
                                    1,
                                    "length",
                                    image.length,
                                    "sha256",
                                    sha256))
                            .post("/api/v1/artifacts/uploads")
                            .then()
                            .statusCode(201)
                            .extract()
                            .path("id");
            try (Socket socket = begin(first, path, image.length)) {
                OutputStream out = socket.getOutputStream();
                out.write(image, 0, SAFE_BYTES + 1_000_000);
                out.flush();
                await().atMost(Duration.ofMinutes(1)).until(() -> received(first, path) >= SAFE_BYTES);
                first.kill();
            }

            PackagedServers.Instance second = servers.start("second");
            int received = received(second, path);
            assertThat(received).isBetween(SAFE_BYTES, SAFE_BYTES + 1_000_000);
            second.admin()
                    .contentType("application/partial-upload")
                    .header("Upload-Offset", received)
                    .body(Arrays.copyOfRange(image, received, image.length))
                    .patch(path)
                    .then()
                    .statusCode(200)
                    .body("received", equalTo(image.length));
            second.admin().post(path + "/finish").then().statusCode(200).body("sha256", equalTo(sha256));
        }
    }

    private static Socket begin(PackagedServers.Instance server, String path, int length) throws Exception {
        URI address = server.address();
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.getOutputStream()
                .write(("PATCH " + path + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\nAuthorization: Bearer "
                                + server.token()
                                + "\r\nContent-Type: application/partial-upload\r\nUpload-Offset: 0\r\nContent-Length: "
                                + length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static int received(PackagedServers.Instance server, String path) {
        return server.admin().get(path).then().statusCode(200).extract().path("received");
    }
}
