package dev.muster.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNewsTest {
    @TempDir
    Path directory;

    private final AtomicInteger told = new AtomicInteger();
    private FileNews news;

    @BeforeEach
    void open() {
        news = FileNews.open(told::incrementAndGet).orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        news.close();
    }

    private void awaitNews(int before) {
        await().atMost(ONE_MINUTE).until(() -> told.get() > before);
    }

    @Test
    void tellsThatAFileWasMadeWrittenReplacedAndRemoved() throws IOException {
        news.follows(Set.of(directory));
        Path file = directory.resolve("settings.json");

        Files.writeString(file, "{}");
        awaitNews(0);
        int before = told.get();
        AtomicFiles.write(file, new byte[] {1});
        awaitNews(before);
        before = told.get();
        Files.delete(file);
        awaitNews(before);
    }

    @Test
    void whoBeginsToFollowHasToLookOnceMore() {
        assertThat(news.follows(Set.of(directory))).isFalse();
        assertThat(news.follows(Set.of(directory))).isTrue();
    }

    @Test
    void doesNotClaimToFollowWhatIsNotThere() throws IOException {
        Path missing = directory.resolve("files");

        assertThat(news.follows(Set.of(missing))).isFalse();
        assertThat(news.follows(Set.of(missing))).isFalse();
        Files.createDirectory(missing);
        assertThat(news.follows(Set.of(missing))).isFalse();
        assertThat(news.follows(Set.of(missing))).isTrue();
    }

    @Test
    void aDirectoryThatWasMadeAnewIsFollowedAnew() throws IOException {
        Path files = Files.createDirectory(directory.resolve("files"));
        news.follows(Set.of(files));

        Files.delete(files);
        awaitNews(0);
        Files.createDirectory(files);

        assertThat(news.follows(Set.of(files))).isFalse();
        assertThat(news.follows(Set.of(files))).isTrue();
        int before = told.get();
        Files.writeString(files.resolve("banner"), "x");
        awaitNews(before);
    }
}
