package dev.muster.trust.client;

import dev.muster.trust.TrustException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A directory with one file per role, {@code <role>.json}. Writes go to a temporary file that is forced to disk and
 * renamed, then the directory is forced, so that a power cut leaves the old or the new bytes.
 */
public final class DirectoryTrustStore implements TrustStore {
    private final Path directory;

    /** Keeps files in {@code directory}, which is created if it is missing. */
    public DirectoryTrustStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new TrustException.Storage("trust store `" + directory + "`", e);
        }
    }

    @Override
    public Optional<byte[]> read(String role) {
        try {
            return Optional.of(Files.readAllBytes(file(role)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new TrustException.Storage("`" + file(role) + "`", e);
        }
    }

    @Override
    public void write(String role, byte[] bytes) {
        Path file = file(role);
        // The name does not end in .json, so that a leftover is never taken for a role.
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory();
        } catch (IOException e) {
            throw new TrustException.Storage("`" + file + "`", e);
        }
    }

    @Override
    public void delete(String role) {
        try {
            Files.deleteIfExists(file(role));
            forceDirectory();
        } catch (IOException e) {
            throw new TrustException.Storage("`" + file(role) + "`", e);
        }
    }

    private Path file(String role) {
        String name = MetadataFiles.name(role, OptionalLong.empty());
        if (name.length() > 200) {
            throw new TrustException.Malformed("role name", "expected at most 200 bytes, found " + name.length());
        }
        return directory.resolve(name);
    }

    private void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
