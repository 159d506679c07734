package dev.muster.control.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Artifacts as files {@code <directory>/ab/cd/<sha256>}. Bytes arrive in {@code <directory>/incoming}, on the same file
 * system, and are moved into place by one atomic rename after they were forced to disk. Thread-safe.
 */
final class FileArtifactBytes implements ArtifactBytes {
    private final Path directory;

    /** Uses {@code directory}, which exists. */
    FileArtifactBytes(Path directory) {
        this.directory = directory;
    }

    @Override
    public Pending receive(InputStream in, long maxBytes) throws IOException {
        return new PendingFile(Incoming.receive(directory, in, maxBytes), true);
    }

    @Override
    public Pending adopt(Path file, String sha256, long length) {
        return new PendingFile(new Incoming.Received(file, sha256, length), false);
    }

    @Override
    public Optional<Stored> find(String sha256) throws IOException {
        Optional<Path> file = file(sha256);
        return file.isEmpty() ? Optional.empty() : Optional.of(new StoredFile(file.get(), Files.size(file.get())));
    }

    @Override
    public Optional<Path> file(String sha256) {
        return Incoming.isHash(sha256)
                ? Optional.of(place(directory, sha256)).filter(Files::isRegularFile)
                : Optional.empty();
    }

    @Override
    public List<String> unsent(Instant before) {
        return List.of();
    }

    @Override
    public void send(String sha256) {
        // Whatever was kept is where it belongs.
    }

    @Override
    public void delete(String sha256) throws IOException {
        if (Incoming.isHash(sha256)) {
            Files.deleteIfExists(place(directory, sha256));
        }
    }

    /** Where the bytes of a hash lie below {@code directory}. */
    static Path place(Path directory, String sha256) {
        return directory
                .resolve(sha256.substring(0, 2))
                .resolve(sha256.substring(2, 4))
                .resolve(sha256);
    }

    private record StoredFile(Path file, long length) implements Stored {
        @Override
        public InputStream open(long from, long count) throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            return new BoundedStream(Channels.newInputStream(channel.position(from)), count);
        }

        @Override
        public Optional<Path> local() {
            return Optional.of(file);
        }
    }

    private final class PendingFile extends Incoming.Unkept {
        PendingFile(Incoming.Received received, boolean ours) {
            super(received, ours);
        }

        @Override
        public void keep() throws IOException {
            Path place = place(directory, received.sha256());
            Files.createDirectories(place.getParent());
            if (ours) {
                Files.move(received.file(), place, StandardCopyOption.ATOMIC_MOVE);
            } else if (!Files.exists(place)) {
                link(place);
            }
            // The rename itself is durable only when its directory is.
            try (FileChannel parent = FileChannel.open(place.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        }

        @Override
        public void keepHere() throws IOException {
            keep();
        }

        /** A second name for an adopted file: it costs no copy, and whoever owns the first name keeps it. */
        private void link(Path place) throws IOException {
            try {
                Files.createLink(place, received.file());
            } catch (FileAlreadyExistsException e) {
                // Equal bytes came first.
                return;
            } catch (UnsupportedOperationException | IOException e) {
                // No links here, or another file system: a copy, whole before it is seen.
                try (InputStream in = Files.newInputStream(received.file())) {
                    Incoming.Received copy = Incoming.receive(directory, in, received.length());
                    Files.move(copy.file(), place, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }
}
