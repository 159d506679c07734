package dev.muster.standalone.images;

import dev.muster.standalone.dist.PackageTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * What goes into one layer, by its path in the image, without a slash at either end. Files stay where they are until the layer is
 * written. All belongs to root and nobody else may write it, but for folders that say otherwise. For one thread.
 */
final class LayerFiles {
    private static final int OPEN = 0755;
    private static final int PLAIN = 0644;

    private sealed interface Entry {}

    private record Folder(int mode, int owner) implements Entry {}

    private record Copy(Path source) implements Entry {}

    private record Text(String text) implements Entry {}

    private record Link(String target) implements Entry {}

    private final NavigableMap<String, Entry> entries = new TreeMap<>();

    /** A copy of {@code source}; executable if that is. */
    LayerFiles file(String path, Path source) {
        PackageTree.requireBuilt(Files.isRegularFile(source), source);
        return put(path, new Copy(source));
    }

    LayerFiles text(String path, String text) {
        return put(path, new Text(text));
    }

    LayerFiles link(String path, String target) {
        return put(path, new Link(target));
    }

    LayerFiles folder(String path, int mode, int owner) {
        return put(path, new Folder(mode, owner));
    }

    /** All files below {@code folder} whose path in it is {@code wanted}; links stay links. */
    LayerFiles tree(String path, Path folder, Predicate<Path> wanted) throws IOException {
        PackageTree.requireBuilt(Files.isDirectory(folder), folder);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path inside = folder.relativize(file);
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || !wanted.test(inside)) {
                    continue;
                }
                String place = path + "/" + inside;
                if (Files.isSymbolicLink(file)) {
                    link(place, Files.readSymbolicLink(file).toString());
                } else {
                    file(place, file);
                }
            }
        }
        return this;
    }

    private LayerFiles put(String path, Entry entry) {
        // A whole layer where nobody may look into a folder would be of no use.
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            entries.putIfAbsent(path.substring(0, slash), new Folder(OPEN, 0));
        }
        entries.put(path, entry);
        return this;
    }

    /** Writes it as a tar: sorted, one time for all. */
    void writeTo(OutputStream out, Instant time) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        for (var one : entries.entrySet()) {
            write(tar, one.getKey(), one.getValue(), time);
        }
        tar.finish();
        tar.flush();
    }

    private static void write(TarArchiveOutputStream tar, String path, Entry entry, Instant time) throws IOException {
        switch (entry) {
            case Folder folder -> {
                TarArchiveEntry header = header(new TarArchiveEntry(path + "/"), folder.mode(), time);
                header.setIds(folder.owner(), folder.owner());
                tar.putArchiveEntry(header);
            }
            case Link link -> {
                TarArchiveEntry header = header(new TarArchiveEntry(path, TarConstants.LF_SYMLINK), 0777, time);
                header.setLinkName(link.target());
                tar.putArchiveEntry(header);
            }
            case Text text -> {
                byte[] bytes = text.text().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry header = header(new TarArchiveEntry(path), PLAIN, time);
                header.setSize(bytes.length);
                tar.putArchiveEntry(header);
                tar.write(bytes);
            }
            case Copy copy -> {
                TarArchiveEntry header =
                        header(new TarArchiveEntry(path), Files.isExecutable(copy.source()) ? OPEN : PLAIN, time);
                header.setSize(Files.size(copy.source()));
                tar.putArchiveEntry(header);
                Files.copy(copy.source(), tar);
            }
        }
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry header(TarArchiveEntry entry, int mode, Instant time) {
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setModTime(java.nio.file.attribute.FileTime.from(time));
        return entry;
    }
}
