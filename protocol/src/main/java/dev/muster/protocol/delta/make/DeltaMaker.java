package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.BaseBytes;
import dev.muster.protocol.delta.DeltaFormat;
import dev.muster.protocol.delta.DeltaHead;
import dev.muster.protocol.delta.SegmentDecoder;
import dev.muster.protocol.delta.SegmentManifest;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Makes deltas and whole images in the same format, segment by segment on several threads. Memory is bounded by the number of
 * threads and by fixed tables, whatever the length of the images. Thread-safe.
 */
public final class DeltaMaker {
    private static final int IN_FLIGHT = 2;

    private final int segmentLog;
    private final int threads;

    /**
     * A maker.
     *
     * @param segmentLog length of a segment as a power of two
     * @param threads that work at once; each takes about 80 MB with segments of 2 MiB, twice that where zips or
     *     blocks of squashfs are compared
     */
    public DeltaMaker(int segmentLog, int threads) {
        this.segmentLog = segmentLog;
        this.threads = threads;
    }

    /** Told how far the work is, and asked whether it should go on. */
    public interface Watcher {
        /** Segments done; called after each, in order, by one thread. */
        default void at(int segments, int of) {}

        /** Whether the work should end; it then ends with a {@link CancellationException}. */
        default boolean isCancelled() {
            return false;
        }
    }

    /**
     * What was made.
     *
     * @param length of the file
     * @param cpuNanos that all threads took
     * @param copied bytes of the image that are copies of the base
     */
    public record Result(SegmentManifest manifest, long length, long cpuNanos, long copied) {}

