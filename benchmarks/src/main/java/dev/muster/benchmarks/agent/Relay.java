package dev.muster.benchmarks.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stretch of wire with a counter: passes the bytes of every connection on and counts them, both directions together. What it counts is
 * what TCP carries, TLS included; the headers of TCP and IP are not in it.
 */
final class Relay implements AutoCloseable {
    private static final int BUFFER = 16 << 10;

    private final ServerSocket listening;
    private final String host;
    private final int port;
    private final AtomicLong bytes = new AtomicLong();

    /** To {@code host:port}. */
    Relay(String target) throws IOException {
        int colon = target.lastIndexOf(':');
        this.host = target.substring(0, colon);
        this.port = Integer.parseInt(target.substring(colon + 1));
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    /** Where to connect, under the same name as the server's, which its certificate has. */
    String address() {
        return host + ":" + listening.getLocalPort();
    }

    long bytes() {
        return bytes.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = listening.accept();
                Socket to = new Socket(host, port);
                from.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                thread(() -> pass(from, to));
                thread(() -> pass(to, from));
            }
        } catch (IOException e) {
            // Closed, or the server is gone: the agent will tell.
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                bytes.addAndGet(count);
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // Either side ended it.
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
