package dev.muster.agent.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "enrol --token s3cr3t-value --name pump",
                "token=s3cr3t-value",
                "{\"apiKey\": \"s3cr3t-value\", \"a\": 1}",
                "Authorization: Bearer s3cr3t-value.abc",
                "password : s3cr3t-value",
                "http://user:s3cr3t-value@proxy:3128/",
                "joined with mt_s3cr3t-value",
                "-----BEGIN PRIVATE KEY-----\ns3cr3t-value\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\ns3cr3t-value cut in the middle",
                "id eyJhbGciOiJIUzI1NiJ9.s3cr3t-value.x"
            })
    void takesOutWhatLetsSomebodyIn(String text) {
        assertThat(Redactor.redact(text)).doesNotContain("s3cr3t-value").contains("[redacted]");
    }

    @Test
    void leavesTheRest() {
        String text = "connected\ndisconnected: timeout at 10.0.0.7:7402\nimage 2.0.0 committed";

        assertThat(Redactor.redact(text)).isEqualTo(text);
    }

    @Test
    void keepsTheEndOfALongTextAndNothingSecretInAnArchive(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("logs.zip");
        String text = "old line\n".repeat(100_000) + "token=abcdefgh\nlast line\n";

        CommandEntry.Archive archive =
                LogArchive.write(file, Map.of("agent.log", text), Instant.parse("2026-11-22T08:00:00Z"));

        assertThat(archive.length()).isEqualTo(Files.size(file));
        try (ZipFile zip = new ZipFile(file.toFile())) {
            byte[] bytes = zip.getInputStream(zip.getEntry("agent.log")).readAllBytes();
            assertThat(bytes).hasSize(LogArchive.MAX_TEXT);
            assertThat(new String(bytes, StandardCharsets.UTF_8))
                    .endsWith("last line\n")
                    .doesNotContain("abcdefgh");
        }
    }
}
