package dev.muster.agent.store;

import java.io.IOException;
import java.util.Optional;

/** One small document that survives a power cut: what was read last is what was written last, whole. */
public interface StateStore {
    /** The document, or empty before the first write. */
    Optional<byte[]> read() throws IOException;

    /** Returns only when {@code document} is durable; when it throws, the document before is still in force. */
    void write(byte[] document) throws IOException;
}
