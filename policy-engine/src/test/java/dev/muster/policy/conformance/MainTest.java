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
                        "FAIL bad step 3 (dance): expected a step of the schema, got a known operation expected, found"
                                + " `dance` -- wrong",
                        "1 passed, 1 failed");
    }

    @Test
    void saysWhyThereIsNothingToRun() throws IOException {
        assertThat(run("{}")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("holds no conformance vectors: field `vectors` expected");
        assertThat(Main.run(new String[] {"missing-file"}, print(out), print(err)))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("file `missing-file` cannot be read");
        assertThat(Main.run(new String[0], print(out), print(err))).isEqualTo(2);
    }

    private int run(String vectors) throws IOException {
        Path file = Files.writeString(directory.resolve("vectors.json"), vectors);
        return Main.run(new String[] {file.toString()}, print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
