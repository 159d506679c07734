package dev.muster.agent.platform;

import dev.muster.agent.config.StateDir;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Opens a platform by its name; {@link Platforms#open} but for tests, whose boards are below a directory. */
public interface PlatformOpener {
    /** See {@link Platforms#open}. */
    Platform open(String name, StateDir state, InstantSource clock, LongSupplier nanos, Runnable rebooter)
            throws IOException;
}
