package dev.muster.agent.transport;

import dev.muster.agent.config.TransferLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bytes of a server, read no faster than allowed and not for ever from one that hardly sends: the slow retrieval attack of
 * Uptane 5.4. A read takes a quarter of a second at most where it is slowed down, so its reader can stop soon. One thread.
 */
final class MeteredStream extends FilterInputStream {
    private static final int READS_PER_SECOND = 4;
    private static final double NANOS = 1e9;

    private final TransferLimits limits;
    private final LongSupplier nanos;
    private final Pause pause;
    private long waited;
    private long received;
    private long dueAt;

    /** How to wait. */
    @FunctionalInterface
    interface Pause {
        /** {@link TimeUnit#sleep} is one. */
        void sleep(long nanos) throws InterruptedException;
    }

    MeteredStream(InputStream in, TransferLimits limits, LongSupplier nanos, Pause pause) {
        super(in);
        this.limits = limits;
        this.nanos = nanos;
        this.pause = pause;
        this.dueAt = nanos.getAsLong();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        long asked = nanos.getAsLong();
        int count = in.read(buffer, offset, bounded(length));
        long came = nanos.getAsLong();
        if (count > 0) {
            requireSpeed(came - asked, count);
            slowDown(came, count);
        }
        return count;
    }

    private int bounded(int length) {
        long most = limits.mostPerSecond();
        return most == 0 ? length : (int) Math.min(length, Math.max(1, most / READS_PER_SECOND));
    }

    private void requireSpeed(long time, int count) throws IOException {
        waited += time;
        received += count;
        if (waited < limits.window().toNanos()) {
            return;
        }
        double perSecond = received / (waited / NANOS);
        if (perSecond < limits.leastPerSecond()) {
            throw new IOException("expected at least " + limits.leastPerSecond() + " bytes per second, found "
                    + Math.round(perSecond) + " over " + TimeUnit.NANOSECONDS.toSeconds(waited) + " s");
        }
        waited = 0;
        received = 0;
    }

    private void slowDown(long now, int count) throws IOException {
        if (limits.mostPerSecond() == 0) {
            return;
        }
        // Time that was not used is lost: after a pause of the sender there is no burst.
        dueAt = Math.max(dueAt, now - TimeUnit.SECONDS.toNanos(1) / READS_PER_SECOND)
                + (long) (count * NANOS / limits.mostPerSecond());
        if (dueAt - now > 0) {
            try {
                pause.sleep(dueAt - now);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the transfer was interrupted");
            }
        }
    }
}
