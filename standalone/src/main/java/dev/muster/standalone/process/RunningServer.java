package dev.muster.standalone.process;

/** A server that runs as a child process and is ready. */
public interface RunningServer extends AutoCloseable {
    /** The child, to watch. */
    ChildProcess process();

    /** Stops it the way that loses nothing, and waits for its end: SIGTERM, unless a server wants something else. */
    @Override
    default void close() {
        process().close();
    }

    /** Stops it at once as a power cut would (SIGKILL); started again with the same options it recovers. */
    default void kill() {
        process().kill();
    }
}
