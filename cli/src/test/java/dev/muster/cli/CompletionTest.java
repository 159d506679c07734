package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code muster completion} prints, in a real bash; the server's answer is what was typed with {@code rth} behind it. */
class CompletionTest {
    private static final String STAND = """
            . "$1"
            compopt() { :; } # bash has it only while it completes
            muster() { [ "$1 $2 $3" = "devices query complete" ] && echo "${@: -1}rth"; }
            COMP_LINE="$2"; COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<<"$COMP_LINE"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
            _muster_or_query muster "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            echo "${COMPREPLY[*]}"
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // In quotes the whole query is the word; without, what stands behind the last break of words.
                "muster devices list -q 'site==no | site==north",
                "muster devices list --query \"tag==a;site==no | tag==a;site==north",
                "muster devices list -q site==no | north",
                "muster rollout create x --selector=site==no | north",
                "muster devices lis | list",
            })
    void completesVerbsAndQueries(String line, String expected) throws IOException, InterruptedException {
        assertThat(complete(line)).isEqualTo(expected);
    }

    @Test
    void theServerIsAskedForQueriesOnly() throws IOException, InterruptedException {
        assertThat(complete("muster groups list --limi")).doesNotContain("rth");
    }

    private String complete(String line) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");
        Path script = Files.writeString(
                folder.resolve("completion.bash"),
                Ran.verb(Map.of("MUSTER_CONFIG_DIR", folder.toString()), "", "completion")
                        .out());
        Path stand = Files.writeString(folder.resolve("stand.bash"), STAND);
        Process bash = new ProcessBuilder("/bin/bash", stand.toString(), script.toString(), line)
                .redirectErrorStream(true)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(out).isZero();
        return out.strip();
    }
}
