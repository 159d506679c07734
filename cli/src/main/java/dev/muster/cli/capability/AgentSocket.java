package dev.muster.cli.capability;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** One connection to the agent of this machine; see {@code docs/reference/local-socket.md}. */
final class AgentSocket implements AutoCloseable {
    private final Path path;
    private final SocketChannel channel;
    private final BufferedReader in;

    AgentSocket(Path path) {
        this.path = path;
        try {
            this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(path));
            this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw failed(path, e);
        }
    }

    Map<String, Object> ask(Map<String, ?> question) {
        try {
            ByteBuffer line = ByteBuffer.wrap((JSON.std.asString(question) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("it closed the connection without an answer");
            }
            return JSON.std.mapFrom(answer);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static CliException failed(Path path, Exception e) {
        return new CliException(
                ExitCode.UNREACHABLE,
                "no agent answers at `" + path + "`, the file `agent.sock` of its state directory: " + e.getMessage(),
                e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }
}
