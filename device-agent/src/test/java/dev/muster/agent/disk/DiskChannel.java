package dev.muster.agent.disk;

import dev.muster.agent.disk.HostileDisk.Call.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file of a {@link HostileDisk}. */
final class DiskChannel extends FileChannel {
    private final HostileDisk disk;
    private final Path path;
    private final FileChannel channel;

    DiskChannel(HostileDisk disk, Path path, FileChannel channel) {
        this.disk = disk;
        this.path = path;
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        disk.look(Kind.READ, path);
        return channel.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        disk.look(Kind.READ, path);
        return channel.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        disk.look(Kind.READ, path);
        return channel.read(target, position);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        disk.change(Kind.WRITE, path);
        return channel.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        disk.change(Kind.WRITE, path);
        return channel.write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        disk.change(Kind.WRITE, path);
        return channel.write(source, position);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        channel.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.change(Kind.WRITE, path);
        channel.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.change(Kind.SYNC, path);
        // Not passed on: what is durable is the test's word, and real syncs take the time of a hundred tests.
        disk.synced(path);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        disk.look(Kind.READ, path);
        return channel.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        disk.change(Kind.WRITE, path);
        return channel.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        if (!mode.equals(MapMode.READ_ONLY)) {
            throw new UnsupportedOperationException("what is written through memory would pass the disk by");
        }
        disk.look(Kind.READ, path);
        return channel.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return channel.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return channel.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        channel.close();
    }
}
