package dev.muster.protocol.delta.make;

import java.io.ByteArrayOutputStream;

/** The pieces of a segment as its recipe has them, and the residual, which is what no copy covers. Not thread-safe. */
final class Pieces {
    private final Copies copies;
    private final long begin;
    private final byte[] bytes;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream residual = new ByteArrayOutputStream();
    private long at;
    private long expected;
    private int fresh;
    private int count;

    /** Those of {@code bytes}, which begin at {@code begin} of the image; none yet. */
    Pieces(Copies copies, long begin, byte[] bytes) {
        this.copies = copies;
        this.begin = begin;
        this.bytes = bytes;
        this.at = begin;
    }

    /** Where in the image the next one begins. */
    long at() {
        return at;
    }

    /** Goes on to a place of the image, with copies where there are any. */
    void to(long end) {
        int copy = copies.after(at);
        while (at < end) {
            if (copy < copies.size() && copies.start(copy) <= at) {
                long to = Math.min(end, copies.end(copy));
                copy(copies.source(copy) + (at - copies.start(copy)), to - at);
                at = to;
                copy++;
            } else {
                residualTo(copy < copies.size() ? Math.min(end, copies.start(copy)) : end);
            }
        }
    }

    /** Goes on to a place of the image, without copies. */
    void residualTo(long end) {
        residual.write(bytes, (int) (at - begin), (int) (end - at));
        fresh += (int) (end - at);
        at = end;
    }

    private void copy(long source, long length) {
        flush();
        Numbers.write(written, length << 1 | 1);
        Numbers.writeSigned(written, source - expected);
        expected = source + length;
        count++;
    }

    private void flush() {
        if (fresh > 0) {
            Numbers.write(written, (long) fresh << 1);
            fresh = 0;
            count++;
        }
    }

    int residualLength() {
        return residual.size();
    }

    byte[] residual() {
        return residual.toByteArray();
    }

    /** The beginning of a recipe. */
    ByteArrayOutputStream recipe() {
        flush();
        ByteArrayOutputStream recipe = new ByteArrayOutputStream();
        Numbers.write(recipe, count);
        recipe.writeBytes(written.toByteArray());
        return recipe;
    }
}
