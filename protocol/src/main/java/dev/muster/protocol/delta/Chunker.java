package dev.muster.protocol.delta;

import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Cuts an image where its content says (FastCDC with two masks), so that what is inserted moves only the cuts around it. Where it cuts is
 * part of the format: two images of one family are cut alike, whoever cuts them. Memory is that of eight pieces. Not thread-safe.
 */
public final class Chunker {
    /** One random word per value of a byte (W. Xia et al., "FastCDC", USENIX ATC 2016). */
    private static final long[] GEAR =
            new SplittableRandom(0x6D757374L).longs(256).toArray();

    private final BaseBytes source;
    private final long length;
    private final int least;
    private final int usual;
    private final int most;
    private final long strict;
    private final long loose;
    private final byte[] buffer;
    private long position;
    private int from;
    private int end;
    private int cut;

    /** Pieces of {@code 2^usualLog} bytes on average, a quarter of that at least and four times at most. */
    public Chunker(BaseBytes source, long length, int usualLog) {
        this.source = source;
        this.length = length;
        this.usual = 1 << usualLog;
        this.least = usual / 4;
        this.most = usual * 4;
        this.strict = -1L << (64 - usualLog - 1);
        this.loose = -1L << (64 - usualLog + 1);
        this.buffer = new byte[most * 2];
    }

    /** Length of the next piece, 0 at the end. It lies at {@link #offset} of {@link #bytes} until the next call. */
    public int next() throws IOException {
        position += cut;
        from += cut;
        int available = (int) Math.min(most, length - position);
        if (end - from < available) {
            System.arraycopy(buffer, from, buffer, 0, end - from);
            end -= from;
            from = 0;
            int more = (int) Math.min(buffer.length - end, length - position - end);
            source.read(position + end, buffer, end, more);
            end += more;
        }
        cut = cut(available);
        return cut;
    }

    private int cut(int available) {
        if (available <= least) {
            return available;
        }
        long hash = 0;
        int at = least;
        int middle = Math.min(usual, available);
        while (at < middle) {
            hash = (hash << 1) + GEAR[buffer[from + at++] & 0xFF];
            if ((hash & strict) == 0) {
                return at;
            }
        }
        while (at < available) {
            hash = (hash << 1) + GEAR[buffer[from + at++] & 0xFF];
            if ((hash & loose) == 0) {
                return at;
            }
        }
        return available;
    }

    /** Where in the image the piece begins. */
    public long position() {
        return position;
    }

    /** Where in {@link #bytes} the piece begins. */
    public int offset() {
        return from;
    }

    public byte[] bytes() {
        return buffer;
    }
}
