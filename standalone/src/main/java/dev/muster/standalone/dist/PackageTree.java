package dev.muster.standalone.dist;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** Files on their way into a package: equal input gives equal bytes, modes and times. */
final class PackageTree {
    private PackageTree() {}

    /** Copies one file, making the folders on the way. */
    static void copy(Path from, Path to) throws IOException {
        if (!Files.isRegularFile(from)) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT, "expected `" + from + "`, found nothing; run `./muster up` once to build it");
        }
        Files.createDirectories(to.resolveSibling(""));
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Copies all that is directly in {@code from} and ends so. */
    static void copyAll(Path from, String ending, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file :
                    (Iterable<Path>) files.filter(name -> name.toString().endsWith(ending))::iterator) {
                copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** One time for all; folders and programs 0755, all else 0644: whatever the umask of whoever packages. */
    static void normalise(Path root, Instant time) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                if (Files.isSymbolicLink(file)) {
                    continue;
                }
                boolean open = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || Files.isExecutable(file);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open ? "rwxr-xr-x" : "rw-r--r--"));
                Files.setLastModifiedTime(file, FileTime.from(time));
            }
        }
    }

    /** Bytes of all files below. */
    static long size(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(PackageTree::bytes)
                    .sum();
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
