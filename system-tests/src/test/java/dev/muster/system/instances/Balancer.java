package dev.muster.system.instances;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a cluster has in front of its instances: hands each connection to the next of them that takes it, and looks into none. An end
 * on one side is an end on the other. Thread-safe.
 */
final class Balancer implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int BACKLOG = 512;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final List<InetSocketAddress> targets;
    private final AtomicInteger next = new AtomicInteger();

    private Balancer(ServerSocket listener, List<InetSocketAddress> targets) {
        this.listener = listener;
        this.targets = List.copyOf(targets);
    }

    /** Listens on {@code port} of 127.0.0.1. */
    static Balancer start(int port, List<InetSocketAddress> targets) {
        try {
            Balancer balancer =
                    new Balancer(new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()), targets);
            Thread.ofVirtual().name("balancer-" + port).start(balancer::accept);
            return balancer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // Closed.
                return;
            }
        }
    }

    private void serve(Socket client) {
        int first = next.getAndIncrement();
        for (int tried = 0; tried < targets.size(); tried++) {
            Socket server = new Socket();
            try {
                server.connect(targets.get(Math.floorMod(first + tried, targets.size())), CONNECT_MILLIS);
            } catch (IOException e) {
                close(server);
                continue;
            }
            Thread.ofVirtual().start(() -> pump(client, server));
            pump(server, client);
            return;
        }
        close(client);
    }

    private static void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // The end of one of them.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
