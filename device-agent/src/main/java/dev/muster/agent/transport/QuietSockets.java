package dev.muster.agent.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS sockets of one session whose reader may sleep. Paho's reader wakes once a second, only to see whether it was told to
 * stop; on a device that has nothing to say this costs more CPU than all else (0.08 % of a core). Thread-safe.
 */
final class QuietSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;
    private volatile @Nullable Socket last;

    QuietSockets(SSLSocketFactory sockets) {
        this.sockets = sockets;
    }

    /** From the reader's next turn on it wakes every {@code pause} only; Paho sets its second when it connects. */
    void settle(Duration pause) {
        Socket socket = last;
        if (socket != null) {
            try {
                socket.setSoTimeout((int) pause.toMillis());
            } catch (SocketException e) {
                // Closed meanwhile: whoever closed it tells.
            }
        }
    }

    private Socket remember(Socket socket) {
        last = socket;
        return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
        return remember(sockets.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return remember(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return remember(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return remember(sockets.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return remember(sockets.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(Socket tunnel, String host, int port, boolean close) throws IOException {
        return remember(sockets.createSocket(tunnel, host, port, close));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }
}
