package dev.muster.trust.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A trust store in memory; passes {@link TrustStoreContract} like the real one. */
public final class MemoryTrustStore implements TrustStore {
    public final Map<String, byte[]> files = new HashMap<>();

    @Override
    public Optional<byte[]> read(String role) {
        return Optional.ofNullable(files.get(role)).map(byte[]::clone);
    }

    @Override
    public void write(String role, byte[] bytes) {
        files.put(role, bytes.clone());
    }

    @Override
    public void delete(String role) {
        files.remove(role);
    }
}
