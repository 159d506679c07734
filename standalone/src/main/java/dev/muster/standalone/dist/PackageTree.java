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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Files on their way into a package: equal input gives equal bytes, modes and times. */
public final class PackageTree {
    private PackageTree() {}

    /** Copies one file, making the folders on the way. */
    static void copy(Path from, Path to) throws IOException {
        requireBuilt(Files.isRegularFile(from), from);
        Files.createDirectories(to.resolveSibling(""));
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Copies a folder with all below it, making the folders on the way. */
    static void copyFolder(Path from, Path to) throws IOException {
        requireBuilt(Files.isDirectory(from), from);
        Files.createDirectories(to.resolveSibling(""));
        Tool.run(to.resolveSibling(""), Map.of(), List.of("cp", "-a", from.toString(), to.toString()));
    }

    /** Fails with the way to build {@code file} unless it is {@code there}. */
    public static void requireBuilt(boolean there, Path file) {
        if (!there) {
            throw new StandaloneException(
                    ExitCode.NOT_BUILT, "expected `" + file + "`, found nothing; run `./muster up` once to build it");
        }
    }

    /** Refuses what is no level of zstd. */
    static void checkLevel(int level) {
        if (level < 1 || level > 19) {
            throw new StandaloneException(ExitCode.USAGE, "expected --level of 1 to 19, found " + level);
        }
    }

    /**
     * {@code tar.zst} of {@code tree} in {@code folder}, named as the tree is.
     *
     * @param zstd how zstd is called
     * @param more options of tar
     */
    static Path tarZst(Path tree, Path folder, String zstd, List<String> more) {
        Path file = folder.resolve(tree.getFileName() + ".tar.zst");
        List<String> command = new ArrayList<>(
                List.of("tar", "--sort=name", "--format=gnu", "--owner=0", "--group=0", "--numeric-owner"));
        command.addAll(more);
        command.addAll(List.of(
                "--use-compress-program=" + zstd,
                "-cf",
                file.toString(),
                tree.getFileName().toString()));
        Tool.run(tree.resolveSibling(""), Map.of("LC_ALL", "C"), command);
        return file;
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

    /** With all below it; absent is fine. */
    public static void delete(Path root) throws IOException {
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
