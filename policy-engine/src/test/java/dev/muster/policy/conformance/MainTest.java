package dev.muster.policy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void endsWithTheCountsWhenAllPass() throws IOException {
        assertThat(run(ConformanceTest.vectors())).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("98 passed, 0 failed" + System.lineSeparator());
    }

    @Test
    void printsEachStepThatDiffers() throws IOException {
        String vectors = """
                {"vectors": [
                  {"id": "good", "title": "fine", "definitions": {}, "steps": []},
                  {"id": "bad", "title": "wrong", "definitions": {}, "steps": [
                    {"op": "delete", "token": null, "expect": {"code": "OK"}},
                    {"op": "delete", "token": null},
                    {"op": "dance"},
                    {"op": "delete", "token": null, "expect": {"code": "OK"}}]}]}
                """;

        assertThat(run(vectors)).isEqualTo(1);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "FAIL bad step 1 (delete): expected code OK, got code ERR_PARAM_INVALID -- wrong",
                        "FAIL bad step 2 (delete): expected code OK, got code ERR_PARAM_INVALID -- wrong",
                        "FAIL bad step 3 (dance): expected a step of the schema, got `vectors[1].steps[2].op`: a known"
                                + " operation expected, found the text `dance` -- wrong",
                        "1 passed, 1 failed");
    }

    @Test
    void saysWhyThereIsNothingToRun() throws IOException {
        assertThat(run("{}")).isEqualTo(2);
        assertThat(run("[1\n, 2")).isEqualTo(2);
        assertThat(runFile("missing-file")).isEqualTo(2);
        assertThat(runFile(directory.toString())).isEqualTo(2);
        assertThat(runFile(Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xFF, 0})
                        .toString()))
                .isEqualTo(2);
        assertThat(runFile("no\0name")).isEqualTo(2);
        assertThat(Main.run(new String[0], print(out), print(err))).isEqualTo(2);

        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8).lines().map(line -> line.replaceAll("`/[^`]*`", "`FILE`")))
                .containsExactly(
                        "muster: file `FILE` holds no conformance vectors: `vectors`: a list expected, found nothing",
                        "muster: file `FILE` holds no conformance vectors: line 2: more expected, found the end",
                        "muster: file `missing-file` cannot be read: there is no such file",
                        "muster: file `FILE` cannot be read: Is a directory",
                        "muster: file `FILE` cannot be read: it is not UTF-8 text",
                        "muster: a file name expected: Nul character not allowed",
                        "muster: usage: muster policy conformance FILE");
    }

    private int runFile(String file) {
        return Main.run(new String[] {file}, print(out), print(err));
    }

    private int run(String vectors) throws IOException {
        Path file = Files.writeString(directory.resolve("vectors.json"), vectors);
        return Main.run(new String[] {file.toString()}, print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
