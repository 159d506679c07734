package dev.muster.agent.update;

import dev.muster.agent.store.ContentDigest;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.BaseChunks;
import dev.muster.protocol.delta.ChunkIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a target's bytes to their place out of chunks: those that whatever is in force has, and the others from the store. For devices
 * that no delta is made for, and for bases that are damaged. Chunks come in the order of the image, each checked before it is written,
 * so that the durable prefix is all there is to know. One thread.
 */
final class ChunkFetcher {
    /** Bytes that are made durable together. */
    private static final int DURABLE_BYTES = 1 << 20;
    /** So few bytes that are not needed are read and dropped: less than asking again costs. */
    private static final int GAP_BYTES = 8 << 10;

    private final ContentSource source;
    private final DeltaOffers offers;
    private final BooleanSupplier yield;
    private final Consumer<String> log;
    private final Set<String> useless = new HashSet<>();

    ChunkFetcher(ContentSource source, DeltaOffers offers, BooleanSupplier yield, Consumer<String> log) {
        this.source = source;
        this.offers = offers;
        this.yield = yield;
        this.log = log;
    }

    /** Chunks that cannot be used; nothing is wrong with the target. */
    private static final class UselessException extends Exception {
        UselessException(String message) {
            super(message);
        }
    }

    /**
     * Goes as far as chunks bring it; as {@link DeltaFetcher#bring}.
     *
     * @return how many bytes from the start are durable now
     */
    long bring(DesiredTarget target, Optional<Base> base, FileChannel channel, long have, Fetcher.Progress progress)
            throws IOException {
        if (base.isEmpty() || have >= target.length()) {
            return have;
        }
        Optional<DeltaOffers.Chunks> offer =
                offers.chunks(target).filter(one -> !useless.contains(one.indexSha256()));
        if (offer.isEmpty()) {
            return have;
        }
        Run run = new Run(target, offer.get(), channel, have, progress);
        try {
            long fetched = run.run(base.get());
            log.accept("`" + target.name().text() + "` " + target.version() + " came as chunks of " + fetched
                    + " bytes instead of " + (target.length() - have));
        } catch (UselessException | ProtocolException | ContentSource.MissingException e) {
            useless.add(offer.get().indexSha256());
            log.accept("the chunks of `" + target.name().text() + "` " + target.version() + " are not used: "
                    + e.getMessage() + "; the rest is fetched whole");
        }
        return run.durable;
    }

    /** Forgets chunks whose outcome was wrong as a whole. */
    void distrust(DesiredTarget target) {
        offers.chunks(target).ifPresent(offer -> useless.add(offer.indexSha256()));
    }

    private final class Run {
        private final DesiredTarget target;
        private final DeltaOffers.Chunks offer;
        private final FileChannel channel;
        private final Fetcher.Progress progress;
        private long durable;

        Run(
                DesiredTarget target,
                DeltaOffers.Chunks offer,
                FileChannel channel,
                long have,
                Fetcher.Progress progress) {
            this.target = target;
            this.offer = offer;
            this.channel = channel;
            this.durable = have;
            this.progress = progress;
        }

        /** Returns how many bytes were fetched for it. */
        long run(Base base) throws IOException, UselessException {
            ChunkIndex index = index();
            BaseChunks had = chunksOf(index, base);
            long missing = had.missing(index, durable);
            if (missing + offer.indexLength() >= target.length() - durable) {
                throw new UselessException("they are more bytes than the rest");
            }
            byte[] buffer = new byte[4 << index.chunkLog()];
            try (Store store = new Store(index)) {
                long written = durable;
                for (int chunk = 0; chunk < index.chunks(); chunk++) {
                    long end = index.start(chunk) + index.length(chunk);
                    if (end <= durable) {
                        continue;
                    }
                    write(bytes(index, had, base, store, chunk, buffer), index.length(chunk), index.start(chunk));
                    written = end;
                    if (written - durable >= DURABLE_BYTES || written == target.length()) {
                        sync(written);
                        if (written < target.length() && yield.getAsBoolean()) {
                            throw new UpdateMachine.Yielded();
                        }
                    }
                }
                return store.fetched + offer.indexLength();
            }
        }

        private BaseChunks chunksOf(ChunkIndex index, Base base) throws IOException, UselessException {
            try {
                return BaseChunks.find(index, base.bytes(), base.length());
            } catch (IOException e) {
                throw new UselessException("what runs cannot be read: " + e.getMessage());
            }
        }

        private byte[] bytes(ChunkIndex index, BaseChunks had, Base base, Store store, int chunk, byte[] buffer)
                throws IOException, UselessException {
            long place = had.place(chunk);
            // One that only seems to be the same may be longer than what is left of the base.
            if (place >= 0 && place + index.length(chunk) <= base.length()) {
                try {
                    base.bytes().read(place, buffer, 0, index.length(chunk));
                    if (index.matches(chunk, buffer, index.length(chunk))) {
                        return buffer;
                    }
                } catch (IOException e) {
                    // A place that cannot be read any more is as one that is not there.
                }
            }
            byte[] unpacked = index.unpack(chunk, store.next(chunk));
            if (!index.matches(chunk, unpacked, unpacked.length)) {
                throw new UselessException("chunk " + chunk + " of the store is not what the index says");
            }
            return unpacked;
        }

        private void write(byte[] bytes, int length, long at) throws IOException {
            try {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
                for (long to = at; buffer.hasRemaining(); ) {
                    to += channel.write(buffer, to);
                }
            } catch (IOException e) {
                throw new Fetcher.StorageException(e);
            }
        }

        private void sync(long written) throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw new Fetcher.StorageException(e);
            }
            durable = written;
            if (durable < target.length()) {
                progress.durable(durable);
            }
        }

        private ChunkIndex index() throws IOException, UselessException {
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
            return index;
        }

        /** Packed chunks in the order of the image, over one transfer as long as the gaps are small. */
        private final class Store implements AutoCloseable {
            private final ChunkIndex index;
            private ContentSource.@Nullable Part part;
            private long at;
            private long fetched;

            Store(ChunkIndex index) {
                this.index = index;
            }

            byte[] next(int chunk) throws IOException, UselessException {
                long wanted = index.storedAt(chunk);
                ContentSource.Part open = part;
                if (open == null || wanted - at > GAP_BYTES) {
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

            @Override
            public void close() throws IOException {
                ContentSource.Part open = part;
                part = null;
                if (open != null) {
                    open.close();
                }
            }
        }
    }
}
