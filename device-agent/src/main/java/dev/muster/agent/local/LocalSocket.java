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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
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
import java.util.function.Supplier;

/**
 * A Unix domain socket that answers one JSON object per line: {@code {"op":"verify","app":..,"permission":..}},
 * and the others of {@link LocalOp}; see {@code docs/reference/local-socket.md}. Who may open it is decided by the rights of the file and its
 * directory, who may ask what by {@link PeerRules}. A request that cannot be read is answered with {@code error} and grants
 * nothing. Thread-safe.
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
    private final Supplier<PeerRules> rules;
    private final String owner;
    private final AgentLog log;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    /**
     * Where the socket is, and whose.
     *
     * @param group that may open it as well; its owner alone where it is empty
     */
    public record Place(Path path, Optional<String> group) {
        /** For the owner alone. */
        public static Place of(Path path) {
            return new Place(path, Optional.empty());
        }
    }

    /**
     * Opens the socket, replacing a left-over of an agent that was killed. The caller holds the agent's lock.
     *
     * @param rules of this moment
     * @param nanos a clock that never goes back
     */
    public LocalSocket(Place place, LocalRequests requests, Supplier<PeerRules> rules, LongSupplier nanos, AgentLog log)
            throws IOException {
        this.path = place.path();
        requireShort(path);
        requireSocketOrNothing(path);
        this.requests = requests;
        this.rules = rules;
        this.nanos = nanos;
        this.log = log;
        Files.deleteIfExists(path);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            this.owner = Files.getOwner(path).getName();
            give(place);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        thread("agent-local", this::accept);
    }

    // Whoever slips in before the rights are set is asked who they are all the same.
    private static void give(Place place) throws IOException {
        if (place.group().isPresent()) {
            GroupPrincipal group;
            try {
                group = place.path()
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByGroupName(place.group().get());
            } catch (UserPrincipalNotFoundException e) {
                throw new IOException(
                        "expected a group of this system for the socket, found `"
                                + place.group().get() + "`",
                        e);
            }
            Files.getFileAttributeView(place.path(), PosixFileAttributeView.class)
                    .setGroup(group);
        }
        Files.setPosixFilePermissions(
                place.path(), PosixFilePermissions.fromString(place.group().isPresent() ? "rw-rw----" : "rw-------"));
    }

    // A place that somebody configures may be a mistake; what lies there is not ours to delete.
    private static void requireSocketOrNothing(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && !Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther()) {
            throw new IOException("expected a socket or nothing at `" + path + "`, found a file or folder");
        }
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
        Conversation conversation = new Conversation(peer(connection));
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

    private Optional<Peer> peer(SocketChannel connection) {
        try {
            return Peer.of(connection);
        } catch (IOException | RuntimeException e) {
            log.line("who asks on the local socket cannot be told: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** What one connection has said so far: at most a nonce that waits for its proof. One thread. */
    private final class Conversation {
        private final Optional<Peer> peer;
        private String nonce = "";
        private long nonceSince;
        private boolean refusalLogged;

        Conversation(Optional<Peer> peer) {
            this.peer = peer;
        }

        byte[] answer(byte[] line) {
            try {
                JsonObject request = JsonObject.parse(line);
                String word = request.string("op");
                Optional<LocalOp> op = LocalOp.find(word);
                if (op.isEmpty()) {
                    return error("unknown-op", "expected one of " + LocalOp.words() + " as `op`, found `" + word + "`");
                }
                return answer(op.get(), request, allowed(op.get()));
            } catch (LocalRefusal e) {
                return error(e.code(), String.valueOf(e.getMessage()));
            } catch (ProtocolException | IllegalArgumentException e) {
                return error("malformed", String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                // INVARIANT (an answer for every question): whoever asks must not take silence for anything.
                log.line("a question on the local socket could not be answered: " + e);
                return error("internal", "the agent could not answer; see its log");
            }
        }

        private byte[] answer(LocalOp op, JsonObject request, Peer by) {
            return switch (op) {
                case VERIFY -> verify(request);
                case NONCE -> nonce();
                case EXPLAIN -> line(requests.explain(question(request, Optional.empty())));
                case STATUS -> line(requests.status());
                case CONSENT -> line(Map.of("agreed", requests.consent(request.string("target"))));
                case PUBLISH -> line(Map.of("published", requests.publish(by, metrics(request))));
                case REQUEST ->
                    line(Map.of(
                            "requested",
                            requests.request(
                                    by,
                                    question(request, Optional.empty()),
                                    request.optionalString("reason").orElse(""))));
                case APPLY_BUNDLE -> line(requests.applyBundle(absolute(request.string("file"))));
                case BUNDLE -> line(requests.bundle());
            };
        }

        /** Who asks, if they may. INVARIANT (fails closed): whom the kernel does not name is nobody. */
        private Peer allowed(LocalOp op) {
            if (peer.isPresent() && rules.get().allows(peer.get(), op, owner)) {
                return peer.get();
            }
            String who = peer.map(Peer::toString).orElse("unknown");
            if (!refusalLogged) {
                refusalLogged = true;
                log.line("`" + who + "` asked `" + op.text() + "` on the local socket and may not");
            }
            throw new LocalRefusal(
                    "not-allowed",
                    "expected somebody who may ask `" + op.text() + "` here (settings, `agent.local.allow`), found `"
                            + who + "`");
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
            LocalRequests.Verdict verdict = requests.verify(question(request, presented(request)));
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

    private static LocalRequests.Question question(JsonObject request, Optional<LocalRequests.Presented> chain) {
        return new LocalRequests.Question(
                request.string("app"),
                small(request, "user", DEFAULT_USER),
                small(request, "instance", 0),
                request.string("permission"),
                chain);
    }

    private static Map<String, Object> metrics(JsonObject request) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        request.object("metrics").members().forEach((name, value) -> {
            if (value == null) {
                throw new IllegalArgumentException("expected a number, flag or text at `" + name + "`, found nothing");
            }
            metrics.put(name, value);
        });
        return metrics;
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
