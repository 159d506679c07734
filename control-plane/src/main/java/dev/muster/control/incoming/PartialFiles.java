package dev.muster.control.incoming;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of unfinished uploads as files {@code artifacts/partial/<tenant>/<id>}, on the file system of the artifacts. One
 * writer at a time: within this process the newest, because the client that comes back knows that its old connection is
 * dead before the server does; between processes the first, by a lock on the file. The hash goes on with the bytes; after
 * a restart it is computed again from what is on disk. Thread-safe.
 */
@Singleton
class PartialFiles {
    private static final int BUFFER_BYTES = 1 << 16;

    private final DataDirectory data;
    private final Map<UUID, Slot> slots = new ConcurrentHashMap<>();

    PartialFiles(DataDirectory data) {
        this.data = data;
    }

    /** What is known of a file while this process lives. */
    private static final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Writer writer;
        private MessageDigest digest = newDigest();
        private long digested;
    }

    /** Becomes the writer of the upload; who was it before in this process is it no more. Close it. */
    Writer open(TenantId tenant, UUID id) throws IOException {
        Path file = file(tenant, id);
        Slot slot = slots.computeIfAbsent(id, unknown -> new Slot());
        slot.lock.lock();
        try {
            if (slot.writer != null) {
                // Before the new one locks: closing any channel of a file gives up all of its locks.
                slot.writer.channel.close();
                slot.writer = null;
            }
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "another server takes in bytes of upload `" + id + "` now, try again soon");
            }
            Writer writer = new Writer(file, slot, channel);
            slot.writer = writer;
            return writer;
        } finally {
            slot.lock.unlock();
        }
    }

    /** Forgets the bytes. */
    void delete(TenantId tenant, UUID id) throws IOException {
        Slot slot = slots.remove(id);
        if (slot != null) {
            slot.lock.lock();
            try {
                if (slot.writer != null) {
                    slot.writer.channel.close();
                    slot.writer = null;
                }
            } finally {
                slot.lock.unlock();
            }
        }
        Files.deleteIfExists(file(tenant, id));
    }

    private Path file(TenantId tenant, UUID id) {
        return directory(tenant).resolve(id.toString());
    }

    /** All that the tenant has. */
    void remove(TenantId tenant) {
        data.remove("artifacts/partial/" + tenant.value());
    }

    /** Where the tenant's files lie; made if need be. */
    Path directory(TenantId tenant) {
        data.directory("artifacts/partial");
        return data.directory("artifacts/partial/" + tenant.value());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    /** The right to write one file. For one thread; another may take the right away, which shows at the next write. */
    static final class Writer implements AutoCloseable {
        private final Path file;
        private final Slot slot;
        private final FileChannel channel;
        private long at;

        private Writer(Path file, Slot slot, FileChannel channel) {
            this.file = file;
            this.slot = slot;
            this.channel = channel;
        }

        /** Where the bytes lie. */
        Path file() {
            return file;
        }

        /** Bytes in the file, which may be more than are known to be safe. */
        long size() throws IOException {
            return channel.size();
        }

        /** Goes on at {@code offset}, which is not behind the end; what lies behind it is given up. */
        void begin(long offset) throws IOException {
            channel.truncate(offset);
            if (slot.digested != offset) {
                rehash(offset);
            }
            at = offset;
        }

        private void rehash(long length) throws IOException {
            MessageDigest digest = newDigest();
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            long from = 0;
            while (from < length) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), length - from));
                int read = channel.read(buffer, from);
                if (read < 0) {
                    throw new IOException("expected " + length + " bytes of an upload, found " + from);
                }
                digest.update(buffer.flip());
                from += read;
            }
            slot.digest = digest;
            slot.digested = length;
        }

        /** Bytes up to here were written. */
        long at() {
            return at;
        }

        /** Appends; a problem if somebody else is the writer by now. */
        void write(byte[] bytes, int count) throws IOException {
            slot.lock.lock();
            try {
                require();
                ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
                long to = at;
                while (buffer.hasRemaining()) {
                    to += channel.write(buffer, to);
                }
                slot.digest.update(bytes, 0, count);
                slot.digested = to;
                at = to;
            } finally {
                slot.lock.unlock();
            }
        }

        /** Forces all to disk and then tells {@code safe} how much that is; nobody else becomes the writer meanwhile. */
        void checkpoint(LongConsumer safe) throws IOException {
            slot.lock.lock();
            try {
                require();
                channel.force(true);
                safe.accept(at);
            } finally {
                slot.lock.unlock();
            }
        }

        /** Whether this is still the writer. */
        boolean isCurrent() {
            slot.lock.lock();
            try {
                return slot.writer == this;
            } finally {
                slot.lock.unlock();
            }
        }

        /** Of the bytes up to {@link #at}, lower-case hex. */
        String sha256() {
            try {
                return HexFormat.of().formatHex(((MessageDigest) slot.digest.clone()).digest());
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("every Java platform can copy the state of SHA-256", e);
            }
        }

        private void require() {
            if (slot.writer != this) {
                throw new ProblemException(ProblemCode.CONFLICT, "another request goes on with this upload");
            }
        }

        @Override
        public void close() throws IOException {
            slot.lock.lock();
            try {
                if (slot.writer == this) {
                    slot.writer = null;
                    channel.close();
                }
            } finally {
                slot.lock.unlock();
            }
        }
    }
}
