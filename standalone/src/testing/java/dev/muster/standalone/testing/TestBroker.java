package dev.muster.standalone.testing;

/** A running single-node Kafka that makes no topic by accident. */
public interface TestBroker extends TestServer {
    /** {@code host:port} for clients, on loopback. */
    String bootstrap();
}
