package dev.muster.agent.help;

import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpStart;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Connections to the one address that was asked for and is allowed. */
final class ForwardWorker implements Worker {
    private static final int CONNECT_MS = 10_000;

    private final String host;
    private final int port;
    private final Uplink uplink;
    private final Map<Integer, Socket> sockets = new ConcurrentHashMap<>();

    ForwardWorker(HelpStart start, Uplink uplink) throws IOException {
        int colon = start.subject().lastIndexOf(':');
        String number = start.subject().substring(colon + 1);
        if (colon < 1 || !number.matches("[0-9]{1,5}") || Integer.parseInt(number) > 0xffff) {
            throw new HelpEndedException("expected an address `host:port`, found `" + start.subject() + "`");
        }
        this.host = start.subject().substring(0, colon);
        this.port = Integer.parseInt(number);
        this.uplink = uplink;
    }

    @Override
    public void take(HelpFrame frame) throws IOException {
        switch (frame.type()) {
            case OPEN -> open(frame.channel());
            case DATA -> {
                Socket socket = sockets.get(frame.channel());
                try {
                    if (socket != null) {
                        socket.getOutputStream().write(frame.data());
                    }
                } catch (IOException e) {
                    drop(frame.channel());
                }
            }
            case CLOSE -> drop(frame.channel());
        }
    }

    private void open(int channel) throws IOException {
        if (sockets.size() >= HelpFrame.MAX_CHANNELS || sockets.containsKey(channel)) {
            uplink.send(new HelpFrame(channel, HelpFrame.Type.CLOSE, new byte[0]));
            return;
        }
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
        } catch (IOException e) {
            socket.close();
            uplink.send(new HelpFrame(channel, HelpFrame.Type.CLOSE, new byte[0]));
            return;
        }
        sockets.put(channel, socket);
        Thread.ofPlatform().name("help-forward").daemon().start(() -> pump(channel, socket));
    }

    private void pump(int channel, Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            byte[] buffer = new byte[HelpFrame.MAX_DATA];
            int count;
            while ((count = in.read(buffer)) >= 0) {
                uplink.send(new HelpFrame(channel, HelpFrame.Type.DATA, Arrays.copyOf(buffer, count)));
            }
        } catch (IOException e) {
            // The other end, or the session, is gone; both are told below.
        } finally {
            if (drop(channel)) {
                try {
                    uplink.send(new HelpFrame(channel, HelpFrame.Type.CLOSE, new byte[0]));
                } catch (IOException e) {
                    // The session ended.
                }
            }
        }
    }

    /** True if it was open. */
    private boolean drop(int channel) {
        Socket socket = sockets.remove(channel);
        if (socket == null) {
            return false;
        }
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is closed.
        }
        return true;
    }

    @Override
    public boolean isDone() {
        return false; // ends when the person or the time says so
    }

    @Override
    public void close() {
        sockets.keySet().forEach(this::drop);
    }
}
