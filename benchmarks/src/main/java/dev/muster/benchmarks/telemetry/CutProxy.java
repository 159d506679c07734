package dev.muster.benchmarks.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between devices and gateway that can be cut, and one whose packets just stop. Thread-safe. */
final class CutProxy implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private boolean cut; // guarded by this, as is what follows
    private boolean frozen;

    private CutProxy(ServerSocket listener, InetSocketAddress target) {
        this.listener = listener;
        this.target = target;
    }

    static CutProxy before(InetSocketAddress target) throws IOException {
        CutProxy proxy = new CutProxy(new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress()), target);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Ends all connections and lets nobody through until {@link #mend}. */
    synchronized void cut() {
        cut = true;
        open.forEach(CutProxy::closeQuietly);
    }

    /** Connections stay and carry nothing until {@link #mend}: what a radio link does when it dies. */
    synchronized void freeze() {
        frozen = true;
    }

    synchronized void mend() {
        cut = false;
        frozen = false;
        notifyAll();
    }

    private synchronized boolean isCut() {
        return cut;
    }

    private synchronized void awaitThaw() throws InterruptedException {
        while (frozen) {
            wait();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket device = listener.accept();
                Thread.ofVirtual().start(() -> join(device));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void join(Socket device) {
        Socket gateway = new Socket();
        open.add(device);
        open.add(gateway);
        try {
            if (isCut()) {
                throw new IOException("the network is cut");
            }
            gateway.connect(target);
            gateway.setTcpNoDelay(true);
            device.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> carry(gateway, device));
            carry(device, gateway);
            back.join();
        } catch (IOException e) {
            // as networks are
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(device);
            closeQuietly(gateway);
            open.remove(device);
            open.remove(gateway);
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                awaitThaw();
                out.write(chunk, 0, count);
            }
        } catch (IOException e) {
            // as networks are
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    @Override
    public void close() throws IOException {
        cut();
        listener.close();
    }
}
