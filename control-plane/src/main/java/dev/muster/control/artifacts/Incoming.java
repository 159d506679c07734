package dev.muster.control.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The folder {@code incoming}, where bytes lie until they are kept: every store brings them to disk first, because readers
 * of packages need to seek. Files called {@code upload-*.part} that nobody writes to any more are removed at a later start.
 * Thread-safe.
 */
final class Incoming {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 1 << 16;

    private Incoming() {}

    /** Received bytes on disk. */
    record Received(Path file, String sha256, long length) {}

    /** Received bytes that a store has not kept yet. Adopted ones belong to somebody else and stay where they are. */
    abstract static class Unkept implements ArtifactBytes.Pending {
        final Received received;
        final boolean ours;

        Unkept(Received received, boolean ours) {
            this.received = received;
            this.ours = ours;
        }

        @Override
        public String sha256() {
            return received.sha256();
        }

        @Override
        public long length() {
            return received.length();
        }

        @Override
        public Path file() {
            return received.file();
        }

        @Override
        public void close() throws IOException {
            if (ours) {
                Files.deleteIfExists(received.file());
            }
        }
    }

    /** Whether {@code text} can be a hash; what cannot must not become part of a path or a key. */
    static boolean isHash(String text) {
        return SHA256.matcher(text).matches();
    }

    static Path folder(Path directory) throws IOException {
        return Files.createDirectories(directory.resolve("incoming"));
    }

    /** Streams to a new file, durably. */
    static Received receive(Path directory, InputStream in, long maxBytes) throws IOException {
        Path file = Files.createTempFile(folder(directory), "upload-", ".part");
        try {
            MessageDigest digest = sha256();
            long length = copy(in, file, digest, maxBytes);
            return new Received(file, HexFormat.of().formatHex(digest.digest()), length);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Removes uploads that never ended: last written before {@code before}, because other instances receive here too. */
    static void sweep(Path directory, Instant before) throws IOException {
        Path incoming = directory.resolve("incoming");
        if (Files.isDirectory(incoming)) {
            try (var files = Files.newDirectoryStream(incoming, "upload-*.part")) {
                for (Path file : files) {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private static long copy(InputStream in, Path file, MessageDigest digest, long maxBytes) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long length = 0;
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                length += read;
                if (length > maxBytes) {
                    throw new ArtifactTooLargeException(maxBytes);
                }
                digest.update(buffer, 0, read);
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(true);
        }
        return length;
    }
}
