package dev.muster.protocol.delta;

import java.io.IOException;

/** The bytes of a segment that no copy covers, in order. Not thread-safe. */
interface Residual extends AutoCloseable {
    void fill(byte[] target, int offset, int length) throws IOException;

    /** Fails unless all was read: bytes that nobody looks at are bytes that somebody smuggled in. */
    void end() throws IOException;

    @Override
    void close() throws IOException;
}
