package dev.muster.agent.gateway;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.ContentDigest;
import dev.muster.agent.update.ContentSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One download that any number of devices read from while it runs. INVARIANT (never whole and wrong): the last byte is handed out only when the
 * digest of the whole was found right. Thread-safe; {@link #run} is called once.
 */
final class SharedDownload {
    private static final int BUFFER_BYTES = 64 << 10;

    private final String sha256;
    private final CacheStore store;
    private final Supplier<Set<String>> busy;
    private final LongConsumer fetched;
    private final FileChannel channel;
    private long total = -1;
    private long available;
    private boolean verified;
    private int users;
    private @Nullable IOException failure;

    /** A download into the store; goes on from what an earlier one left. */
    SharedDownload(String sha256, CacheStore store, Supplier<Set<String>> busy, LongConsumer fetched)
            throws IOException {
        this.sha256 = sha256;
        this.store = store;
        this.busy = busy;
        this.fetched = fetched;
        this.channel = AtomicFiles.openOrCreate(store.part(sha256), Long.MAX_VALUE);
    }

    /** Loads to the end; whoever waits hears of every step. */
    void run(ContentSource server) {
        try {
            load(server);
            complete();
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new IOException(e));
        }
    }

    private void load(ContentSource server) throws IOException {
        MessageDigest digest = ContentDigest.begin();
        long position = channel.size();
        try (ContentSource.Part part = server.open(sha256, position)) {
            long whole = part.total()
                    .orElseThrow(() -> new IOException("expected an answer that says its length, found none"));
            if (part.offset() == 0) {
                position = 0;
            } else if (part.offset() != position) {
                throw new IOException("expected bytes from " + position + " on, found " + part.offset());
            }
            store.makeRoom(sha256, whole, busy.get());
            channel.truncate(position);
            if (position > 0) {
                ContentDigest.update(digest, channel, position);
            }
            begun(whole, position);
            byte[] buffer = new byte[BUFFER_BYTES];
            while (position < whole) {
                int count = part.stream().read(buffer, 0, (int) Math.min(buffer.length, whole - position));
                if (count < 0) {
                    throw new IOException("expected " + whole + " bytes, the transfer ended after " + position);
                }
                digest.update(buffer, 0, count);
                write(buffer, count, position);
                position += count;
                fetched.accept(count);
                came(position);
            }
        }
        if (!ContentDigest.end(digest).equals(sha256)) {
            store.discard(sha256);
            throw new IOException("expected bytes with sha256 `" + sha256 + "`, found others");
        }
        channel.force(true);
    }

    private void write(byte[] bytes, int count, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    private synchronized void begun(long whole, long position) {
        total = whole;
        available = position;
        notifyAll();
    }

    private synchronized void came(long position) {
        available = position;
        notifyAll();
    }

    private synchronized void complete() throws IOException {
        store.keep(sha256);
        verified = true;
        notifyAll();
    }

    private synchronized void fail(IOException e) {
        failure = e;
        notifyAll();
    }

    /** The length of the whole, once it is known. */
    synchronized long total() throws IOException {
        while (total < 0 && failure == null) {
            pause();
        }
        if (total < 0 && failure != null) {
            throw failure;
        }
        return total;
    }

    /** Sends what comes from {@code from} on, as it comes. */
    void send(long from, OutputStream out, LongConsumer sent) throws IOException {
        byte[] bytes = new byte[BUFFER_BYTES];
        long position = from;
        long whole = total();
        while (position < whole) {
            long until = awaitBeyond(position);
            int count =
                    channel.read(ByteBuffer.wrap(bytes, 0, (int) Math.min(bytes.length, until - position)), position);
            if (count < 0) {
                throw new IOException("expected bytes at " + position + ", found none");
            }
            out.write(bytes, 0, count);
            sent.accept(count);
            position += count;
        }
    }

    private synchronized long awaitBeyond(long position) throws IOException {
        while (true) {
            long until = verified ? total : Math.min(available, total - 1);
            if (until > position) {
                return until;
            }
            if (failure != null) {
                throw failure;
            }
            pause();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // both callers loop
    private synchronized void pause() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("the cache is stopping");
        }
    }

    /** Somebody reads, until {@link #release}. */
    synchronized SharedDownload retain() {
        users++;
        return this;
    }

    /** The last who leaves closes the file. */
    synchronized void release() {
        users--;
        if (users == 0) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing is read from it any more.
            }
        }
    }
}
