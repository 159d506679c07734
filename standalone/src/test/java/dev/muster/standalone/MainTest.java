package dev.muster.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes are a contract with scripts. */
class MainTest {
    @TempDir
    Path folder;

    @Test
    void answersTwoForWhatItDoesNotUnderstand() {
        assertThat(Main.run("up", "--no-such-option")).isEqualTo(2);
        assertThat(Main.run("sideways")).isEqualTo(2);
        assertThat(Main.run("up", "--devices", "-1")).isEqualTo(2);
        assertThat(Main.run("up", "--host", "bad host")).isEqualTo(2);
        assertThat(Main.run("up", "--port-base", "70000")).isEqualTo(2);
    }

    @Test
    void answersNineWhereNothingWasEverStarted() {
        assertThat(Main.run("status", "--data", folder.resolve("none").toString()))
                .isEqualTo(9);
        assertThat(Main.run("down", "--data", folder.resolve("none").toString()))
                .isEqualTo(9);
        assertThat(Files.exists(folder.resolve("none"))).isFalse();
    }
}
