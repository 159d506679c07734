package dev.muster.agent.update;

import dev.muster.agent.store.ContentDigest;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.DeltaHead;
import dev.muster.protocol.delta.SegmentDecoder;
import dev.muster.protocol.delta.SegmentManifest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a target's bytes to their place out of what is in force and a delta: segment after segment, each checked before it is
 * written and durable before the next. INVARIANT (no harm): whatever a delta is or does, the bytes written so far are right, so
 * that the rest can be fetched as if there had been no delta. One thread.
 */
final class DeltaFetcher {
    /** A segment whose base is damaged comes another way; after so many in a row there is nothing to gain. */
    private static final int MOST_DAMAGED_IN_A_ROW = 8;

    private final ContentSource source;
    private final DeltaOffers offers;
    private final ChunkFetcher chunks;
    private final BooleanSupplier yield;
    private final Consumer<String> log;
    private final Set<String> useless = new HashSet<>();

    /**
     * One of an agent.
     *
     * @param chunks asked for what a damaged base does not give
     */
    DeltaFetcher(
            ContentSource source,
            DeltaOffers offers,
            ChunkFetcher chunks,
            BooleanSupplier yield,
            Consumer<String> log) {
        this.source = source;
        this.offers = offers;
        this.chunks = chunks;
        this.yield = yield;
        this.log = log;
    }

    /**
     * Goes as far as a delta brings it.
     *
     * @param have bytes from the start that are durable
     * @return how many there are now; all, unless there is no delta worth it
     * @throws IOException the network's, worth a retry
     * @throws Fetcher.StorageException if the disk fails
     */
    long bring(DesiredTarget target, Optional<Base> base, FileChannel channel, long have, Fetcher.Progress progress)
            throws IOException {
        if (base.isEmpty() || base.get().sha256().equals(target.sha256()) || have >= target.length()) {
            return have;
        }
        Optional<DeltaOffers.Offer> offer = offers.offer(target, base.get().sha256())
                .filter(one -> !useless.contains(one.sha256()))
                .filter(one -> one.bytes() < target.length() - have);
        if (offer.isEmpty()) {
            return have;
        }
        Run run = new Run(target, offer.get(), base.get(), channel, have, progress);
        try {
            run.run();
            log.accept("`" + target.name().text() + "` " + target.version() + " came as a delta of "
                    + offer.get().bytes() + " bytes instead of " + target.length() + run.repairs());
        } catch (UselessException | ProtocolException | ContentSource.MissingException e) {
            useless.add(offer.get().sha256());
            log.accept("the delta for `" + target.name().text() + "` " + target.version() + " is not used: "
                    + e.getMessage() + "; the rest comes another way");
        }
        return run.position;
    }

    /** Forgets a delta whose outcome was wrong as a whole. */
    void distrust(DesiredTarget target, Optional<Base> base) {
        base.flatMap(one -> offers.offer(target, one.sha256())).ifPresent(offer -> useless.add(offer.sha256()));
    }

    private final class Run {
        private final DesiredTarget target;
        private final DeltaOffers.Offer offer;
        private final Base base;
        private final FileChannel channel;
        private final Fetcher.Progress progress;
        private long position;
        private int repaired;
        private int whole;
        private @Nullable OpenChunks open;
        private boolean tried;

        Run(
                DesiredTarget target,
                DeltaOffers.Offer offer,
                Base base,
                FileChannel channel,
                long have,
                Fetcher.Progress progress) {
            this.target = target;
            this.offer = offer;
            this.base = base;
            this.channel = channel;
            this.position = have;
            this.progress = progress;
        }

        void run() throws IOException, UselessException {
            SegmentManifest manifest = manifest();
            DeltaHead head = head(manifest);
            SegmentDecoder decoder = new SegmentDecoder(head, base.bytes());
            byte[] made = new byte[1 << head.segmentLog()];
            int damagedInARow = 0;
            try (Payloads payloads = new Payloads(head)) {
                for (int segment = (int) (position >>> head.segmentLog()); segment < head.segments(); segment++) {
                    byte[] payload = payloads.next(segment);
                    if (make(head, decoder, manifest, segment, payload, made)) {
                        damagedInARow = 0;
                    } else {
                        if (++damagedInARow > MOST_DAMAGED_IN_A_ROW) {
                            throw new UselessException(
                                    "the base is damaged in " + damagedInARow + " segments in a row");
                        }
                        payloads.close();
                        repair(manifest, segment, made);
                    }
                    write(made, manifest.length(segment), manifest.start(segment));
                    if (position < target.length() && yield.getAsBoolean()) {
                        throw new UpdateMachine.Yielded();
                    }
                }
            }
        }

        private boolean make(
                DeltaHead head,
                SegmentDecoder decoder,
                SegmentManifest manifest,
                int segment,
                byte[] payload,
                byte[] made)
                throws UselessException {
            if (!head.isPayload(segment, payload)) {
                throw new UselessException("its payload for segment " + segment + " is not the one it was made with");
            }
            try {
                return manifest.matches(segment, made, decoder.decode(segment, payload, made));
            } catch (IOException | ProtocolException e) {
                // The base, for the payload is the one that was made: what is expected of differences depends on old
                // bytes, and
                // a sector that cannot be read is one more damaged place. A delta that lies ends as one whose base is
                // damaged.
                return false;
            }
        }

