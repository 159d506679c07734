package dev.muster.agent.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.config.AgentLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalStreamTest {
    @TempDir
    Path folder;

    @Test
    void onlyTheStreamThatTheServiceManagerNamedIsTheJournals() throws IOException {
        Path journal = Files.createFile(folder.resolve("journal"));
        Path other = Files.createFile(folder.resolve("other"));
        Map<String, String> environment = Map.of(
                "JOURNAL_STREAM",
                Files.getAttribute(journal, "unix:dev") + ":" + Files.getAttribute(journal, "unix:ino"));

        assertThat(JournalStream.isAt(environment, journal)).isTrue();
        assertThat(JournalStream.isAt(environment, other)).isFalse();
        assertThat(JournalStream.isAt(Map.of(), journal)).isFalse();
        assertThat(JournalStream.isAt(Map.of("JOURNAL_STREAM", "nonsense"), journal))
                .isFalse();
    }

    @Test
    void theJournalGetsPrioritiesInPlaceOfTimes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        AgentLog.toJournal(new PrintStream(bytes, true, StandardCharsets.UTF_8)).line("connected\nagain");

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("<6>connected\n<6>again\n");
    }
}
