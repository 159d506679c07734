package dev.muster.agent.update;

import dev.muster.agent.store.ContentDigest;
import dev.muster.protocol.delta.BaseChunks;
import dev.muster.protocol.delta.ChunkIndex;
import java.io.IOException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A target's chunks in use: the index, which of them the base has, and the store, over one transfer as long as the gaps are small. What
 * comes out of it was checked against the index. One thread.
 */
final class OpenChunks implements AutoCloseable {
    /** So few bytes that are not needed are read and dropped: less than asking again costs. */
    private static final int GAP_BYTES = 8 << 10;

    private final ContentSource source;
    private final DeltaOffers.Chunks offer;
    private final Base base;
    private final ChunkIndex index;
    private final BaseChunks had;
    private final byte[] buffer;
    private ContentSource.@Nullable Part part;
    private long at;
    private long fetched;

    private OpenChunks(ContentSource source, DeltaOffers.Chunks offer, Base base, ChunkIndex index) throws IOException {
        this.source = source;
        this.offer = offer;
        this.base = base;
        this.index = index;
        this.had = BaseChunks.find(index, base.readable(), base.length());
        this.buffer = new byte[4 << index.chunkLog()];
        this.fetched = offer.indexLength();
    }

    /** Fetches the index, and reads the base once to see what it has. */
    static OpenChunks of(ContentSource source, DeltaOffers.Chunks offer, DesiredTarget target, Base base)
            throws IOException, UselessException {
        if (offer.indexLength() > ChunkIndex.maxBytes()) {
            throw new UselessException("their index is too long");
        }
        byte[] bytes = new byte[(int) offer.indexLength()];
        try (ContentSource.Part part = source.open(offer.indexSha256(), 0)) {
            DeltaFetcher.read(part, bytes, bytes.length);
        }
        MessageDigest digest = ContentDigest.begin();
        digest.update(bytes);
        if (!ContentDigest.end(digest).equals(offer.indexSha256())) {
            throw new UselessException("their index is not the one that was signed for");
        }
        ChunkIndex index = ChunkIndex.parse(bytes);
        if (!index.outputSha256().equals(target.sha256())
                || index.outputLength() != target.length()
                || index.storeLength() != offer.storeLength()) {
            throw new UselessException("their index is another image's");
        }
        return new OpenChunks(source, offer, base, index);
    }

    ChunkIndex index() {
        return index;
    }

    /** Bytes that were fetched so far, the index among them. */
    long fetched() {
        return fetched;
    }

    /** Bytes that are to be fetched for what lies from {@code from} to {@code to} of the target. */
    long missing(long from, long to) {
        return had.missing(index, from, to);
    }

    /** The bytes of a chunk, from their start on; good until the next call. */
    byte[] chunk(int chunk) throws IOException, UselessException {
        int length = index.length(chunk);
        long place = had.place(chunk);
        // One that only seems to be the same may be longer than what is left of the base.
        if (place >= 0 && place + length <= base.length()) {
            try {
                base.bytes().read(place, buffer, 0, length);
                if (index.matches(chunk, buffer, length)) {
                    return buffer;
                }
            } catch (IOException e) {
                // A place that cannot be read any more is as one that is not there.
            }
        }
        byte[] unpacked = index.unpack(chunk, packed(chunk));
        if (!index.matches(chunk, unpacked, unpacked.length)) {
            throw new UselessException("chunk " + chunk + " of the store is not what the index says");
        }
        return unpacked;
    }

    /** Puts together {@code length} bytes of the target, which begin at {@code start}, whatever chunks they lie in. */
    void copy(long start, int length, byte[] made) throws IOException, UselessException {
        for (int chunk = index.at(start); chunk < index.chunks() && index.start(chunk) < start + length; chunk++) {
            long from = Math.max(start, index.start(chunk));
            long to = Math.min(start + length, index.start(chunk) + index.length(chunk));
            byte[] bytes = chunk(chunk);
            System.arraycopy(bytes, (int) (from - index.start(chunk)), made, (int) (from - start), (int) (to - from));
        }
    }

    private byte[] packed(int chunk) throws IOException, UselessException {
        long wanted = index.storedAt(chunk);
        ContentSource.Part open = part;
        if (open == null || wanted < at || wanted - at > GAP_BYTES) {
            close();
            open = source.open(offer.storeSha256(), wanted);
            part = open;
            at = wanted;
            if (open.offset() != at) {
                throw new UselessException("the source cannot give a part of them");
            }
        }
        byte[] gap = new byte[(int) (wanted - at)];
        DeltaFetcher.read(open, gap, gap.length);
        byte[] packed = new byte[index.storedLength(chunk)];
        DeltaFetcher.read(open, packed, packed.length);
        at = wanted + packed.length;
        fetched += gap.length + packed.length;
        return packed;
    }

    /** Ends the transfer; the next chunk begins another. */
    @Override
    public void close() throws IOException {
        ContentSource.Part open = part;
        part = null;
        if (open != null) {
            open.close();
        }
    }
}
