package dev.muster.standalone.backup;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Says from time to time how far a long copy is. For one thread. */
final class Advance {
    private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final String what;
    private final Consumer<String> line;
    private final LongSupplier nanos;
    private long bytes;
    private long files;
    private long said;

    Advance(String what, Consumer<String> line, LongSupplier nanos) {
        this.what = what;
        this.line = line;
        this.nanos = nanos;
        this.said = nanos.getAsLong();
    }

    void add(long more) {
        bytes += more;
        if (nanos.getAsLong() - said >= EVERY_NANOS) {
            said = nanos.getAsLong();
            line.accept("  " + what + ": " + this);
        }
    }

    void file() {
        files++;
    }

    /** So far. */
    @Override
    public String toString() {
        return files + " files, " + (bytes >> 20) + " MiB";
    }
}
