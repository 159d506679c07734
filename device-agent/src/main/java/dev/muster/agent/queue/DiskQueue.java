package dev.muster.agent.queue;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.TwoSlotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A first-in, first-out queue of byte records that survives a power cut and never grows beyond its bound.
 *
 * <p>Segments {@code <first sequence>.seg} hold records {@code length, crc32c, sequence, data}. {@link #append} is durable
 * after {@link #sync}, which the caller makes once per group: the disk sees about 1.5 bytes per byte of payload instead
 * of 20. What was acknowledged is a checkpoint in two alternating slots, written with each group as well, so a power cut
 * may deliver a few records twice and never loses one that was synced. At opening, the last segment is cut at the first
 * record whose checksum is wrong. At the bound, the oldest segment goes, and is counted. Thread-safe.
 */
public final class DiskQueue implements AutoCloseable {
    private static final int HEADER_BYTES = 4 + 4 + 8;
    private static final int SEGMENT_BYTES = 256 << 10;

    /** Largest record. */
    public static final int MAX_RECORD_BYTES = 64 << 10;

    private final Path directory;
    private final long maxBytes;
    private final TwoSlotStore checkpoint;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final int segmentBytes;
    private final List<String> problems = new ArrayList<>();
    private long nextSequence = 1;
    private long acknowledged;
    private long savedAcknowledged;
    private long dropped;
    private long savedDropped;
    private final TreeSet<Long> damaged = new TreeSet<>();
    private boolean dirty;
    private boolean closed;

    /** One record; {@code sequence} grows by one and names it in {@link #acknowledge}. */
    public static final class Entry {
        private final long sequence;
        private final byte[] data;

        Entry(long sequence, byte[] data) {
            this.sequence = sequence;
            this.data = data;
        }

        public long sequence() {
            return sequence;
        }

        /** The bytes as appended; not to be changed. */
        public byte[] data() {
            return data;
        }
    }

    private static final class Segment {
        final Path file;
        final FileChannel channel;
        final long first;
        // Of each record in the file, which is short: a long queue must not cost much memory.
        private int[] positions = new int[64];
        private int count;
        long size;

        Segment(Path file, FileChannel channel, long first) {
            this.file = file;
            this.channel = channel;
            this.first = first;
        }

        long last() {
            return first + count - 1;
        }

        long position(long sequence) {
            return positions[(int) (sequence - first)];
        }

        /** The next record begins at {@code position} and ends at {@code end}. */
        void add(long position, long end) {
            if (count == positions.length) {
                positions = Arrays.copyOf(positions, 2 * count);
            }
            positions[count++] = (int) position;
            size = end;
        }
    }

    /**
     * Opens or creates the queue in {@code directory}.
     *
     * @param maxBytes bound of all segments together; at least two segments fit
     */
    public DiskQueue(Path directory, long maxBytes) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.maxBytes = maxBytes;
        this.segmentBytes = (int) Math.min(SEGMENT_BYTES, Math.max(4096, maxBytes / 4));
        this.checkpoint = new TwoSlotStore(directory, "ack");
        problems.addAll(checkpoint.problems());
        var saved = checkpoint.read();
        if (saved.isPresent() && saved.get().length == 16) {
            ByteBuffer buffer = ByteBuffer.wrap(saved.get());
            this.acknowledged = buffer.getLong();
            this.dropped = buffer.getLong();
            this.savedAcknowledged = acknowledged;
            this.savedDropped = dropped;
        }
        recover();
    }

    /**
     * Appends a record; durable after the next {@link #sync}. Drops the oldest segment where the bound asks for it.
     *
     * @throws IOException if the disk does not take it; all before it is as it was
     */
    public synchronized void append(byte[] data) throws IOException {
        if (data.length > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "expected a record of at most " + MAX_RECORD_BYTES + " bytes, found " + data.length);
        }
        requireOpen();
        Segment tail = tail(HEADER_BYTES + data.length);
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + data.length);
        buffer.putInt(data.length)
                .putInt(crc(nextSequence, data))
                .putLong(nextSequence)
                .put(data)
                .flip();
        long at = tail.size;
        while (buffer.hasRemaining()) {
            at += tail.channel.write(buffer, at);
        }
        tail.add(tail.size, at);
        nextSequence++;
        dirty = true;
    }

    /** Makes everything appended and acknowledged so far durable. */
    public synchronized void sync() throws IOException {
        requireOpen();
        if (dirty && !segments.isEmpty()) {
            segments.getLast().channel.force(false);
            dirty = false;
        }
        if (savedAcknowledged != acknowledged || savedDropped != dropped) {
            checkpoint.write(ByteBuffer.allocate(16)
                    .putLong(acknowledged)
                    .putLong(dropped)
                    .array());
            savedAcknowledged = acknowledged;
            savedDropped = dropped;
        }
    }

    /**
     * Up to {@code limit} records after {@code sequence} that are not acknowledged yet, oldest first. What the disk gives back
     * damaged is left out, and counted as dropped.
     */
    public synchronized List<Entry> read(long sequence, int limit) throws IOException {
        requireOpen();
        List<Entry> result = new ArrayList<>();
        long next = Math.max(sequence, acknowledged) + 1;
        for (Segment segment : segments) {
            while (result.size() < limit && next <= segment.last()) {
                next = Math.max(next, segment.first);
                byte[] data = readAt(segment, next);
                if (data != null) {
                    result.add(new Entry(next, data));
                } else if (damaged.add(next)) {
                    dropped++;
                    problems.add("`" + segment.file + "`: a record is damaged and left out");
                }
                next++;
            }
        }
        return result;
    }

    /** Everything up to {@code sequence} has arrived; whole segments of such records are removed. */
    public synchronized void acknowledge(long sequence) throws IOException {
        requireOpen();
        acknowledged = Math.max(acknowledged, Math.min(sequence, nextSequence - 1));
        damaged.headSet(acknowledged, true).clear();
        while (segments.size() > 1 && segments.getFirst().last() <= acknowledged) {
            delete(segments.removeFirst());
        }
    }

    /** Counts {@code records} that were never appended, because the disk did not take them. */
    public synchronized void lost(int records) {
        dropped += records;
    }

    /** Sequence of the newest record ever appended; 0 before the first. */
    public synchronized long last() {
        return nextSequence - 1;
    }

    /** Gives up the oldest segment to leave its room to others, and counts what is lost with it. False if there is none. */
    public synchronized boolean shed() throws IOException {
        requireOpen();
        if (segments.isEmpty()) {
            return false;
        }
        drop(segments.removeFirst());
        return true;
    }

    /** Number of records that wait. */
    public synchronized long size() {
        return nextSequence - 1 - Math.max(acknowledged, segments.isEmpty() ? 0 : segments.getFirst().first - 1);
    }

    /** How many records were dropped, ever, because the queue was full or the disk gave them back damaged. */
    public synchronized long dropped() {
        return dropped;
    }

    /** What was wrong when the queue was opened; each line names its file. */
    public synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            sync();
            closed = true;
            for (Segment segment : segments) {
                segment.channel.close();
            }
        }
    }

    private void recover() throws IOException {
        TreeMap<Long, Path> files = new TreeMap<>();
        try (var entries = Files.list(directory)) {
            entries.filter(file -> String.valueOf(file.getFileName()).matches("[0-9]{20}\\.seg"))
                    .forEach(file -> files.put(
                            Long.parseLong(String.valueOf(file.getFileName()).substring(0, 20)), file));
        }
        nextSequence = acknowledged + 1;
        for (var file : files.entrySet()) {
            Segment segment = open(file.getValue(), file.getKey());
            scan(segment);
            if (segment.count == 0) {
                delete(segment);
                continue;
            }
            // A gap: records of the segment before were damaged and are gone.
            if (!segments.isEmpty() && segment.first > nextSequence) {
                dropped += segment.first - nextSequence;
            }
            segments.add(segment);
            nextSequence = Math.max(nextSequence, segment.last() + 1);
        }
        while (segments.size() > 1 && segments.getFirst().last() <= acknowledged) {
            delete(segments.removeFirst());
        }
        // The checkpoint may be ahead of a segment whose records were never synced: start a new one after it.
        if (!segments.isEmpty() && segments.getLast().last() + 1 != nextSequence) {
            startSegment();
        }
    }

    // INVARIANT (torn tail): nothing behind the first bad record of a segment is believed.
    private void scan(Segment segment) throws IOException {
        long size = segment.channel.size();
        long position = 0;
        long expected = segment.first;
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        while (position + HEADER_BYTES <= size) {
            header.clear();
            readFully(segment.channel, header, position);
            header.flip();
            int length = header.getInt();
            int crc = header.getInt();
            long sequence = header.getLong();
            if (length < 0
                    || length > MAX_RECORD_BYTES
                    || position + HEADER_BYTES + length > size
                    || sequence != expected) {
                break;
            }
            ByteBuffer data = ByteBuffer.allocate(length);
            readFully(segment.channel, data, position + HEADER_BYTES);
            if (crc != crc(sequence, data.array())) {
                break;
            }
            segment.add(position, position + HEADER_BYTES + length);
            position += HEADER_BYTES + length;
            expected++;
        }
        if (position < size) {
            problems.add("`" + segment.file + "`: " + (size - position)
                    + " bytes are not used: they were damaged, or not written to their end");
            segment.channel.truncate(position);
            segment.channel.force(true);
        }
    }

    private Segment tail(int bytes) throws IOException {
        Segment tail = segments.peekLast();
        if (tail == null || tail.size + bytes > segmentBytes) {
            if (tail != null) {
                tail.channel.force(false);
                dirty = false;
            }
            while (!segments.isEmpty() && total() + segmentBytes > maxBytes) {
                drop(segments.removeFirst());
            }
            tail = startSegment();
        }
        return tail;
    }

    private void drop(Segment oldest) throws IOException {
        dropped += Math.max(0, oldest.last() - Math.max(acknowledged, oldest.first - 1));
        acknowledged = Math.max(acknowledged, oldest.last());
        damaged.headSet(acknowledged, true).clear();
        delete(oldest);
    }

    private Segment startSegment() throws IOException {
        Segment segment = open(directory.resolve(String.format("%020d.seg", nextSequence)), nextSequence);
        segments.add(segment);
        AtomicFiles.syncParent(segment.file);
        return segment;
    }

    private long total() {
        return segments.stream().mapToLong(segment -> segment.size).sum();
    }

    // INVARIANT (no damage is sent): a record leaves the queue as it was appended, or not at all.
    private static byte @Nullable [] readAt(Segment segment, long sequence) throws IOException {
        long position = segment.position(sequence);
        long end = sequence == segment.last() ? segment.size : segment.position(sequence + 1);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        readFully(segment.channel, header, position);
        header.flip();
        int length = header.getInt();
        int crc = header.getInt();
        if (length != end - position - HEADER_BYTES || header.getLong() != sequence) {
            return null;
        }
        ByteBuffer data = ByteBuffer.allocate(length);
        readFully(segment.channel, data, position + HEADER_BYTES);
        return crc == crc(sequence, data.array()) ? data.array() : null;
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        long position = from;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, position);
            if (count < 0) {
                throw new IOException(
                        "expected " + buffer.remaining() + " more bytes of a queue segment, found its end");
            }
            position += count;
        }
    }

    private static Segment open(Path file, long first) throws IOException {
        return new Segment(
                file,
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                first);
    }

    private static void delete(Segment segment) throws IOException {
        segment.channel.close();
        Files.deleteIfExists(segment.file);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the queue `" + directory + "` is closed");
        }
    }

    private static int crc(long sequence, byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(sequence).flip());
        crc.update(data);
        return (int) crc.getValue();
    }
}
