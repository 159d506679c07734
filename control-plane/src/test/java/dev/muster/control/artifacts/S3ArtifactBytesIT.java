package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ArtifactBytesIT implements ArtifactBytesContract {
    private static final String BUCKET = "artifacts";

    @TempDir
    static Path ofServer = Path.of("unused");

    private static @Nullable S3Server server;

    @TempDir
    Path temporary;

    private @Nullable S3ArtifactBytes bytes;
    private String prefix = "";

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start(ofServer, BUCKET);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(directory());
        prefix = UUID.randomUUID() + "/";
        bytes = new S3ArtifactBytes(directory(), options(BUCKET, S3Server.SECRET_KEY));
    }

    @AfterEach
    void close() {
        if (bytes != null) {
            bytes.close();
        }
    }

    @Override
    public ArtifactBytes bytes() {
        return java.util.Objects.requireNonNull(bytes);
    }

    @Override
    public Path directory() {
        return temporary.resolve("artifacts");
    }

    @Test
    void keysBeginWithThePrefix() throws IOException {
        try (ArtifactBytes.Pending pending =
                bytes().receive(new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8)), 3)) {
            pending.keep();
        }

        assertThat(ofServer.resolve("buckets").resolve(BUCKET).resolve(prefix + "ba/78/" + SHA_OF_ABC))
                .hasContent("abc");
    }

    @Test
    void bytesThatWereAlteredInTheBucketAreNotReadAsAFile() throws IOException {
        try (ArtifactBytes.Pending pending =
                bytes().receive(new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8)), 3)) {
            pending.keep();
        }
        Files.writeString(ofServer.resolve("buckets").resolve(BUCKET).resolve(prefix + "ba/78/" + SHA_OF_ABC), "abd");

        assertThatThrownBy(() -> bytes().file(SHA_OF_ABC)).hasMessageContaining("expected bytes with sha256");
    }

    @Test
    void theStartIsRefusedWithoutTheBucketOrTheRightKey() {
        try (S3ArtifactBytes good = new S3ArtifactBytes(directory(), options(BUCKET, S3Server.SECRET_KEY));
                S3ArtifactBytes other = new S3ArtifactBytes(directory(), options("no-such", S3Server.SECRET_KEY));
                S3ArtifactBytes wrong = new S3ArtifactBytes(directory(), options(BUCKET, "wrong"))) {
            assertThatCode(good::check).doesNotThrowAnyException();
            assertThatThrownBy(other::check).hasMessageContaining("`no-such`");
            assertThatThrownBy(wrong::check).hasMessageContaining("credentials").hasMessageNotContaining("wrong");
        }
    }

    @Test
    void aServerThatCannotBeReachedNowRefusesNoStart() throws IOException {
        try (S3ArtifactBytes away = new S3ArtifactBytes(directory(), nowhere())) {
            assertThatCode(away::check).doesNotThrowAnyException();
            assertThatThrownBy(() -> away.find(SHA_OF_ABC))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot use bucket");
        }
    }

    @Test
    void keepsHereAndReadsWithoutTheServerAndSendsOnceItIsThere() throws IOException {
        try (S3ArtifactBytes away = new S3ArtifactBytes(directory(), nowhere())) {
            try (ArtifactBytes.Pending pending =
                    away.receive(new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8)), 3)) {
                pending.keepHere();
            }
            assertThat(away.find(SHA_OF_ABC).orElseThrow().length()).isEqualTo(3);
            assertThat(away.file(SHA_OF_ABC).orElseThrow()).hasContent("abc");
            assertThatThrownBy(() -> away.send(SHA_OF_ABC)).isInstanceOf(IOException.class);
            assertThat(away.unsent(Instant.MAX)).containsExactly(SHA_OF_ABC);
            assertThat(away.unsent(Instant.EPOCH)).isEmpty();
        }

        bytes().send(SHA_OF_ABC);

        assertThat(bytes().unsent(Instant.MAX)).isEmpty();
        assertThat(ofServer.resolve("buckets").resolve(BUCKET).resolve(prefix + "ba/78/" + SHA_OF_ABC))
                .hasContent("abc");
    }

    private static S3Options nowhere() {
        return new S3Options(
                Optional.of(URI.create("http://127.0.0.1:1")),
                "us-east-1",
                BUCKET,
                "",
                true,
                S3Server.ACCESS_KEY,
                S3Server.SECRET_KEY,
                5 << 20,
                Duration.ofSeconds(5));
    }

    private S3Options options(String bucket, String secret) {
        return new S3Options(
                Optional.of(java.util.Objects.requireNonNull(server).endpoint()),
                "us-east-1",
                bucket,
                prefix,
                true,
                S3Server.ACCESS_KEY,
                secret,
                5 << 20,
                Duration.ofSeconds(30));
    }
}
