package dev.muster.control.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The digest of a signed package: entries, central directory and end record in chunks of 1 MiB, each hashed with a prefix,
 * then one hash over all of those and the optional blocks. The file is read once, in pieces.
 */
final class ContentDigest {
    private static final int PREFIX_BYTES = 5;

    private final MessageDigest digest;

    ContentDigest(String algorithm) {
        try {
            this.digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm + " is part of every Java platform", e);
        }
    }

    byte[] of(ZipLayout zip, SigningBlock block) throws IOException {
        FileSlice file = zip.file();
        byte[] end = new byte[(int) (file.length() - zip.endStart())];
        file.bytes(zip.endStart(), end.length).get(end);
        ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).putInt(HapFormat.DIRECTORY_OFFSET_IN_END, (int)
                block.start());
        List<FileSlice> parts = List.of(
                file.slice(0, block.start()), file.slice(zip.directoryStart(), zip.endStart() - zip.directoryStart()));
        long chunks = chunks(end.length);
        for (FileSlice part : parts) {
            chunks += chunks(part.length());
        }
        ByteBuffer top = ByteBuffer.allocate(Math.toIntExact(PREFIX_BYTES + chunks * digest.getDigestLength()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HapFormat.TOP_PREFIX)
                .putInt((int) chunks);
        byte[] buffer = new byte[HapFormat.CHUNK_BYTES];
        for (FileSlice part : parts) {
            try (InputStream in = part.stream()) {
                for (int read = in.readNBytes(buffer, 0, buffer.length);
                        read > 0;
                        read = in.readNBytes(buffer, 0, buffer.length)) {
                    top.put(chunk(buffer, 0, read));
                }
            }
        }
        for (int at = 0; at < end.length; at += HapFormat.CHUNK_BYTES) {
            top.put(chunk(end, at, Math.min(HapFormat.CHUNK_BYTES, end.length - at)));
        }
        digest.update(top.array());
        for (SigningBlock.Block optional : block.blocks()) {
            if (HapFormat.isDigested(optional.type())) {
                update(optional.value(), buffer);
            }
        }
        return digest.digest();
    }

    private byte[] chunk(byte[] bytes, int at, int length) {
        digest.update(ByteBuffer.allocate(PREFIX_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HapFormat.CHUNK_PREFIX)
                .putInt(length)
                .array());
        digest.update(bytes, at, length);
        return digest.digest();
    }

    private void update(FileSlice slice, byte[] buffer) throws IOException {
        try (InputStream in = slice.stream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }

    private static long chunks(long bytes) {
        return (bytes + HapFormat.CHUNK_BYTES - 1) / HapFormat.CHUNK_BYTES;
    }
}
