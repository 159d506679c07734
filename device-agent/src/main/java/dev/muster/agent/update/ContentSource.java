package dev.muster.agent.update;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Where the bytes of targets come from. Nothing it delivers is trusted before its digest was checked. */
@FunctionalInterface
public interface ContentSource {
    /** The target's bytes from {@code offset} on, or from the start if the source cannot do better. */
    Part open(String sha256, long offset) throws IOException;

    /** The source says that it does not have the target at all. */
    final class MissingException extends IOException {
        public MissingException(String message) {
            super(message);
        }
    }

    /** A running transfer. */
    interface Part extends AutoCloseable {
        /** Where in the target the first byte of {@link #stream()} belongs. */
        long offset();

        InputStream stream();

        /** Length of the whole target, where the source says it. */
        default OptionalLong total() {
            return OptionalLong.empty();
        }

        @Override
        void close() throws IOException;
    }
}
