package dev.muster.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwinFileTest {
    private static final byte[] CONTENT = "{\"device\":\"default/pump-7\"}".getBytes(UTF_8);

    @TempDir
    Path directory;

    private Path file;
    private Path twin;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("identity.json");
        twin = directory.resolve("identity.json.twin");
        new TwinFile(file).write(CONTENT);
    }

    @Test
    void isEmptyBeforeTheFirstWrite() throws IOException {
        assertThat(new TwinFile(directory.resolve("other")).read()).isEmpty();
    }

    @Test
    void readsWhatWasWrittenAndHasNothingToSay() throws IOException {
        TwinFile both = new TwinFile(file);

        assertThat(both.read()).contains(CONTENT);
        assertThat(both.problems()).isEmpty();
        assertThat(file).as("for people, as it is").hasBinaryContent(CONTENT);
    }

    @Test
    void noFlippedByteOfEitherIsALoss() throws IOException {
        for (Path one : new Path[] {file, twin}) {
            byte[] whole = Files.readAllBytes(one);
            for (int at = 0; at < whole.length; at++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 1;
                Files.write(one, flipped);
                TwinFile both = new TwinFile(file);

                assertThat(both.read()).as("byte %d of %s", at, one).contains(CONTENT);

                assertThat(both.problems()).singleElement().asString().contains(one.toString());
                Files.write(one, whole);
            }
        }
    }

    @Test
    void putsTheFileRight() throws IOException {
        Files.delete(file);

        new TwinFile(file).read();

        assertThat(file).hasBinaryContent(CONTENT);
    }

    @Test
    void takesAFileOfAnAgentThatKeptOneOnly() throws IOException {
        Files.delete(twin);

        assertThat(new TwinFile(file).read()).contains(CONTENT);
        new TwinFile(file).write("newer".getBytes(UTF_8));
        assertThat(new TwinFile(file).read()).contains("newer".getBytes(UTF_8));
    }
}
