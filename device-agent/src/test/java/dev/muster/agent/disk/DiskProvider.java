package dev.muster.agent.disk;

import dev.muster.agent.disk.HostileDisk.Call.Kind;
import dev.muster.agent.disk.HostileDisk.Content;
import dev.muster.agent.disk.HostileDisk.Folder;
import dev.muster.agent.disk.HostileDisk.Link;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does on the real file what was asked of the one in disguise, after the {@link HostileDisk} agreed. */
final class DiskProvider extends FileSystemProvider {
    private static final FileSystemProvider REAL = FileSystems.getDefault().provider();

    private final HostileDisk disk;

    DiskProvider(HostileDisk disk) {
        this.disk = disk;
    }

    private static Path real(Path path) {
        return DiskPath.real(path).toAbsolutePath().normalize();
    }

    @Override
    public String getScheme() {
        return "hostile";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("a disk has no address");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException("a disk has no address");
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("a disk has no address");
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        // Through a link to a directory the file has one name of its own.
        Path real = settled(real(path));
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        boolean isNew = writes && !HostileDisk.exists(real);
        if (isNew) {
            disk.change(Kind.CREATE, real);
        } else if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            disk.change(Kind.WRITE, real);
        }
        // Opening reads nothing of the content: what cannot be read may be opened, and written anew.
        FileChannel channel = REAL.newFileChannel(real, options, attributes);
        if (isNew) {
            disk.created(real, new Content());
        }
        return new DiskChannel(disk, real, channel);
    }

    private static Path settled(Path real) throws IOException {
        if (Files.exists(real)) {
            return real.toRealPath();
        }
        Path parent = real.getParent();
        Path name = real.getFileName();
        return parent != null && name != null && Files.exists(parent)
                ? parent.toRealPath().resolve(name)
                : real;
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        disk.look(Kind.READ, real(directory));
        DiskFileSystem files = disk.fileSystem();
        DirectoryStream<Path> stream =
                REAL.newDirectoryStream(real(directory), entry -> filter.accept(files.wrap(entry)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> entries = stream.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return entries.hasNext();
                    }

                    @Override
                    public Path next() {
                        return files.wrap(entries.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        Path real = real(directory);
        if (HostileDisk.exists(real)) {
            REAL.createDirectory(real, attributes); // says that it is there
        }
        disk.change(Kind.CREATE, real);
        REAL.createDirectory(real, attributes);
        disk.created(real, new Folder());
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        Path real = real(link);
        disk.change(Kind.CREATE, real);
        REAL.createSymbolicLink(real, DiskPath.real(target), attributes);
        disk.created(real, new Link(DiskPath.real(target)));
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return disk.fileSystem().wrap(REAL.readSymbolicLink(real(link)));
    }

    @Override
    public void delete(Path path) throws IOException {
        Path real = real(path);
        if (HostileDisk.exists(real)) {
            disk.change(Kind.DELETE, real);
        }
        REAL.delete(real);
        disk.deleted(real);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException("nothing of the agent copies files");
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        Path from = real(source);
        Path to = real(target);
        disk.change(Kind.RENAME, to);
        REAL.move(from, to, options);
        disk.renamed(from, to);
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return REAL.isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return REAL.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        FileStore store = REAL.getFileStore(real(path));
        return disk.room().isEmpty() ? store : new DiskStore(store, disk.room().get());
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        REAL.checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return REAL.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return REAL.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return REAL.readAttributes(real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        disk.look(Kind.WRITE, real(path));
        REAL.setAttribute(real(path), attribute, value, options);
    }
}
