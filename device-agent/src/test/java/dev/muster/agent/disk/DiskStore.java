package dev.muster.agent.disk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/** The real one but for what is left of it. */
final class DiskStore extends FileStore {
    private final FileStore store;
    private final long room;

    DiskStore(FileStore store, long room) {
        this.store = store;
        this.room = room;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public String type() {
        return store.type();
    }

    @Override
    public boolean isReadOnly() {
        return store.isReadOnly();
    }

    @Override
    public long getTotalSpace() throws IOException {
        return store.getTotalSpace();
    }

    @Override
    public long getUsableSpace() {
        return room;
    }

    @Override
    public long getUnallocatedSpace() {
        return room;
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return store.supportsFileAttributeView(type);
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return store.supportsFileAttributeView(name);
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        return store.getFileStoreAttributeView(type);
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        return store.getAttribute(attribute);
    }
}
