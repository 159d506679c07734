package dev.muster.telemetry.bridge;

import java.io.IOException;
import java.net.Socket;

/** Opens connections to addresses that somebody chose; who implements it decides which of them may be reached. */
@FunctionalInterface
public interface Dialer {
    /**
     * A connected socket.
     *
     * @param millis how long to wait for it
     * @throws IOException if there is nobody
     * @throws SecurityException if the address must not be dialled, with words for people
     */
    Socket dial(String host, int port, int millis) throws IOException;
}
