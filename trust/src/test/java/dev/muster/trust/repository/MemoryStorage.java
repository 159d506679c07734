package dev.muster.trust.repository;

import dev.muster.trust.client.MetadataFetcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Storage in memory that is a mirror too; refuses to write a versioned file twice with different bytes. */
public final class MemoryStorage implements RepositoryStorage, MetadataFetcher {
    public final Map<String, byte[]> files = new HashMap<>();
    public final List<String> written = new ArrayList<>();

    @Override
    public Optional<byte[]> read(String fileName) {
        return Optional.ofNullable(files.get(fileName));
    }

    @Override
    public void write(String fileName, byte[] bytes) {
        byte[] old = files.put(fileName, bytes.clone());
        written.add(fileName);
        if (old != null && Character.isDigit(fileName.charAt(0)) && !java.util.Arrays.equals(old, bytes)) {
            throw new IllegalStateException(fileName + " was written with other bytes before");
        }
    }

    @Override
    public Optional<byte[]> fetch(String fileName, long maxLength) {
        return read(fileName);
    }
}
