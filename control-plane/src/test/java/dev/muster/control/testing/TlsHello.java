package dev.muster.control.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/**
 * Says hello to a TLS port with one version, the oldest included: the JDK's own client would not offer those. RFC 5246 7.4.1.2.
 */
public final class TlsHello {
    /** TLS 1.0. */
    public static final int TLS_1_0 = 0x0301;
    /** TLS 1.1. */
    public static final int TLS_1_1 = 0x0302;
    /** TLS 1.2. */
    public static final int TLS_1_2 = 0x0303;

    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final int[] SUITES = {0xc02b, 0xc02f, 0xc023, 0xc027, 0xc009, 0xc013, 0x002f, 0x0035};

    private TlsHello() {}

    /** Whether the server goes on with that version. */
    public static boolean accepted(int port, int version) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(record(hello(version)));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            if (in.readUnsignedByte() != HANDSHAKE) {
                return false;
            }
            in.readUnsignedShort();
            in.readUnsignedShort();
            if (in.readUnsignedByte() != SERVER_HELLO) {
                return false;
            }
            in.skipNBytes(3);
            return in.readUnsignedShort() == version;
        } catch (EOFException | SocketException e) {
            return false;
        }
    }

    private static byte[] record(byte[] hello) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(HANDSHAKE);
        out.writeShort(TLS_1_0);
        out.writeShort(hello.length + 4);
        out.writeByte(1);
        out.writeByte(0);
        out.writeShort(hello.length);
        out.write(hello);
        return bytes.toByteArray();
    }

    private static byte[] hello(int version) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(version);
        out.write(new byte[32]);
        out.writeByte(0);
        out.writeShort(SUITES.length * 2);
        for (int suite : SUITES) {
            out.writeShort(suite);
        }
        out.writeByte(1);
        out.writeByte(0);
        byte[] extensions = extensions(version);
        out.writeShort(extensions.length);
        out.write(extensions);
        return bytes.toByteArray();
    }

    private static byte[] extensions(int version) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        // supported_groups: secp256r1
        out.writeShort(10);
        out.writeShort(4);
        out.writeShort(2);
        out.writeShort(23);
        // ec_point_formats: uncompressed
        out.writeShort(11);
        out.writeShort(2);
        out.writeByte(1);
        out.writeByte(0);
        if (version >= TLS_1_2) {
            // signature_algorithms: ecdsa_secp256r1_sha256, rsa_pkcs1_sha256
            out.writeShort(13);
            out.writeShort(6);
            out.writeShort(4);
            out.writeShort(0x0403);
            out.writeShort(0x0401);
        }
        return bytes.toByteArray();
    }
}
