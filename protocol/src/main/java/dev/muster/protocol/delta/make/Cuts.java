package dev.muster.protocol.delta.make;

/** Cuts bytes where their content says (FastCDC with two masks), so that what is inserted moves only the cuts around it. */
final class Cuts {
    private final ImageBytes image;
    private final int least;
    private final int usual;
    private final int most;
    private final long strict;
    private final long loose;
    private final byte[] buffer;

    /** Pieces of {@code 2^usualLog} bytes on average, a quarter of that at least and four times at most. */
    Cuts(ImageBytes image, int usualLog) {
        this.image = image;
        this.usual = 1 << usualLog;
        this.least = usual / 4;
        this.most = usual * 4;
        this.strict = -1L << (64 - usualLog - 1);
        this.loose = -1L << (64 - usualLog + 1);
        this.buffer = new byte[most];
    }

    /** Length of the piece that begins at {@code from}; its bytes are in {@link #bytes} until the next call. */
    int next(long from) {
        int available = (int) Math.min(most, image.length() - from);
        image.get(from, buffer, 0, available);
        if (available <= least) {
            return available;
        }
        long hash = 0;
        int position = least;
        int middle = Math.min(usual, available);
        while (position < middle) {
            hash = (hash << 1) + Gear.TABLE[buffer[position++] & 0xFF];
            if ((hash & strict) == 0) {
                return position;
            }
        }
        while (position < available) {
            hash = (hash << 1) + Gear.TABLE[buffer[position++] & 0xFF];
            if ((hash & loose) == 0) {
                return position;
            }
        }
        return available;
    }

    byte[] bytes() {
        return buffer;
    }
}
