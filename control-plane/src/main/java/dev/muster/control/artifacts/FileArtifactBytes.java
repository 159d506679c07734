package dev.muster.control.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Artifacts as files {@code <directory>/ab/cd/<sha256>}. Bytes arrive in {@code <directory>/incoming}, on the same file
 * system, and are moved into place by one atomic rename after they were forced to disk. Thread-safe.
 */
final class FileArtifactBytes implements ArtifactBytes {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path directory;

    /** Uses {@code directory}, which exists; what a crash left half received is removed by {@link #sweep}. */
    FileArtifactBytes(Path directory) {
        this.directory = directory;
    }

    @Override
    public Pending receive(InputStream in, long maxBytes) throws IOException {
        Path incoming = incoming(directory);
        Path file = Files.createTempFile(incoming, "upload-", ".part");
        try {
            MessageDigest digest = sha256();
            long length = copy(in, file, digest, maxBytes);
            return new PendingFile(file, HexFormat.of().formatHex(digest.digest()), length);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Where bytes lie that are not kept yet; files called {@code upload-*.part} are removed at the next start. */
    static Path incoming(Path directory) throws IOException {
        return Files.createDirectories(directory.resolve("incoming"));
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

    @Override
    public Optional<Path> file(String sha256) {
        return SHA256.matcher(sha256).matches()
                ? Optional.of(place(sha256)).filter(Files::isRegularFile)
                : Optional.empty();
    }

    /** Removes uploads that never ended; only before the first request is served. */
    void sweep() throws IOException {
        Path incoming = directory.resolve("incoming");
        if (Files.isDirectory(incoming)) {
            try (var files = Files.newDirectoryStream(incoming, "upload-*.part")) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Path place(String sha256) {
        return directory
                .resolve(sha256.substring(0, 2))
                .resolve(sha256.substring(2, 4))
                .resolve(sha256);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private final class PendingFile implements Pending {
        private final Path file;
        private final String sha256;
        private final long length;

        PendingFile(Path file, String sha256, long length) {
            this.file = file;
            this.sha256 = sha256;
            this.length = length;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public Path file() {
            return file;
        }

        @Override
        public void keep() throws IOException {
            Path place = place(sha256);
            Files.createDirectories(place.getParent());
            Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
            // The rename itself is durable only when its directory is.
            try (FileChannel parent = FileChannel.open(place.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }
}
