package dev.muster.agent.local;

import dev.muster.protocol.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;

/** Asks a running agent over its socket. */
public final class LocalClient {
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private LocalClient() {}

    /** One question, one answer; {@link IOException} if no agent answers at {@code socket}. */
    public static JsonObject ask(Path socket, Map<String, ?> request) throws IOException {
        LocalSocket.requireShort(socket);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            byte[] json = JsonObject.write(request);
            ByteBuffer line = ByteBuffer.allocate(json.length + 1);
            line.put(json).put((byte) '\n').flip();
            while (line.hasRemaining()) {
                channel.write(line);
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (channel.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                if (buffer.position() > 0 && buffer.get(buffer.position() - 1) == '\n') {
                    return JsonObject.parse(answer.toByteArray());
                }
                if (answer.size() > MAX_ANSWER_BYTES) {
                    throw new IOException("expected an answer of at most 1 MiB from the agent, found more");
                }
            }
            throw new IOException("the agent closed the socket without an answer");
        }
    }
}
