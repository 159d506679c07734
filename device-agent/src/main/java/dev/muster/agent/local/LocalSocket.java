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
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A Unix domain socket that answers one JSON object per line: {@code {"op":"verify","app":..,"permission":..}},
 * {@code {"op":"nonce"}}, {@code {"op":"status"}} and {@code {"op":"consent"}}; see {@code docs/reference/local-socket.md}. Who may open it is decided
 * by the rights of the state directory. A request that cannot be read is answered with {@code error} and grants nothing.
 * Thread-safe.
 */
public final class LocalSocket implements AutoCloseable {
    /** {@code sun_path} has 108 bytes, one of them the closing zero (Linux, unix(7)). */
    public static final int MAX_PATH_BYTES = 107;

    /** Room for a question with a chain of the longest kind. */
    static final int MAX_LINE_BYTES = 16 << 10;

    static final int MAX_CONNECTIONS = 32;
    private static final int BURST = 1000;
    private static final int PER_SECOND = 5000;
    private static final int DEFAULT_USER = 100;
    private static final int NONCE_BYTES = 32;

    /** A nonce is good for so long: time for a person's device to sign it, and no more. */
    static final Duration NONCE_LIFE = Duration.ofSeconds(60);

    private static final int MAX_PROOF_BYTES = 128;

    private final Path path;
    private final LocalRequests requests;
    private final AgentLog log;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    /**
     * Opens the socket, replacing a left-over of an agent that was killed. The caller holds the agent's lock.
     *
     * @param nanos a clock that never goes back
     */
    public LocalSocket(Path path, LocalRequests requests, LongSupplier nanos, AgentLog log) throws IOException {
        requireShort(path);
        this.path = path;
        this.requests = requests;
        this.nanos = nanos;
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
        Thread.ofPlatform().name(name).daemon().stackSize(256 << 10).start(work);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                if (connections.size() >= MAX_CONNECTIONS) {
                    refuse(connection);
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

    private static void refuse(SocketChannel connection) {
        try (connection) {
            // A few bytes into an empty socket buffer: never blocks the thread that accepts.
            connection.configureBlocking(false);
            int unused = connection.write(ByteBuffer.wrap(error(
                    "too-many-connections",
                    "expected at most " + MAX_CONNECTIONS + " connections; keep one and ask on it")));
        } catch (IOException e) {
            // The other side went away; there is nobody left to tell.
        }
    }

    private void serve(SocketChannel connection) {
        Conversation conversation = new Conversation();
        Pace pace = new Pace(BURST, PER_SECOND, nanos);
        try (connection;
                InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
                OutputStream out = Channels.newOutputStream(connection)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next;
            while ((next = in.read()) >= 0) {
                if (next != '\n') {
                    line.write(next);
                    if (line.size() > MAX_LINE_BYTES) {
                        out.write(error("too-long", "expected at most " + MAX_LINE_BYTES + " bytes in a line"));
                        return;
                    }
                } else if (line.size() > 0) {
                    // Who asks too fast waits, and with a full socket buffer stops writing.
                    LockSupport.parkNanos(pace.take());
                    out.write(conversation.answer(line.toByteArray()));
                    line.reset();
                }
            }
        } catch (IOException e) {
            // The other side went away; there is nobody left to tell.
        } finally {
            connections.remove(connection);
        }
    }

    /** What one connection has said so far: at most a nonce that waits for its proof. One thread. */
    private final class Conversation {
        private String nonce = "";
        private long nonceSince;

        byte[] answer(byte[] line) {
            try {
                JsonObject request = JsonObject.parse(line);
                return switch (request.string("op")) {
                    case "verify" -> verify(request);
                    case "nonce" -> nonce();
                    case "status" -> line(requests.status());
                    case "consent" -> line(Map.of("agreed", requests.consent(request.string("target"))));
                    case "apply-bundle" -> line(requests.applyBundle(absolute(request.string("file"))));
                    case "bundle" -> line(requests.bundle());
                    case String other ->
                        error(
                                "unknown-op",
                                "expected op `verify`, `nonce`, `status`, `consent`, `apply-bundle` or `bundle`, found `"
                                        + other + "`");
                };
            } catch (ProtocolException | IllegalArgumentException e) {
                return error("malformed", String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                // INVARIANT (an answer for every question): whoever asks must not take silence for anything.
                log.line("a question on the local socket could not be answered: " + e);
                return error("internal", "the agent could not answer; see its log");
            }
        }

        private byte[] nonce() {
            byte[] bytes = new byte[NONCE_BYTES];
            random.nextBytes(bytes);
            nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            nonceSince = nanos.getAsLong();
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("nonce", nonce);
            map.put("device", requests.device());
            map.put("seconds", NONCE_LIFE.toSeconds());
            return line(map);
        }

        private byte[] verify(JsonObject request) {
            LocalRequests.Verdict verdict = requests.verify(new LocalRequests.Question(
                    request.string("app"),
                    small(request, "user", DEFAULT_USER),
                    small(request, "instance", 0),
                    request.string("permission"),
                    presented(request)));
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("granted", verdict.granted());
            map.put("reason", verdict.reason());
            map.put("text", verdict.text());
            map.put("detail", verdict.text()); // the name that protocol 1 began with
            map.put("level", verdict.level());
            map.put("levelText", verdict.levelText());
            map.put("policyVersion", verdict.policyVersion());
            map.put("lease", verdict.lease());
            return line(map);
        }

        private Optional<LocalRequests.Presented> presented(JsonObject request) {
            Optional<JsonObject> chain = request.optionalObject("chain");
            if (chain.isEmpty()) {
                return Optional.empty();
            }
            boolean isYoung = nanos.getAsLong() - nonceSince <= NONCE_LIFE.toNanos();
            Optional<String> waiting = nonce.isEmpty() || !isYoung ? Optional.empty() : Optional.of(nonce);
            nonce = ""; // good for one proof, right or wrong
            String proof = request.string("proof");
            int bytes = request.convert("proof", Base64.getUrlDecoder()::decode).length;
            if (bytes > MAX_PROOF_BYTES) {
                throw new IllegalArgumentException(
                        "expected a proof of at most " + MAX_PROOF_BYTES + " bytes, found " + bytes);
            }
            return Optional.of(new LocalRequests.Presented(chain.get().string("data"), waiting, proof));
        }
    }

    private static Path absolute(String file) {
        Path path = Path.of(file);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("expected an absolute path at `file`, found `" + file + "`");
        }
        return path;
    }

    private static int small(JsonObject request, String name, int absent) {
        long value = request.optionalNumber(name).orElse((long) absent);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected a number of 0 or more at `" + name + "`, found " + value);
        }
        return (int) value;
    }

    private static byte[] error(String code, String message) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("granted", false);
        map.put("error", message);
        map.put("code", code);
        return line(map);
    }

    private static byte[] line(Map<String, Object> map) {
        byte[] json = JsonObject.write(map);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
