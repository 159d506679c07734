package dev.muster.agent.local;

import dev.muster.agent.config.AgentLog;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Unix domain socket that answers one JSON object per line: {@code {"op":"verify","app":..,"user":100,"permission":..}}
 * and {@code {"op":"status"}}. Who may open it is decided by the rights of the state directory. A request that cannot be
 * read is answered with {@code error} and grants nothing. Thread-safe.
 */
public final class LocalSocket implements AutoCloseable {
    /** {@code sun_path} has 108 bytes, one of them the closing zero (Linux, unix(7)). */
    public static final int MAX_PATH_BYTES = 107;

    private static final int MAX_LINE_BYTES = 4096;
    private static final int MAX_CONNECTIONS = 32;
    private static final int DEFAULT_USER = 100;

    private final Path path;
    private final LocalRequests requests;
    private final AgentLog log;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    /** Opens the socket, replacing a left-over of an agent that was killed. The caller holds the agent's lock. */
    public LocalSocket(Path path, LocalRequests requests, AgentLog log) throws IOException {
        requireShort(path);
        this.path = path;
        this.requests = requests;
        this.log = log;
        Files.deleteIfExists(path);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        thread("agent-local", this::accept);
    }

    /** Throws if the system cannot hold {@code path} as the address of a socket. */
    public static void requireShort(Path path) throws IOException {
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new IOException("expected a socket path of at most " + MAX_PATH_BYTES + " bytes, found " + bytes
                    + " in `" + path + "`; choose a shorter state directory");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
        Files.deleteIfExists(path);
    }

    private static void thread(String name, Runnable work) {
        Thread.ofPlatform().name(name).daemon().stackSize(128 << 10).start(work);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                if (connections.size() >= MAX_CONNECTIONS) {
                    connection.close();
                    continue;
                }
                connections.add(connection);
                thread("agent-local-connection", () -> serve(connection));
            } catch (IOException e) {
                if (server.isOpen()) {
                    log.line("the local socket failed: " + e.getMessage());
                }
                return;
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection;
                InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
                OutputStream out = Channels.newOutputStream(connection)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next;
            while ((next = in.read()) >= 0) {
                if (next != '\n') {
                    line.write(next);
                    if (line.size() > MAX_LINE_BYTES) {
                        out.write(error("expected at most " + MAX_LINE_BYTES + " bytes in a line"));
                        return;
                    }
                } else if (line.size() > 0) {
                    out.write(answer(line.toByteArray()));
                    line.reset();
                }
            }
        } catch (IOException e) {
            // The other side went away; there is nobody left to tell.
        } finally {
            connections.remove(connection);
        }
    }

    private byte[] answer(byte[] line) {
        try {
            JsonObject request = JsonObject.parse(line);
            return switch (request.string("op")) {
                case "verify" -> verify(request);
                case "status" -> line(requests.status());
                case String other -> error("expected op `verify` or `status`, found `" + other + "`");
            };
        } catch (ProtocolException | IllegalArgumentException e) {
            return error(String.valueOf(e.getMessage()));
        }
    }

    private byte[] verify(JsonObject request) {
        long user = request.optionalNumber("user").orElse((long) DEFAULT_USER);
        if (user < 0 || user > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected a user id of 0 or more, found " + user);
        }
        LocalRequests.Verdict verdict =
                requests.verify(request.string("app"), (int) user, request.string("permission"));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("granted", verdict.granted());
        map.put("reason", verdict.reason());
        map.put("detail", verdict.detail());
        map.put("policyVersion", verdict.policyVersion());
        return line(map);
    }

    private static byte[] error(String message) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("granted", false);
        map.put("error", message);
        return line(map);
    }

    private static byte[] line(Map<String, Object> map) {
        byte[] json = JsonObject.write(map);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
