package dev.muster.agent.update;

import dev.muster.agent.store.ContentDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;

/** Brings a target's bytes to their place: resumed where the last try ended, bounded, and checked by digest. */
final class Fetcher {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long SYNC_EVERY_BYTES = 4L << 20;

    private final ContentSource source;
    private final BooleanSupplier yield;

    Fetcher(ContentSource source, BooleanSupplier yield) {
        this.source = source;
        this.yield = yield;
    }

    /** Told each time {@code bytes} bytes from the start are durable. */
    interface Progress {
        void durable(long bytes) throws IOException;
    }

    /** What the disk says against the bytes, as opposed to what the network does. */
    static final class StorageException extends IOException {
        StorageException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * Fetches what is missing after the first {@code have} bytes.
     *
     * @return whether the digest of the whole is right; if not, the bytes are worthless
     * @throws StorageException if the disk fails; any other {@link IOException} is the network's and worth a retry
     */
    boolean fetch(DesiredTarget target, FileChannel channel, long have, Progress progress) throws IOException {
        MessageDigest digest = ContentDigest.begin();
        long position = local(() -> Math.min(Math.min(have, channel.size()), target.length()));
        long start = position;
        local(() -> ContentDigest.update(digest, channel, start));
        if (position < target.length()) {
            try (ContentSource.Part part = source.open(target.sha256(), position)) {
                if (part.offset() == 0 && position > 0) {
                    digest.reset();
                    position = 0;
                } else if (part.offset() != position) {
                    throw new IOException("expected bytes from " + position + " on, found " + part.offset());
                }
                copy(part, channel, position, target.length(), digest, progress);
            }
        }
        local(() -> {
            channel.force(true);
            return 0L;
        });
        return ContentDigest.end(digest).equals(target.sha256());
    }

    /** Reads the whole back from where it lies: finds bad flash and a page cache that lied. */
    boolean rereads(DesiredTarget target, FileChannel channel) throws IOException {
        try {
            return ContentDigest.matches(channel, target.length(), target.sha256());
        } catch (IOException e) {
            throw new StorageException(e);
        }
    }

    private void copy(
            ContentSource.Part part,
            FileChannel channel,
            long from,
            long length,
            MessageDigest digest,
            Progress progress)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long position = from;
        long synced = from;
        while (position < length) {
            // Never asks for more than was signed for: what a server sends beyond stays unread (endless data).
            int count;
            try {
                count = part.stream().read(buffer, 0, (int) Math.min(buffer.length, length - position));
                if (count < 0) {
                    throw new IOException("expected " + length + " bytes, the transfer ended after " + position);
                }
            } catch (IOException e) {
                // What came is kept: the next try asks for the rest.
                sync(channel, position, progress);
                throw e;
            }
            digest.update(buffer, 0, count);
            long at = position;
            local(() -> write(channel, buffer, count, at));
            position += count;
            if (position < length && yield.getAsBoolean()) {
                sync(channel, position, progress);
                throw new UpdateMachine.Yielded();
            }
            if (position - synced >= SYNC_EVERY_BYTES && position < length) {
                sync(channel, position, progress);
                synced = position;
            }
        }
    }

    private static void sync(FileChannel channel, long position, Progress progress) throws IOException {
        local(() -> {
            channel.force(true);
            return 0L;
        });
        progress.durable(position);
    }

    private static long write(FileChannel channel, byte[] bytes, int count, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
        return at;
    }

    private interface DiskCall {
        long call() throws IOException;
    }

    private static long local(DiskCall call) throws StorageException {
        try {
            return call.call();
        } catch (IOException e) {
            throw new StorageException(e);
        }
    }
}
