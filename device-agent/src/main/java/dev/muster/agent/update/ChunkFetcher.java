package dev.muster.agent.update;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.ChunkIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Brings a target's bytes to their place out of chunks: those that whatever is in force has, and the others from the store. For devices
 * that no delta is made for, and for bases that are damaged. Chunks come in the order of the image, each checked before it is written,
 * so that the durable prefix is all there is to know. One thread.
 */
final class ChunkFetcher {
    /** Bytes that are made durable together. */
    private static final int DURABLE_BYTES = 1 << 20;

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
        Optional<DeltaOffers.Chunks> offer = offer(target);
        if (offer.isEmpty()) {
            return have;
        }
        Run run = new Run(target, offer.get(), channel, have, progress);
        try {
            long fetched = run.run(base.get());
            log.accept("`" + target.name().text() + "` " + target.version() + " came as chunks of " + fetched
                    + " bytes instead of " + (target.length() - have));
        } catch (UselessException | ProtocolException | ContentSource.MissingException e) {
            refuse(target, offer.get(), e);
        }
        return run.durable;
    }

    /** Forgets chunks whose outcome was wrong as a whole. */
    void distrust(DesiredTarget target) {
        offers.chunks(target).ifPresent(offer -> useless.add(offer.indexSha256()));
    }

    /** The target's chunks, to repair single places with; empty if there are none worth it, or none that can be used. */
    Optional<OpenChunks> open(DesiredTarget target, Base base, long worth) throws IOException {
        Optional<DeltaOffers.Chunks> offer = offer(target).filter(one -> one.indexLength() < worth);
        if (offer.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OpenChunks.of(source, offer.get(), target, base));
        } catch (UselessException | ProtocolException | ContentSource.MissingException e) {
            refuse(target, offer.get(), e);
            return Optional.empty();
        }
    }

    private Optional<DeltaOffers.Chunks> offer(DesiredTarget target) {
        return offers.chunks(target).filter(one -> !useless.contains(one.indexSha256()));
    }

    /** Forgets chunks that turned out to be of no use. */
    void refuse(DesiredTarget target, Exception why) {
        offer(target).ifPresent(offer -> refuse(target, offer, why));
    }

    private void refuse(DesiredTarget target, DeltaOffers.Chunks offer, Exception why) {
        useless.add(offer.indexSha256());
        log.accept("the chunks of `" + target.name().text() + "` " + target.version() + " are not used: "
                + why.getMessage());
    }

    private final class Run {
        private final DesiredTarget target;
        private final DeltaOffers.Chunks offer;
        private final FileChannel channel;
        private final Fetcher.Progress progress;
        private long durable;

        Run(DesiredTarget target, DeltaOffers.Chunks offer, FileChannel channel, long have, Fetcher.Progress progress) {
            this.target = target;
            this.offer = offer;
            this.channel = channel;
            this.durable = have;
            this.progress = progress;
        }

        /** Returns how many bytes were fetched for it. */
        long run(Base base) throws IOException, UselessException {
            try (OpenChunks chunks = OpenChunks.of(source, offer, target, base)) {
                ChunkIndex index = chunks.index();
                if (chunks.missing(durable, target.length()) + offer.indexLength() >= target.length() - durable) {
                    throw new UselessException("they are more bytes than the rest");
                }
                long written = durable;
                for (int chunk = 0; chunk < index.chunks(); chunk++) {
                    long end = index.start(chunk) + index.length(chunk);
                    if (end <= durable) {
                        continue;
                    }
                    write(chunks.chunk(chunk), index.length(chunk), index.start(chunk));
                    written = end;
                    if (written - durable >= DURABLE_BYTES || written == target.length()) {
                        sync(written);
                        if (written < target.length() && yield.getAsBoolean()) {
                            throw new UpdateMachine.Yielded();
                        }
                    }
                }
                return chunks.fetched();
            }
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
    }
}
