package dev.muster.agent.update;

import dev.muster.agent.store.AtomicFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files for bytes on their way, one per digest, for every kind of target but the image. */
public final class Downloads {
    private final Path directory;

    /** Downloads in {@code directory}, which exists. */
    public Downloads(Path directory) {
        this.directory = directory;
    }

    /** Where the bytes of {@code target} lie. */
    public Path file(DesiredTarget target) {
        return directory.resolve(target.sha256() + ".part");
    }

    FileChannel open(DesiredTarget target) throws IOException {
        return AtomicFiles.openOrCreate(file(target), target.length());
    }

    void requireRoom(DesiredTarget target, long times, long reserve) throws IOException {
        Room.require(directory, target, times, reserve);
    }

    void discard(DesiredTarget target) throws IOException {
        Files.deleteIfExists(file(target));
    }

    /** Removes what no update in progress owns. */
    public void clearAll() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
