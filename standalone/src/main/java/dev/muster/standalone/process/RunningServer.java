package dev.muster.standalone.process;

/** A server that runs as a child process and is ready. */
public interface RunningServer extends AutoCloseable {
    /** The child, to watch. */
    ChildProcess process();

    /** Stops it the way that loses nothing, and waits for its end. */
    @Override
    void close();
}
