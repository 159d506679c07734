package dev.muster.benchmarks.delta;

import dev.muster.protocol.delta.BaseBytes;
import dev.muster.protocol.delta.BaseChunks;
import dev.muster.protocol.delta.ChunkIndex;
import dev.muster.protocol.delta.DeltaHead;
import dev.muster.protocol.delta.SegmentDecoder;
import dev.muster.protocol.delta.SegmentManifest;
import dev.muster.protocol.delta.make.ChunkMaker;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What runs in a process of its own, to be measured: {@code make OLD NEW DELTA MANIFEST LOG}, {@code apply OLD DELTA MANIFEST NEW} as the
 * agent does it, {@code chunk NEW INDEX STORE}, {@code join OLD INDEX STORE NEW}, {@code idle}, which is what a JVM takes that does nothing.
 */
final class Device {
    private Device() {}

    public static void main(String[] args) throws IOException {
        switch (args[0]) {
            case "make" -> {
                DeltaMaker.Result made = new DeltaMaker(Integer.parseInt(args[5]), 1)
                        .delta(
                                ImageBytes.map(Path.of(args[1])),
                                ImageBytes.map(Path.of(args[2])),
                                Path.of(args[3]),
                                new DeltaMaker.Watcher() {});
                Files.write(Path.of(args[4]), made.manifest().toBytes());
            }
            case "chunk" ->
                Files.write(
                        Path.of(args[2]),
                        ChunkMaker.make(ImageBytes.map(Path.of(args[1])), Path.of(args[3]), () -> false));
            case "join" -> join(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Path.of(args[4]));
            case "apply" -> apply(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Path.of(args[4]));
            default -> {}
        }
    }

    private static void apply(Path old, Path delta, Path segments, Path target) throws IOException {
        SegmentManifest manifest = SegmentManifest.parse(Files.readAllBytes(segments));
        try (FileChannel base = FileChannel.open(old, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                DataInputStream in = new DataInputStream(Files.newInputStream(delta))) {
            byte[] prefix = new byte[DeltaHead.PREFIX_BYTES];
            in.readFully(prefix);
            byte[] bytes = Arrays.copyOf(prefix, DeltaHead.length(prefix));
            in.readFully(bytes, prefix.length, bytes.length - prefix.length);
            DeltaHead head = DeltaHead.parse(bytes);
            SegmentDecoder decoder = new SegmentDecoder(head, reading(base));
            byte[] made = new byte[1 << head.segmentLog()];
            for (int segment = 0; segment < head.segments(); segment++) {
                byte[] payload = new byte[head.payloadLength(segment)];
                in.readFully(payload);
                int length = decoder.decode(segment, payload, made);
                if (!head.isPayload(segment, payload) || !manifest.matches(segment, made, length)) {
                    throw new IOException("segment " + segment + " is wrong");
                }
                for (ByteBuffer buffer = ByteBuffer.wrap(made, 0, length); buffer.hasRemaining(); ) {
                    out.write(buffer);
                }
                out.force(false);
            }
        }
    }

    private static void join(Path old, Path indexFile, Path storeFile, Path target) throws IOException {
        ChunkIndex index = ChunkIndex.parse(Files.readAllBytes(indexFile));
        try (FileChannel base = FileChannel.open(old, StandardOpenOption.READ);
                FileChannel store = FileChannel.open(storeFile, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            BaseChunks had = BaseChunks.find(index, reading(base), base.size());
            for (int chunk = 0; chunk < index.chunks(); chunk++) {
                byte[] bytes;
                if (had.place(chunk) >= 0) {
                    bytes = new byte[index.length(chunk)];
                    reading(base).read(had.place(chunk), bytes, 0, bytes.length);
                } else {
                    byte[] packed = new byte[index.storedLength(chunk)];
                    reading(store).read(index.storedAt(chunk), packed, 0, packed.length);
                    bytes = index.unpack(chunk, packed);
                }
                if (!index.matches(chunk, bytes, bytes.length)) {
                    throw new IOException("chunk " + chunk + " is wrong");
                }
                for (ByteBuffer buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
                    out.write(buffer);
                }
            }
            out.force(false);
        }
    }

    private static BaseBytes reading(FileChannel base) {
        return (position, target, offset, length) -> {
            ByteBuffer buffer = ByteBuffer.wrap(target, offset, length);
            for (long at = position; buffer.hasRemaining(); ) {
                int count = base.read(buffer, at);
                if (count < 0) {
                    throw new EOFException("the base ends at " + at);
                }
                at += count;
            }
        };
    }
}
