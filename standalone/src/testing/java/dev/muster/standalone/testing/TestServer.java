package dev.muster.standalone.testing;

/** A server that a test may kill and start again; it then has all that it acknowledged. For one thread. */
public interface TestServer extends AutoCloseable {
    /** Ends it as a power cut would (SIGKILL); nobody listens on its port then. */
    void kill();

    /** Starts it again after {@link #kill}, on the same address and the same data, and waits until it is ready. */
    void start();

    /** Stops it; nobody listens on its port afterwards. */
    @Override
    void close();
}
