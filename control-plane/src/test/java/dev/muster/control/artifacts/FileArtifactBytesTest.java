package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactBytesTest {
    private static final String SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path directory;

    private FileArtifactBytes bytes = new FileArtifactBytes(Path.of("unused"));

    @BeforeEach
    void open() {
        bytes = new FileArtifactBytes(directory);
    }

    @Test
    void keepsBytesUnderTheirHash() throws IOException {
        keep("abc");

        assertThat(read(SHA_OF_ABC)).isEqualTo("abc");
        assertThat(directory.resolve("ba/78/" + SHA_OF_ABC)).hasContent("abc");
        assertThat(incoming()).isEmpty();
    }

    @Test
    void keepsEqualBytesOnce() throws IOException {
        keep("abc");
        keep("abc");

        assertThat(read(SHA_OF_ABC)).isEqualTo("abc");
    }

    @Test
    void showsNothingBeforeKeepAndLeavesNothingWithoutIt() throws IOException {
        try (ArtifactBytes.Pending pending = bytes.receive(stream("abc"), 100)) {
            assertThat(pending.sha256()).isEqualTo(SHA_OF_ABC);
            assertThat(pending.length()).isEqualTo(3);
            assertThat(bytes.file(SHA_OF_ABC)).isEmpty();
        }

        assertThat(incoming()).isEmpty();
        assertThat(bytes.file(SHA_OF_ABC)).isEmpty();
    }

    @Test
    void stopsAtTheLimitAndForgetsWhatCameBefore() throws IOException {
        assertThatThrownBy(() -> bytes.receive(stream("abcdef"), 5)).hasMessageContaining("at most 5 bytes");

        assertThat(incoming()).isEmpty();
    }

    @Test
    void forgetsABrokenUpload() throws IOException {
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

        assertThatThrownBy(() -> bytes.receive(broken, 5)).hasMessageContaining("connection reset");
        assertThat(incoming()).isEmpty();
    }

    @Test
    void sweepsWhatACrashLeft() throws IOException {
        Path left = bytes.receive(stream("abc"), 100).file();

        bytes.sweep();

        assertThat(left).doesNotExist();
    }

    @Test
    void findsNothingOutsideItsDirectory() throws IOException {
        Files.writeString(directory.resolveSibling("secret"), "secret");

        assertThat(bytes.file("../secret")).isEmpty();
        assertThat(bytes.file("")).isEmpty();
    }

    private void keep(String text) throws IOException {
        try (ArtifactBytes.Pending pending = bytes.receive(stream(text), 100)) {
            pending.keep();
        }
    }

    private String read(String sha256) throws IOException {
        return Files.readString(bytes.file(sha256).orElseThrow());
    }

    private List<Path> incoming() throws IOException {
        try (var files = Files.list(directory.resolve("incoming"))) {
            return files.toList();
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
