package dev.muster.standalone.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * What lies in a backup: a compressed tar of the manifest, of files of the data directory below {@value #DATA}, and at the end of a list of
 * all files with their SHA-256. For one thread.
 */
final class ArchiveWriter implements AutoCloseable {
    static final String DATA = "data/";
    static final String LIST = "sha256sums.txt";

    private static final int BUFFER = 1 << 16;

    private final TarArchiveOutputStream tar;
    private final Advance advance;
    private final StringBuilder list = new StringBuilder();
    private final byte[] buffer = new byte[BUFFER];

    ArchiveWriter(OutputStream out, Advance advance) throws IOException {
        this.advance = advance;
        this.tar = new TarArchiveOutputStream(
                new BufferedOutputStream(new Fast(out), BUFFER), StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** Images and apps do not become smaller, and the database does at once. */
    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** One small file. */
    void put(String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        note(name, sha256().digest(content));
    }

    void folder(String name) throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry(name + "/"));
        tar.closeArchiveEntry();
    }

    /**
     * One file as long as it is now: what is appended meanwhile is left out, what is cut off is filled with zeros. One that is gone is
     * left out.
     */
    void file(String name, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(size);
            tar.putArchiveEntry(entry);
            MessageDigest digest = sha256();
            DigestOutputStream out = new DigestOutputStream(tar, digest);
            for (long left = size; left > 0; ) {
                int most = (int) Math.min(left, buffer.length);
                int read = in.read(buffer, 0, most);
                if (read < 0) {
                    Arrays.fill(buffer, (byte) 0);
                    read = most;
                }
                out.write(buffer, 0, read);
                advance.add(read);
                left -= read;
            }
            tar.closeArchiveEntry();
            note(name, digest.digest());
        } catch (NoSuchFileException e) {
            // Removed since it was listed, which whoever reads the copy knows from elsewhere.
        }
    }

    /** All below {@code folder} that {@code wanted} lets through, by its place in it; nothing where there is no such folder. */
    void tree(String name, Path folder, Predicate<Path> wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
                if (!visited.equals(folder) && !wanted.test(folder.relativize(visited))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                folder(place(visited));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && wanted.test(folder.relativize(file))) {
                    file(place(file), file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            private String place(Path visited) {
                return visited.equals(folder) ? name : name + "/" + folder.relativize(visited);
            }
        });
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** The list of what was written; nothing may follow. */
    void end() throws IOException {
        byte[] content = list.toString().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(LIST);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
        tar.finish();
    }

    private void note(String name, byte[] digest) {
        advance.file();
        list.append(HexFormat.of().formatHex(digest)).append("  ").append(name).append('\n');
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
