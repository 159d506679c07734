package dev.muster.telemetry.gateway;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HexFormat;

/** A client that knows nothing newer than TLS 1.1: ClientHello as in RFC 4346, byte by byte. */
final class OldHello {
    /** Alert 70 of RFC 5246, 7.2.2. */
    static final int PROTOCOL_VERSION = 70;

    private static final int ALERT = 21;
    private static final String HELLO = "160302002d" // handshake record, 45 bytes
            + "01000029" + "0302" // ClientHello of TLS 1.1
            + "00".repeat(32) // random
            + "00" // no session
            + "0002" + "c013" // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
            + "0100"; // no compression

    private OldHello() {}

    /** Number of the alert that ends it; -1 if something else came. */
    static int answer(InetSocketAddress server) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.getOutputStream().write(HexFormat.of().parseHex(HELLO));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int type = in.readUnsignedByte();
            in.readUnsignedShort(); // version
            byte[] body = in.readNBytes(in.readUnsignedShort());
            return type == ALERT && body.length == 2 ? body[1] : -1;
        }
    }
}
