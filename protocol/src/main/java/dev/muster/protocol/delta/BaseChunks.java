package dev.muster.protocol.delta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Which chunks of an index an image has, and where: found by reading that image once. What is there is to be checked when it is used. */
public final class BaseChunks {
    private final long[] places;

    private BaseChunks(long[] places) {
        this.places = places;
    }

    /**
     * Looks for the chunks.
     *
     * @param length of the image
     */
    public static BaseChunks find(ChunkIndex index, BaseBytes base, long length) throws IOException {
        int size = Integer.highestOneBit(Math.max(8, index.chunks())) << 2;
        long[] prints = new long[size];
        long[] found = new long[size];
        BitSet known = new BitSet(size);
        for (int chunk = 0; chunk < index.chunks(); chunk++) {
            int slot = slot(prints, known, index.print(chunk));
            prints[slot] = index.print(chunk);
            known.set(slot);
            found[slot] = -1;
        }
        Chunker chunker = new Chunker(base, length, index.chunkLog());
        for (int cut = chunker.next(); cut > 0; cut = chunker.next()) {
            long print = ByteBuffer.wrap(ChunkIndex.digest(chunker.bytes(), chunker.offset(), cut))
                    .getLong();
            int slot = slot(prints, known, print);
            if (known.get(slot) && found[slot] < 0) {
                found[slot] = chunker.position();
            }
        }
        long[] places = new long[index.chunks()];
        for (int chunk = 0; chunk < places.length; chunk++) {
            places[chunk] = found[slot(prints, known, index.print(chunk))];
        }
        return new BaseChunks(places);
    }

    private static int slot(long[] prints, BitSet known, long print) {
        int slot = (int) print & (prints.length - 1);
        while (known.get(slot) && prints[slot] != print) {
            slot = (slot + 1) & (prints.length - 1);
        }
        return slot;
    }

    /** Where the chunk lies in the image, -1 if it is not there. */
    public long place(int chunk) {
        return places[chunk];
    }

    /** Bytes of the store that are needed beside the image, for what lies from {@code from} to {@code to}. */
    public long missing(ChunkIndex index, long from, long to) {
        long sum = 0;
        for (int chunk = index.at(from); chunk < places.length && index.start(chunk) < to; chunk++) {
            if (places[chunk] < 0) {
                sum += index.storedLength(chunk);
            }
        }
        return sum;
    }
}
