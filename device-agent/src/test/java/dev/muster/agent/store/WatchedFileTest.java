package dev.muster.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
    @TempDir
    Path directory;

    private Path path;
    private long nanos;
    private WatchedFile file;

    @BeforeEach
    void open() {
        path = directory.resolve("file");
        file = new WatchedFile(path, 10, () -> nanos);
    }

    @Test
    void versionChangesWithTheContentAndOnlyThen() throws IOException {
        Files.writeString(path, "one");
        long first = file.read().version();
        assertThat(file.read().version()).isEqualTo(first);

        Files.writeString(path, "two");
        long second = file.read().version();
        Files.writeString(path, "two");

        assertThat(second).isNotEqualTo(first);
        assertThat(file.read().version()).isEqualTo(second);
        assertThat(file.read().content())
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("two"));
    }

    @Test
    void aFileThatGoesAwayOrGrowsTooLongIsNotThere() throws IOException {
        Files.writeString(path, "0123456789");
        assertThat(file.read().content()).isPresent();

        Files.writeString(path, "01234567890");
        assertThat(file.read().content()).isEmpty();

        Files.delete(path);
        assertThat(file.read().content()).isEmpty();
    }

    @Test
    void aSettledFileIsNotReadAgain() throws IOException {
        Files.writeString(path, "one");
        file.read();
        nanos += 1_000_000_000;
        file.read();
        var time = Files.getLastModifiedTime(path);

        // Nothing but reading could tell: same file, size and time.
        Files.writeString(path, "two");
        Files.setLastModifiedTime(path, time);

        assertThat(file.read().content())
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("one"));
    }
}