        /** A segment out of chunks, of which a damaged base has most; else as it is. */
        private void repair(SegmentManifest manifest, int segment, byte[] made) throws IOException, UselessException {
            repaired++;
            if (!tried) {
                tried = true;
                open = chunks.open(target, base, manifest.length(segment)).orElse(null);
            }
            OpenChunks known = open;
            if (known == null || !copied(known, manifest, segment, made)) {
                whole++;
                fetchWhole(manifest, segment, made);
            }
        }

        private boolean copied(OpenChunks from, SegmentManifest manifest, int segment, byte[] made) throws IOException {
            long start = manifest.start(segment);
            int length = manifest.length(segment);
            if (from.missing(start, start + length) >= length) {
                return false;
            }
            try (from) {
                from.copy(start, length, made);
                return manifest.matches(segment, made, length);
            } catch (UselessException | ProtocolException | ContentSource.MissingException e) {
                chunks.refuse(target, e);
                open = null;
                return false;
            }
        }

        String repairs() {
            if (repaired == 0) {
                return "";
            }
            OpenChunks known = open;
            return "; the base is damaged in " + repaired + " segments, of which " + whole + " came whole"
                    + (known == null ? "" : ", the others as chunks of " + known.fetched() + " bytes");
        }

        private void fetchWhole(SegmentManifest manifest, int segment, byte[] made)
                throws IOException, UselessException {
            try (ContentSource.Part part = source.open(target.sha256(), manifest.start(segment))) {
                if (part.offset() != manifest.start(segment)) {
                    throw new UselessException("the base is damaged, and the source cannot give a part of the whole");
                }
                read(part, made, manifest.length(segment));
            }
            if (!manifest.matches(segment, made, manifest.length(segment))) {
                throw new UselessException("segment " + segment + " is not what its manifest says, however it comes");
            }
        }

        private void write(byte[] bytes, int length, long at) throws IOException {
            try {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
                for (long to = at; buffer.hasRemaining(); ) {
                    to += channel.write(buffer, to);
                }
                channel.force(false);
            } catch (IOException e) {
                throw new Fetcher.StorageException(e);
            }
            position = at + length;
            if (position < target.length()) {
                progress.durable(position);
            }
        }

        private SegmentManifest manifest() throws IOException, UselessException {
            if (offer.manifestLength() > SegmentManifest.maxBytes()) {
                throw new UselessException("its manifest is too long");
            }
            byte[] bytes = new byte[(int) offer.manifestLength()];
            try (ContentSource.Part part = source.open(offer.manifestSha256(), 0)) {
                read(part, bytes, bytes.length);
            }
            MessageDigest digest = ContentDigest.begin();
            digest.update(bytes);
            if (!ContentDigest.end(digest).equals(offer.manifestSha256())) {
                throw new UselessException("its manifest is not the one that was signed for");
            }
            SegmentManifest manifest = SegmentManifest.parse(bytes);
            if (!manifest.outputSha256().equals(target.sha256()) || manifest.outputLength() != target.length()) {
                throw new UselessException("its manifest is another image's");
            }
            return manifest;
        }

        private DeltaHead head(SegmentManifest manifest) throws IOException, UselessException {
            if (offer.length() < DeltaHead.PREFIX_BYTES) {
                throw new UselessException("it is too short");
            }
            byte[] bytes;
            try (ContentSource.Part part = source.open(offer.sha256(), 0)) {
                byte[] prefix = new byte[DeltaHead.PREFIX_BYTES];
                read(part, prefix, prefix.length);
                bytes = Arrays.copyOf(prefix, DeltaHead.length(prefix));
                int rest = bytes.length - prefix.length;
                byte[] tail = new byte[rest];
                read(part, tail, rest);
                System.arraycopy(tail, 0, bytes, prefix.length, rest);
            }
            DeltaHead head = DeltaHead.parse(bytes);
            if (!head.outputSha256().equals(target.sha256())
                    || head.outputLength() != target.length()
                    || head.segmentLog() != manifest.segmentLog()
                    || head.fileLength() != offer.length()) {
                throw new UselessException("it makes another image");
            }
            if (!head.baseSha256().equals(base.sha256()) || head.baseLength() > base.length()) {
                throw new UselessException("it starts from another image");
            }
            return head;
        }

        /** Payloads in the order of their segments, over one transfer as long as nothing comes between. */
        private final class Payloads implements AutoCloseable {
            private final DeltaHead head;
            private ContentSource.@Nullable Part part;
            private long at;

            Payloads(DeltaHead head) {
                this.head = head;
            }

            byte[] next(int segment) throws IOException, UselessException {
                byte[] payload = new byte[head.payloadLength(segment)];
                if (payload.length == 0) {
                    return payload;
                }
                ContentSource.Part open = part;
                if (open == null || at != head.payloadAt(segment)) {
                    close();
                    at = head.payloadAt(segment);
                    open = source.open(offer.sha256(), at);
                    part = open;
                    if (open.offset() != at) {
                        throw new UselessException("the source cannot give a part of it");
                    }
                }
                read(open, payload, payload.length);
                at += payload.length;
                return payload;
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

    static void read(ContentSource.Part part, byte[] target, int length) throws IOException {
        int position = 0;
        while (position < length) {
            int count = part.stream().read(target, position, length - position);
            if (count < 0) {
                throw new EOFException("expected " + length + " bytes, the transfer ended after " + position);
            }
            position += count;
        }
    }
}
