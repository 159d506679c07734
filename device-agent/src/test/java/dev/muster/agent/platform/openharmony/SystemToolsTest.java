package dev.muster.agent.platform.openharmony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs. */
class SystemToolsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path bin;

    @BeforeEach
    void programs() throws IOException {
        program("say", "echo \"$@\"; echo beside >&2; exit 7");
        program("hang", "echo begun; sleep 1000");
        program("flood", "yes");
        program("ask", "cat; echo end");
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void givesBothStreamsWhateverTheExitCode() throws IOException {
        assertThat(new SystemTools(bin).run(LONG, List.of("say", "a b", "$(id)")))
                .isEqualTo("a b $(id)\nbeside\n");
        assertThat(new SystemTools(bin).run(LONG, List.of("ask"))).isEqualTo("end\n");
    }

    @Test
    void killsWhatDoesNotEndAndWhatWritesWithoutEnd() {
        assertThatThrownBy(() -> new SystemTools(bin).run(Duration.ofMillis(200), List.of("hang")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end within");
        assertThatThrownBy(() -> new SystemTools(bin).run(LONG, List.of("flood")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("writes more than");
    }

    @Test
    void startsNothingFromElsewhere() {
        assertThatThrownBy(() -> new SystemTools(bin).read("ls")).isInstanceOf(IOException.class);
    }
}
