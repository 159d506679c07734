package dev.muster.agent.transport.mqtt;

import dev.muster.agent.TestCa;
import dev.muster.agent.identity.Tls;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Objects;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The other end of one connection: sends the bytes it is told to, right or wrong, and shows what came. What no real server would do is
 * tried with it; that we get on with real ones is another test's. One thread.
 */
final class ScriptedServer implements AutoCloseable {
    /** A CONNACK that takes everything. */
    static final String WELCOME = "20 03 00 00 00";

    private final SSLServerSocket listening;
    private final TestCa ca;
    private @Nullable SSLSocket socket;

    ScriptedServer(String certifiedFor) throws Exception {
        ca = new TestCa();
        listening = (SSLServerSocket)
                ca.server(certifiedFor).getServerSocketFactory().createServerSocket();
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    SSLSocketFactory client() throws Exception {
        return Tls.pinned(ca.fingerprint()).getSocketFactory();
    }

    /** Waits for a connection and its CONNECT, whose bytes it answers. */
    String accept() throws IOException {
        socket = (SSLSocket) listening.accept();
        return packet();
    }

    void send(String hex) throws IOException {
        OutputStream out = Objects.requireNonNull(socket).getOutputStream();
        out.write(HexFormat.of().parseHex(hex.replace(" ", "")));
        out.flush();
    }

    /** The next packet, in hex; {@code end} where the connection is over. */
    String packet() throws IOException {
        DataInputStream in = new DataInputStream(Objects.requireNonNull(socket).getInputStream());
        int first = in.read();
        if (first < 0) {
            return "end";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        int length = 0;
        int shift = 0;
        int part;
        do {
            part = in.readUnsignedByte();
            bytes.write(part);
            length |= (part & 0x7F) << shift;
            shift += 7;
        } while (part >= 0x80);
        bytes.write(in.readNBytes(length));
        return HexFormat.of().withUpperCase().formatHex(bytes.toByteArray());
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        listening.close();
    }
}
