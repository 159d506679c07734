package dev.muster.agent.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A file that was read from end to end and found to hold what was signed for. Who reads it a second time, such as to unpack
 * it, asks {@link #requireUntouched} before anything comes of it.
 */
public final class CheckedFile {
    /** Stamps of file systems move in steps of some milliseconds, in which a file of this size may be read more than once. */
    private static final long SMALL_BYTES = 4L << 20;

    private final Path file;
    private final long length;
    private final String sha256;
    private final Map<String, Object> stamp;

    private CheckedFile(Path file, long length, String sha256, Map<String, Object> stamp) {
        this.file = file;
        this.length = length;
        this.sha256 = sha256;
        this.stamp = stamp;
    }

    /**
     * Reads and checks {@code file}.
     *
     * @throws AlteredException if it is not {@code length} bytes with this digest
     */
    public static CheckedFile of(Path file, long length, String sha256) throws IOException {
        // Before the first byte: a change that comes while the file is read shows as well.
        Map<String, Object> stamp = stamp(file);
        CheckedFile checked = new CheckedFile(file, length, sha256, stamp);
        checked.read();
        return checked;
    }

    /** Where it lies. */
    public Path path() {
        return file;
    }

    /** Throws {@link AlteredException} if the file was written to, or another took its place, since it was checked. */
    public void requireUntouched() throws IOException {
        if (!stamp(file).equals(stamp)) {
            throw new AlteredException("`" + file.getFileName() + "` changed after it was checked");
        }
        if (length <= SMALL_BYTES) {
            read();
        }
    }

    private void read() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != length || !ContentDigest.matches(channel, length, sha256)) {
                throw new AlteredException("expected `" + file.getFileName() + "` to hold " + length
                        + " bytes with sha256 `" + sha256 + "`, found others");
            }
        }
    }

    // The time of the last change of any kind is the kernel's own: unlike the time of modification nobody can set it
    // back.
    private static Map<String, Object> stamp(Path file) throws IOException {
        try {
            return Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Files.readAttributes(file, "fileKey,size,lastModifiedTime");
        }
    }
}
