package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Path folder;

    SimulateCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private int run(String... words) {
        PrintWriter printed = new PrintWriter(out, true);
        PrintWriter complained = new PrintWriter(err, true);
        return Main.commandLine(
                        new SimulateCommand(printed, Map.of("EMPTY", "", "TOKEN", "secret")), printed, complained)
                .execute(words);
    }

    @Test
    void helpOpensWithAnExample() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString()).startsWith("Example: ./muster simulate --devices 1000 --for 10m");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--devices 0|expected --devices from 1 to 1000000, found 0",
                "--mix steady=50|expected shares of together 100, found 50",
                "--for 10x|expected a time such as `90s`, `10m` or `1h`, found `10x`",
                "--connect-rate 0|expected --connect-rate from 1 to 100000, found 0",
                "--prefix Pump_7|expected --prefix of small letters, digits and hyphens, found `Pump_7`",
                "--keep-alive 0s|expected --keep-alive, in seconds, from 1 to 65535, found 0",
                "--token-env TOKEN|expected --server with --token-env and --ca-fingerprint, found none",
                "--server https://h:1|expected --token-env and --ca-fingerprint with --server, found no --token-env",
                "--server https://h:1 --token-env TOKEN|found no --ca-fingerprint",
                "--server https://h:1 --token-env EMPTY --ca-fingerprint sha256:00|variable `EMPTY`, found none",
                "--devcies 5|--devices",
            })
    void namesWhatIsWrongAndChangesNothing(String words, String problem) {
        assertThat(run((words + " --state " + folder.resolve("state")).split(" ", -1)))
                .isEqualTo(2);

        assertThat(err.toString()).contains(problem);
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void saysThatThereIsNoMusterHere() {
        int code = run(
                "--data",
                folder.resolve("data").toString(),
                "--state",
                folder.resolve("state").toString());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .contains("expected a Muster that `./muster up` started")
                .contains("--server");
        assertThat(Files.exists(folder.resolve("state").resolve("fleet.json"))).isFalse();
    }

    @Test
    void refusesAFingerprintOfAnotherForm() {
        int code = run(
                "--server",
                "https://localhost:1",
                "--token-env",
                "TOKEN",
                "--ca-fingerprint",
                "abc",
                "--state",
                folder.resolve("state").toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("expected a fingerprint `sha256:` and 64 hex digits, found `abc`");
    }
}
