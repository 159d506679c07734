package dev.muster.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A document in two files that take turns. A slot is {@code magic, sequence, length, crc32c, document}; the valid slot
 * with the higher sequence counts, so a write that was cut short leaves the document before it, and so does a slot that
 * the disk damaged or does not give back. Not thread-safe.
 */
public final class TwoSlotStore implements StateStore {
    private static final int MAGIC = 0x4D535431;
    private static final int HEADER_BYTES = 4 + 8 + 4 + 4;
    private static final int MAX_DOCUMENT_BYTES = 4 << 20;

    private final Path[] slots;
    private final List<String> problems = new ArrayList<>();
    private long sequence;

    private static final class Slot {
        final long sequence;
        final byte[] document;

        Slot(long sequence, byte[] document) {
            this.sequence = sequence;
            this.document = document;
        }
    }

    /**
     * Slots {@code <name>.a} and {@code <name>.b} in {@code directory}, which exists.
     *
     * @throws IOException if no slot is good and the disk does not give one of them back: what it holds is not known
     */
    public TwoSlotStore(Path directory, String name) throws IOException {
        this.slots = new Path[] {directory.resolve(name + ".a"), directory.resolve(name + ".b")};
        Optional<Slot> newest = newest(problems);
        sequence = newest.map(slot -> slot.sequence).orElse(0L);
        if (newest.isEmpty() && problems.size() == slots.length) {
            problems.add("nothing is left of `" + name + "`; it begins anew");
        }
    }

    /** What was wrong with the slots when this store was opened; each line names its file. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public Optional<byte[]> read() throws IOException {
        return newest(new ArrayList<>()).map(slot -> slot.document);
    }

    private Optional<Slot> newest(List<String> found) throws IOException {
        Slot newest = null;
        IOException unreadable = null;
        for (int i = 0; i < slots.length; i++) {
            try {
                Slot slot = read(slots[i], i, found);
                if (slot != null && (newest == null || slot.sequence > newest.sequence)) {
                    newest = slot;
                }
            } catch (IOException e) {
                unreadable = new IOException("`" + slots[i] + "` cannot be read: " + e.getMessage(), e);
                found.add(unreadable.getMessage());
            }
        }
        if (newest == null && unreadable != null) {
            throw unreadable;
        }
        return Optional.ofNullable(newest);
    }

    @Override
    public void write(byte[] document) throws IOException {
        long next = sequence + 1;
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + document.length);
        buffer.putInt(MAGIC)
                .putLong(next)
                .putInt(document.length)
                .putInt(crc(next, document))
                .put(document)
                .flip();
        Path slot = slots[(int) (next & 1)];
        boolean created = !Files.exists(slot);
        try {
            write(slot, buffer);
        } catch (IOException e) {
            throw new IOException("`" + slot + "` cannot be written: " + e.getMessage(), e);
        }
        if (created) {
            AtomicFiles.syncParent(slot);
        }
        sequence = next;
    }

    private static void write(Path slot, ByteBuffer document) throws IOException {
        int length = document.remaining();
        try (FileChannel channel = FileChannel.open(slot, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(0);
            while (document.hasRemaining()) {
                channel.write(document);
            }
            channel.truncate(length);
            channel.force(true);
        }
    }

    private static @Nullable Slot read(Path file, int index, List<String> found) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        if (Files.size(file) > HEADER_BYTES + (long) MAX_DOCUMENT_BYTES) {
            found.add("`" + file + "` is not used: it is longer than any document");
            return null;
        }
        Slot slot = parse(ByteBuffer.wrap(Files.readAllBytes(file)), index);
        if (slot == null) {
            found.add("`" + file + "` is not used: it was damaged, or not written to its end");
        }
        return slot;
    }

    private static @Nullable Slot parse(ByteBuffer buffer, int index) {
        if (buffer.remaining() < HEADER_BYTES || buffer.getInt() != MAGIC) {
            return null;
        }
        long sequence = buffer.getLong();
        int length = buffer.getInt();
        int crc = buffer.getInt();
        if (length < 0 || length > buffer.remaining() || (sequence & 1) != index) {
            return null;
        }
        byte[] document = new byte[length];
        buffer.get(document);
        return crc == crc(sequence, document) ? new Slot(sequence, document) : null;
    }

    private static int crc(long sequence, byte[] document) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(sequence).flip());
        crc.update(document);
        return (int) crc.getValue();
    }
}
