package dev.muster.cli.help;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.Session;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A port here, of which every connection goes to the address on the device's side. */
final class HelpForward {
    private static final int CHANNELS = 0xffff;

    private final Session session;
    private final Map<Integer, Socket> sockets = new ConcurrentHashMap<>();

    HelpForward(Session session) {
        this.session = session;
    }

    /** Returns never; ends with the session. */
    void run(HelpLink link, int port) {
        HelpOpening.await(link, first -> {
            try (ServerSocket server =
                    new ServerSocket(port, HelpFrame.MAX_CHANNELS, InetAddress.getLoopbackAddress())) {
                Thread.ofPlatform().name("help-accept").daemon().start(() -> accept(server, link));
                session.out().println("forwarding 127.0.0.1:" + server.getLocalPort() + " (Ctrl-C ends it)");
                session.out().flush();
                Runtime.getRuntime().addShutdownHook(new Thread(link::end));
                HelpFrames frames = first;
                while (frames.over().isEmpty()) {
                    frames.frames().forEach(this::take);
                    frames = link.receive();
                }
                throw new CliException(
                        ExitCode.FAILED, "the session ended: " + frames.over().get());
            } catch (IOException e) {
                throw new CliException(ExitCode.FAILED, "cannot listen on port " + port + ": " + e.getMessage(), e);
            } finally {
                sockets.keySet().forEach(this::drop);
            }
        });
    }

    private void accept(ServerSocket server, HelpLink link) {
        int channel = 0;
        try {
            while (true) {
                Socket socket = server.accept();
                channel = channel % CHANNELS + 1;
                int its = channel;
                sockets.put(its, socket);
                link.send(its, HelpFrame.Type.OPEN, new byte[0]);
                Thread.ofPlatform().name("help-connection").daemon().start(() -> pump(its, socket, link));
            }
        } catch (IOException | CliException e) {
            // The session is over.
        }
    }

    private void pump(int channel, Socket socket, HelpLink link) {
        try (InputStream in = socket.getInputStream()) {
            byte[] buffer = new byte[HelpFrame.MAX_DATA];
            int count;
            while ((count = in.read(buffer)) >= 0) {
                link.send(channel, HelpFrame.Type.DATA, Arrays.copyOf(buffer, count));
            }
        } catch (IOException | CliException e) {
            // One end, or the session, is gone.
        } finally {
            if (drop(channel)) {
                try {
                    link.send(channel, HelpFrame.Type.CLOSE, new byte[0]);
                } catch (CliException e) {
                    // The session is over.
                }
            }
        }
    }

    private void take(HelpFrame frame) {
        Socket socket = sockets.get(frame.channel());
        if (socket == null) {
            return;
        }
        try {
            switch (frame.type()) {
                case DATA -> socket.getOutputStream().write(frame.data());
                case CLOSE -> drop(frame.channel());
                case OPEN -> throw new IOException("the device opens nothing");
            }
        } catch (IOException e) {
            drop(frame.channel());
        }
    }

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
}
