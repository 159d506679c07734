package dev.muster.protocol.delta;

import java.io.IOException;

/** The image that a delta starts from, read wherever the delta says. */
@FunctionalInterface
public interface BaseBytes {
    /** There is none: for whole images. */
    BaseBytes NONE = (position, target, offset, length) -> {
        throw new IOException("there is no base to read from");
    };

    /** Fills {@code length} bytes of {@code target} from {@code offset} on; fails where the base is shorter or unreadable. */
    void read(long position, byte[] target, int offset, int length) throws IOException;
}
