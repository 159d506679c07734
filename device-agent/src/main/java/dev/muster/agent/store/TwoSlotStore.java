package dev.muster.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A document in two files that take turns. A slot is {@code magic, sequence, length, crc32c, document}; the valid slot
 * with the higher sequence counts, so a write that was cut short leaves the document before it. Not thread-safe.
 */
public final class TwoSlotStore implements StateStore {
    private static final int MAGIC = 0x4D535431;
    private static final int HEADER_BYTES = 4 + 8 + 4 + 4;
    private static final int MAX_DOCUMENT_BYTES = 4 << 20;

    private final Path[] slots;
    private long sequence;

    private static final class Slot {
        final long sequence;
        final byte[] document;

        Slot(long sequence, byte[] document) {
            this.sequence = sequence;
            this.document = document;
        }
    }

    /** Slots {@code <name>.a} and {@code <name>.b} in {@code directory}, which exists. */
    public TwoSlotStore(Path directory, String name) throws IOException {
        this.slots = new Path[] {directory.resolve(name + ".a"), directory.resolve(name + ".b")};
        for (int i = 0; i < slots.length; i++) {
            Slot slot = read(slots[i], i);
            sequence = Math.max(sequence, slot == null ? 0 : slot.sequence);
        }
    }

    @Override
    public Optional<byte[]> read() throws IOException {
        Slot a = read(slots[0], 0);
        Slot b = read(slots[1], 1);
        if (a == null && b == null) {
            return Optional.empty();
        }
        return Optional.of(a == null || (b != null && b.sequence > a.sequence) ? requireSlot(b) : a.document);
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
        try (FileChannel channel = FileChannel.open(slot, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(0);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.truncate(HEADER_BYTES + document.length);
            channel.force(true);
        }
        if (created) {
            AtomicFiles.syncParent(slot);
        }
        sequence = next;
    }

    private static byte[] requireSlot(@Nullable Slot slot) {
        if (slot == null) {
            throw new IllegalStateException("expected a valid slot, found none");
        }
        return slot.document;
    }

    private static @Nullable Slot read(Path file, int index) throws IOException {
        if (!Files.exists(file) || Files.size(file) > HEADER_BYTES + (long) MAX_DOCUMENT_BYTES) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file));
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
