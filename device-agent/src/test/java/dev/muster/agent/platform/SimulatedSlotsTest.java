package dev.muster.agent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.platform.Slots.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedSlotsTest {
    @TempDir
    private Path directory;

    /** An agent that was cut off before its journal said so confirms a second time. */
    @Test
    void whatIsGoodAlreadyIsNotWrittenAgain() throws IOException {
        byte[] image = "muster-image\nversion=2\n\n".getBytes(StandardCharsets.US_ASCII);
        SimulatedSlots before = new SimulatedSlots(directory);
        try (FileChannel slot = before.openInactive(image.length)) {
            slot.write(ByteBuffer.wrap(image));
        }
        before.arm("2", "ab", image.length);
        SimulatedSlots booted = new SimulatedSlots(directory);
        assertThat(booted.trial()).isEqualTo(Trial.RUNNING);
        booted.markGood();
        Map<Path, Object> files = files();

        new SimulatedSlots(directory).markGood();

        assertThat(files()).isEqualTo(files);
        assertThat(new SimulatedSlots(directory).booted().version()).isEqualTo("2");
    }

    /** Whatever replaces a file gives it another key. */
    private Map<Path, Object> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).collect(Collectors.toMap(file -> file, SimulatedSlotsTest::key));
        }
    }

    private static Object key(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
