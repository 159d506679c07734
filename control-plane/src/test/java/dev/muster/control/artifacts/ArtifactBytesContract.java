package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds wherever artifacts lie. */
interface ArtifactBytesContract {
    /** SHA-256 of {@code abc}, an example of FIPS 180-4. */
    String SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /** The store; the same one throughout a test. */
    ArtifactBytes bytes();

    /** The folder it was given. */
    Path directory();

    @Test
    default void keepsBytesUnderTheirHash() throws IOException {
        keep("abc");

        assertThat(read(SHA_OF_ABC, 0, 3)).isEqualTo("abc");
        assertThat(bytes().find(SHA_OF_ABC).orElseThrow().length()).isEqualTo(3);
        assertThat(bytes().file(SHA_OF_ABC).orElseThrow()).hasContent("abc");
        assertThat(incoming()).isEmpty();
    }

    @Test
    default void keepsEqualBytesOnce() throws IOException {
        keep("abc");
        keep("abc");

        assertThat(read(SHA_OF_ABC, 0, 3)).isEqualTo("abc");
        assertThat(incoming()).isEmpty();
    }

    @Test
    default void readsAnyRange() throws IOException {
        keep("abc");

        assertThat(read(SHA_OF_ABC, 1, 1)).isEqualTo("b");
        assertThat(read(SHA_OF_ABC, 1, 2)).isEqualTo("bc");
        assertThat(read(SHA_OF_ABC, 2, 0)).isEmpty();
    }

    @Test
    default void keepsManyMegabytesByteForByte() throws Exception {
        byte[] content = new byte[(12 << 20) + 7];
        new Random(42).nextBytes(content);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        try (ArtifactBytes.Pending pending = bytes().receive(new ByteArrayInputStream(content), content.length)) {
            pending.keep();
        }

        ArtifactBytes.Stored stored = bytes().find(sha256).orElseThrow();
        assertThat(stored.length()).isEqualTo(content.length);
        try (InputStream in = stored.open(0, content.length)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        int seam = 5 << 20;
        try (InputStream in = stored.open(seam - 10, 20)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, seam - 10, seam + 10));
        }
    }

    @Test
    default void showsNothingBeforeKeepAndLeavesNothingWithoutIt() throws IOException {
        try (ArtifactBytes.Pending pending = bytes().receive(stream("abc"), 100)) {
            assertThat(pending.sha256()).isEqualTo(SHA_OF_ABC);
            assertThat(pending.length()).isEqualTo(3);
            assertThat(bytes().find(SHA_OF_ABC)).isEmpty();
        }

        assertThat(incoming()).isEmpty();
        assertThat(bytes().find(SHA_OF_ABC)).isEmpty();
    }

    @Test
    default void anAdoptedFileStaysWithItsOwner() throws IOException {
        Path file = Files.writeString(directory().resolve("mine"), "abc");
        try (ArtifactBytes.Pending pending = bytes().adopt(file, SHA_OF_ABC, 3)) {
            assertThat(pending.file()).hasContent("abc");
            pending.keep();
            pending.keep();
        }

        assertThat(file).hasContent("abc");
        Files.delete(file);
        assertThat(read(SHA_OF_ABC, 0, 3)).isEqualTo("abc");
    }

    @Test
    default void stopsAtTheLimitAndForgetsWhatCameBefore() throws IOException {
        assertThatThrownBy(() -> bytes().receive(stream("abcdef"), 5)).hasMessageContaining("at most 5 bytes");

        assertThat(incoming()).isEmpty();
    }

    @Test
    default void forgetsABrokenUpload() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw new IOException("connection reset");
            }
        };

        assertThatThrownBy(() -> bytes().receive(broken, 5)).hasMessageContaining("connection reset");
        assertThat(incoming()).isEmpty();
    }

    @Test
    default void whatIsDeletedIsGoneAndCanComeAgain() throws IOException {
        keep("abc");

        bytes().delete(SHA_OF_ABC);
        bytes().delete(SHA_OF_ABC);

        assertThat(bytes().find(SHA_OF_ABC)).isEmpty();
        assertThat(bytes().file(SHA_OF_ABC)).isEmpty();
        keep("abc");
        assertThat(read(SHA_OF_ABC, 0, 3)).isEqualTo("abc");
    }

    @Test
    default void whatIsKeptHereIsReadAtOnceAndAfterItWasSent() throws IOException {
        try (ArtifactBytes.Pending pending = bytes().receive(stream("abc"), 100)) {
            pending.keepHere();
        }

        ArtifactBytes.Stored before = bytes().find(SHA_OF_ABC).orElseThrow();
        assertThat(read(SHA_OF_ABC, 1, 2)).isEqualTo("bc");
        assertThat(incoming()).isEmpty();
        for (String sha256 : bytes().unsent(Instant.MAX)) {
            bytes().send(sha256);
        }
        bytes().send(SHA_OF_ABC);
        assertThat(bytes().unsent(Instant.MAX)).isEmpty();
        assertThat(read(SHA_OF_ABC, 0, 3)).isEqualTo("abc");
        assertThat(bytes().file(SHA_OF_ABC).orElseThrow()).hasContent("abc");
        try (InputStream in = before.open(1, 1)) {
            assertThat(in.readAllBytes())
                    .as("found before, read after")
                    .asString()
                    .isEqualTo("b");
        }
    }

    @Test
    default void whatIsKeptHereCanBeTakenAway() throws IOException {
        try (ArtifactBytes.Pending pending = bytes().receive(stream("abc"), 100)) {
            pending.keepHere();
        }

        bytes().delete(SHA_OF_ABC);

        assertThat(bytes().find(SHA_OF_ABC)).isEmpty();
        assertThat(bytes().unsent(Instant.MAX)).isEmpty();
    }

    @Test
    default void findsNothingOutsideItself() throws IOException {
        Files.writeString(directory().resolveSibling("secret"), "secret");

        assertThat(bytes().find("../secret")).isEmpty();
        assertThat(bytes().file("../secret")).isEmpty();
        assertThat(bytes().find("")).isEmpty();
        bytes().delete("../secret");
        assertThat(directory().resolveSibling("secret")).exists();
    }

    private void keep(String text) throws IOException {
        try (ArtifactBytes.Pending pending = bytes().receive(stream(text), 100)) {
            pending.keep();
        }
    }

    private String read(String sha256, long from, long count) throws IOException {
        try (InputStream in = bytes().find(sha256).orElseThrow().open(from, count)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<Path> incoming() throws IOException {
        Path incoming = directory().resolve("incoming");
        if (!Files.exists(incoming)) {
            return List.of();
        }
        try (var files = Files.list(incoming)) {
            return files.toList();
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