    static void check(BooleanSupplier cancelled) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("making a delta was cancelled");
        }
    }

    /** Writes to {@code target} what brings {@code old} to {@code image}, beginning anew if it is there. */
    public Result delta(ImageBytes old, ImageBytes image, Path target, Watcher watcher) throws IOException {
        long begun = cpu();
        Copies copies = Copies.find(old, image, watcher::isCancelled);
        Votes votes = Votes.of(old, watcher::isCancelled);
        List<Repacked> repacked = Repacked.find(old, image, copies, watcher::isCancelled);
        return write(image, new SegmentMaker(old, image, copies, votes, repacked, segmentLog), target, watcher, begun);
    }

    /** Writes {@code image} to {@code target} so that every segment can be had without a base. */
    public Result whole(ImageBytes image, Path target, Watcher watcher) throws IOException {
        ImageBytes none = ImageBytes.of(new byte[0]);
        Votes votes = Votes.of(none, () -> false);
        SegmentMaker maker = new SegmentMaker(none, image, Copies.none(), votes, List.of(), segmentLog);
        return write(image, maker, target, watcher, cpu());
    }

    private Result write(ImageBytes image, SegmentMaker maker, Path target, Watcher watcher, long begun)
            throws IOException {
        int segments = DeltaFormat.segments(image.length(), segmentLog);
        AtomicLong cpu = new AtomicLong();
        ByteArrayOutputStream recipes = new ByteArrayOutputStream();
        ByteArrayOutputStream payloadDigests = new ByteArrayOutputStream();
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        MessageDigest whole = DeltaFormat.sha256();
        Path payloads = target.resolveSibling(target.getFileName() + ".payloads");
        ExecutorService pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("delta-", 0).daemon().factory());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(payloads))) {
            ArrayDeque<Future<SegmentMaker.Made>> running = new ArrayDeque<>();
            byte[] buffer = new byte[1 << segmentLog];
            int asked = 0;
            for (int done = 0; done < segments; done++) {
                check(watcher::isCancelled);
                for (; asked < segments && running.size() < threads * IN_FLIGHT; asked++) {
                    int segment = asked;
                    running.add(pool.submit(() -> {
                        long before = cpu();
                        SegmentMaker.Made made = maker.make(segment);
                        cpu.addAndGet(cpu() - before);
                        return made;
                    }));
                }
                SegmentMaker.Made made = take(running.remove());
                out.write(made.payload());
                recipes.writeBytes(made.recipe());
                digests.writeBytes(made.digest());
                if (made.payload().length > 0) {
                    byte[] digest = DeltaFormat.sha256().digest(made.payload());
                    payloadDigests.write(digest, 0, DeltaFormat.PAYLOAD_DIGEST_BYTES);
                }
                long from = (long) done << segmentLog;
                int length = (int) Math.min(buffer.length, image.length() - from);
                image.get(from, buffer, 0, length);
                whole.update(buffer, 0, length);
                watcher.at(done + 1, segments);
            }
        } catch (CancellationException | IOException e) {
            Files.deleteIfExists(payloads);
            throw e;
        } finally {
            pool.shutdownNow();
        }
        byte[] output = whole.digest();
        byte[] head = head(maker.old(), image, output, recipes.toByteArray(), payloadDigests.toByteArray());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target))) {
            out.write(head);
            Files.copy(payloads, out);
        } finally {
            Files.deleteIfExists(payloads);
        }
        SegmentManifest manifest =
                SegmentManifest.of(segmentLog, image.length(), HexFormat.of().formatHex(output), digests.toByteArray());
        return new Result(manifest, Files.size(target), cpu.get() + cpu() - begun, maker.copied());
    }

    private byte[] head(ImageBytes old, ImageBytes image, byte[] output, byte[] recipes, byte[] digests) {
        if (recipes.length > DeltaFormat.MAX_RECIPE_BYTES) {
            throw new IllegalArgumentException("expected recipes of at most " + DeltaFormat.MAX_RECIPE_BYTES
                    + " bytes, found " + recipes.length + ": the images are too long, or share too many short pieces");
        }
        byte[] packed = Packer.pack(recipes);
        return ByteBuffer.allocate(DeltaHead.PREFIX_BYTES + packed.length + digests.length)
                .putLong(DeltaFormat.MAGIC)
                .put((byte) segmentLog)
                .putLong(image.length())
                .put(output)
                .putLong(old.length())
                .put(digest(old))
                .putInt(recipes.length)
                .putInt(packed.length)
                .putInt(digests.length / DeltaFormat.PAYLOAD_DIGEST_BYTES)
                .put(packed)
                .put(digests)
                .array();
    }

    private static byte[] digest(ImageBytes image) {
        if (image.length() == 0) {
            return new byte[32];
        }
        MessageDigest digest = DeltaFormat.sha256();
        byte[] buffer = new byte[DeltaFormat.BIN_BYTES];
        for (long at = 0; at < image.length(); at += buffer.length) {
            int length = (int) Math.min(buffer.length, image.length() - at);
            image.get(at, buffer, 0, length);
            digest.update(buffer, 0, length);
        }
        return digest.digest();
    }

    /**
     * Decodes the file as a device does, which is the only proof that it is good.
     *
     * @return whether every segment is what the manifest says
     */
    public static boolean verify(Path file, BaseBytes old, SegmentManifest manifest) throws IOException {
        ImageBytes bytes = ImageBytes.map(file);
        byte[] prefix = new byte[DeltaHead.PREFIX_BYTES];
        bytes.read(0, prefix, 0, prefix.length);
        byte[] first = new byte[DeltaHead.length(prefix)];
        bytes.read(0, first, 0, first.length);
        DeltaHead head = DeltaHead.parse(first);
        if (head.fileLength() != bytes.length() || !head.outputSha256().equals(manifest.outputSha256())) {
            return false;
        }
        SegmentDecoder decoder = new SegmentDecoder(head, old);
        byte[] target = new byte[1 << head.segmentLog()];
        for (int segment = 0; segment < head.segments(); segment++) {
            byte[] payload = new byte[head.payloadLength(segment)];
            bytes.read(head.payloadAt(segment), payload, 0, payload.length);
            int length = decoder.decode(segment, payload, target);
            if (!head.isPayload(segment, payload) || !manifest.matches(segment, target, length)) {
                return false;
            }
        }
        return true;
    }

    private static SegmentMaker.Made take(Future<SegmentMaker.Made> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("making a delta was interrupted");
        } catch (ExecutionException e) {
            throw new IOException("a segment cannot be made", e.getCause());
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
