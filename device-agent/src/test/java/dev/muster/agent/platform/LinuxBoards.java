package dev.muster.agent.platform;

import java.nio.file.Path;

/** Linux machines whose root directory is not this machine's. */
public final class LinuxBoards {
    private LinuxBoards() {}

    /** Platform {@code linux} over the tree below {@code system}. */
    public static PlatformOpener at(Path system) {
        return (name, state, clock, nanos, rebooter) -> new LinuxPlatform(state, system, clock, nanos);
    }
}
