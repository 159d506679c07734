package dev.muster.agent.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.disk.HostileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskQueueTest {
    private static final long BOUND = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void givesRecordsBackInOrderAfterARestart() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 1, 500);
        }

        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            assertThat(texts(queue))
                    .hasSize(500)
                    .startsWith("record 1", "record 2")
                    .endsWith("record 500");
        }
    }

    @Test
    void forgetsWhatWasAcknowledgedAndKeepsCounting() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 1, 10);
            queue.acknowledge(7);
        }

        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 11, 12);

            assertThat(texts(queue)).containsExactly("record 8", "record 9", "record 10", "record 11", "record 12");
            assertThat(queue.read(0, 100).getLast().sequence()).isEqualTo(12);
        }
    }

    @Test
    void readsOnFromASequence() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 1, 10);

            assertThat(queue.read(4, 3).stream().map(DiskQueue.Entry::sequence)).containsExactly(5L, 6L, 7L);
        }
    }

    @Test
    void cutsATornTailAndKeepsAllBeforeIt() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 1, 3);
        }
        Path segment = segments().getFirst();
        byte[] whole = Files.readAllBytes(segment);
        int record = whole.length / 3;

        for (int cut = 2 * record; cut < whole.length; cut++) {
            Files.write(segment, Arrays.copyOf(whole, cut));
            Path copy = Files.createTempDirectory(directory, "copy");
            Files.copy(
                    segment, copy.resolve(String.valueOf(segment.getFileName())), StandardCopyOption.REPLACE_EXISTING);

            try (DiskQueue queue = new DiskQueue(copy, BOUND)) {
                assertThat(texts(queue)).as("cut after %d bytes", cut).containsExactly("record 1", "record 2");
                fill(queue, 4, 4);
                assertThat(texts(queue)).containsExactly("record 1", "record 2", "record 4");
            }
        }
    }

    @Test
    void believesNothingBehindAFlippedBit() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 1, 3);
        }
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 3 + 20] ^= 1;
        Files.write(segment, bytes);

        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            assertThat(texts(queue)).containsExactly("record 1");
        }
    }

    @Test
    void dropsTheOldestAtTheBoundAndCountsThem() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, 64 << 10)) {
            fill(queue, 1, 5000);

            List<String> left = texts(queue);
            assertThat(left).endsWith("record 5000").doesNotContain("record 1");
            assertThat(queue.dropped()).isEqualTo(5000 - left.size());
            assertThat(queue.size()).isEqualTo(left.size());
        }
        long bytes = 0;
        for (Path segment : segments()) {
            bytes += Files.size(segment);
        }
        assertThat(bytes).isLessThanOrEqualTo(64 << 10);
    }

    @Test
    void anAcknowledgementAheadOfUnsyncedRecordsIsNeverReused() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 1, 5);
            queue.acknowledge(5);
        }
        // The power went before the segment reached the disk; the checkpoint did.
        Files.delete(segments().getFirst());

        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 6, 6);

            assertThat(queue.read(0, 10).getFirst().sequence()).isEqualTo(6);
        }
    }

    @Test
    void leavesOutWhatWasDamagedWhileItWasOpenAndCountsItOnce() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, BOUND)) {
            fill(queue, 1, 3);
            Path segment = segments().getFirst();
            byte[] bytes = Files.readAllBytes(segment);
            for (int at : new int[] {0, 6, 12, 18}) { // length, checksum, sequence, data
                byte[] flipped = bytes.clone();
                flipped[bytes.length / 3 + at] ^= 1;
                Files.write(segment, flipped);

                assertThat(texts(queue)).as("byte %d", at).containsExactly("record 1", "record 3");
            }

            assertThat(queue.dropped()).isEqualTo(1);
            assertThat(queue.problems()).singleElement().asString().contains("damaged");
            queue.acknowledge(3);
            assertThat(queue.size()).isZero();
        }
    }

    @Test
    void aFullDiskLosesTheNewRecordOnlyAndGoesOnWhenThereIsRoom() throws IOException {
        HostileDisk disk = new HostileDisk(directory);
        try (DiskQueue queue = new DiskQueue(disk.root(), BOUND)) {
            fill(queue, 1, 2);
            disk.fail(call -> call.kind() == HostileDisk.Call.Kind.WRITE
                    ? Optional.of("No space left on device")
                    : Optional.empty());
            assertThatThrownBy(() -> queue.append("lost".getBytes(UTF_8))).hasMessageContaining("No space left");
            queue.lost(1);
            disk.fail(call -> Optional.empty());

            fill(queue, 3, 3);

            assertThat(texts(queue)).containsExactly("record 1", "record 2", "record 3");
        }
        try (DiskQueue queue = new DiskQueue(disk.root(), BOUND)) {
            assertThat(texts(queue)).hasSize(3);
            assertThat(queue.dropped()).as("is remembered").isEqualTo(1);
        }
    }

    @Test
    void givesUpItsOldestSegmentWhenAskedAndKeepsCounting() throws IOException {
        try (DiskQueue queue = new DiskQueue(directory, 64 << 10)) {
            fill(queue, 1, 1000);
            long before = queue.size();

            assertThat(queue.shed()).isTrue();

            assertThat(queue.size()).isLessThan(before);
            assertThat(queue.dropped()).isEqualTo(before - queue.size());
            while (queue.shed()) {
                assertThat(queue.size()).isNotNegative();
            }
            fill(queue, 1001, 1001);
            assertThat(texts(queue)).containsExactly("record 1001");
            assertThat(queue.last()).isEqualTo(1001);
            assertThat(queue.dropped()).isEqualTo(1000);
        }
    }

    private static void fill(DiskQueue queue, int from, int to) throws IOException {
        for (int i = from; i <= to; i++) {
            queue.append(("record " + i).getBytes(UTF_8));
        }
        queue.sync();
    }

    private static List<String> texts(DiskQueue queue) throws IOException {
        return queue.read(0, Integer.MAX_VALUE).stream()
                .map(entry -> new String(entry.data(), UTF_8))
                .toList();
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }
}
