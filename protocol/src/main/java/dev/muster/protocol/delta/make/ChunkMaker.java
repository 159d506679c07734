package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.ChunkIndex;
import dev.muster.protocol.delta.Chunker;
import dev.muster.protocol.delta.DeltaFormat;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** Makes the chunks of an image: the index, and the store with every chunk packed by itself. In the memory of some chunks. */
public final class ChunkMaker {
    private ChunkMaker() {}

    /**
     * Writes the store to {@code store}, beginning anew if it is there.
     *
     * @param cancelled asked often; true ends the work with a {@link java.util.concurrent.CancellationException}
     * @return the index
     */
    public static byte[] make(ImageBytes image, Path store, BooleanSupplier cancelled) throws IOException {
        int chunkLog = ChunkIndex.chunkLog(image.length());
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        ByteArrayOutputStream lengths = new ByteArrayOutputStream();
        MessageDigest whole = DeltaFormat.sha256();
        Chunker chunker = new Chunker(image, image.length(), chunkLog);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(store))) {
            out.write(ChunkIndex.storeHead());
            for (int length = chunker.next(); length > 0; length = chunker.next()) {
                DeltaMaker.check(cancelled);
                byte[] bytes = Arrays.copyOfRange(chunker.bytes(), chunker.offset(), chunker.offset() + length);
                whole.update(bytes);
                digests.writeBytes(ChunkIndex.digest(bytes, 0, length));
                byte[] packed = Packer.pack(bytes);
                byte[] shorter = packed.length < length ? packed : bytes;
                out.write(shorter);
                Numbers.write(lengths, length);
                Numbers.write(lengths, shorter.length);
            }
        }
        return ChunkIndex.write(chunkLog, image.length(), whole.digest(), digests.toByteArray(), lengths.toByteArray());
    }
}
