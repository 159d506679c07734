package dev.muster.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoSlotStoreTest {
    @TempDir
    Path directory;

    @Test
    void isEmptyBeforeTheFirstWrite() throws IOException {
        assertThat(new TwoSlotStore(directory, "doc").read()).isEmpty();
    }

    @Test
    void readsTheLastDocumentAfterARestart() throws IOException {
        TwoSlotStore store = new TwoSlotStore(directory, "doc");
        for (int i = 0; i < 5; i++) {
            store.write(("document " + i).getBytes(UTF_8));
        }

        assertThat(new TwoSlotStore(directory, "doc").read().orElseThrow()).isEqualTo("document 4".getBytes(UTF_8));
    }

    @Test
    void fallsBackToTheDocumentBeforeWhereverAWriteWasCutShort() throws IOException {
        TwoSlotStore store = new TwoSlotStore(directory, "doc");
        store.write("old".getBytes(UTF_8));
        store.write("new".getBytes(UTF_8));
        Path newest = directory.resolve("doc.a");
        byte[] whole = Files.readAllBytes(newest);

        for (int cut = 0; cut < whole.length; cut++) {
            Files.write(newest, Arrays.copyOf(whole, cut));

            assertThat(new TwoSlotStore(directory, "doc").read().orElseThrow())
                    .as("cut after %d bytes", cut)
                    .isEqualTo("old".getBytes(UTF_8));
        }
    }

    @Test
    void noticesEveryFlippedBit() throws IOException {
        TwoSlotStore store = new TwoSlotStore(directory, "doc");
        store.write("old".getBytes(UTF_8));
        store.write("new".getBytes(UTF_8));
        Path newest = directory.resolve("doc.a");
        byte[] whole = Files.readAllBytes(newest);

        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(newest, flipped);

            assertThat(new TwoSlotStore(directory, "doc").read().orElseThrow())
                    .as("bit %d", bit)
                    .isEqualTo("old".getBytes(UTF_8));
        }
    }

    @Test
    void aWriteAfterDamageNeverTouchesTheGoodSlot() throws IOException {
        TwoSlotStore store = new TwoSlotStore(directory, "doc");
        store.write("old".getBytes(UTF_8));
        store.write("new".getBytes(UTF_8));
        Files.write(directory.resolve("doc.a"), new byte[3]);

        byte[] good = Files.readAllBytes(directory.resolve("doc.b"));
        new TwoSlotStore(directory, "doc").write("newer".getBytes(UTF_8));

        assertThat(Files.readAllBytes(directory.resolve("doc.b"))).isEqualTo(good);
        assertThat(new TwoSlotStore(directory, "doc").read().orElseThrow()).isEqualTo("newer".getBytes(UTF_8));
    }
}
