package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactBytesTest implements ArtifactBytesContract {
    @TempDir
    Path temporary;

    private FileArtifactBytes bytes = new FileArtifactBytes(Path.of("unused"));

    @BeforeEach
    void open() throws IOException {
        bytes = new FileArtifactBytes(Files.createDirectories(directory()));
    }

    @Override
    public ArtifactBytes bytes() {
        return bytes;
    }

    @Override
    public Path directory() {
        return temporary.resolve("artifacts");
    }

    @Test
    void spreadsFilesOverFolders() throws IOException {
        try (ArtifactBytes.Pending pending =
                bytes.receive(new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8)), 3)) {
            pending.keep();
        }

        assertThat(directory().resolve("ba/78/" + SHA_OF_ABC)).hasContent("abc");
    }

    @Test
    void sweepsWhatACrashLeftAndNotWhatAnotherInstanceIsReceiving() throws IOException {
        Instant now = Instant.parse("2026-11-26T12:00:00Z");
        Path left = received(now.minus(Duration.ofDays(2)));
        Path coming = received(now.minusSeconds(5));

        Incoming.sweep(directory(), now.minus(Duration.ofDays(1)));

        assertThat(left).doesNotExist();
        assertThat(coming).exists();
    }

    private Path received(Instant written) throws IOException {
        Path file = bytes.receive(new ByteArrayInputStream(new byte[3]), 100).file();
        return Files.setLastModifiedTime(file, FileTime.from(written));
    }
}
