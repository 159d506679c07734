package dev.muster.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSwitchTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private Optional<LogTarget> wanted = Optional.empty();

    private PrintStream stream() {
        return new PrintStream(output, true, StandardCharsets.UTF_8);
    }

    private String files(AgentLog stream, String... lines) throws IOException {
        LogFile files = new LogFile(folder, () -> NOW, stream);
        LogSwitch log = new LogSwitch(files, stream, () -> wanted);
        for (String line : lines) {
            log.line(line);
        }
        return files.text();
    }

    @Test
    void linesGoToFilesAndOutputUnlessTheSettingsSayOtherwise() throws IOException {
        assertThat(files(AgentLog.to(stream(), () -> NOW, "agent"), "connected"))
                .isEqualTo("2026-11-22T08:00:00Z connected\n");

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("2026-11-22T08:00:00Z [agent] connected\n");
    }

    @Test
    void theJournalAloneGetsThemWhereTheOutputEndsInIt() throws IOException {
        wanted = LogTarget.find("journald");

        assertThat(files(AgentLog.toJournal(stream()), "connected")).isEmpty();

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("<6>connected\n");
    }

    @Test
    void hilogAloneGetsThemWhereTheOutputEndsInIt() throws IOException {
        wanted = LogTarget.find("hilog");

        assertThat(files(AgentLog.toHilog(stream()), "connected")).isEmpty();

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("connected\n");
    }

    @Test
    void aLogThatIsNotThereLosesNothingAndIsToldOnce() throws IOException {
        wanted = LogTarget.find("hilog");

        String files = files(AgentLog.toJournal(stream()), "one", "two");

        assertThat(files.lines().map(line -> line.substring(21)))
                .containsExactly(
                        "expected this process' output to end in `hilog`, found another: its lines stay in the files",
                        "one",
                        "two");
    }

    @Test
    void noneIsNone() throws IOException {
        wanted = LogTarget.find("none");

        assertThat(files(AgentLog.toJournal(stream()), "connected")).isEmpty();
        assertThat(output.size()).isZero();
    }

    @Test
    void aWordThatNamesNoLogIsNone() {
        assertThat(LogTarget.find("syslog")).isEmpty();
        assertThat(LogTarget.find("FILE")).isEmpty();
    }
}
