package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.enrol.EnrolPending;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.subdevice.SubDevices;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.protocol.upload.UploadStatus;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.RepositoryStorage;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * A device port with real TLS and real signed metadata, whose owner can be made to lie: change {@link #files} after
 * {@link #publish}, or answer targets with {@link #targetAnswer}.
 */
public final class TestServer implements AutoCloseable {
    static final DeviceRef DEVICE = DeviceRef.of("default", "pump-7");

    final TestCa ca = new TestCa();
    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final Map<String, byte[]> content = new ConcurrentHashMap<>();
    final List<SignedManifest> manifests = new CopyOnWriteArrayList<>();
    final List<String> ranges = new CopyOnWriteArrayList<>();
    final List<String> renewals = new CopyOnWriteArrayList<>();
    volatile Duration certificatePast = Duration.ofSeconds(5);
    volatile Duration certificateLife = Duration.ofDays(30);
    volatile Optional<Instant> signedAt = Optional.empty();
    /** What the agent told of its sub-devices last, and those that were let in, with their generation. */
    volatile List<SubDevices.Found> children = List.of();

    final Map<String, Long> admitted = new ConcurrentHashMap<>();

    /** Who is let in next. */
    volatile DeviceRef enrols = DEVICE;

    /** How long ago documents say they were signed; they hold for 7 days. */
    volatile Duration documentAge = Duration.ZERO;

    final Map<String, Received> uploads = new ConcurrentHashMap<>();
    final AtomicInteger dropped = new AtomicInteger();
    /** Answers to enrolments before the certificate: 202 to wait for approval, 429 or 503 to come back in 7 s. */
    final Queue<Integer> notYet = new ConcurrentLinkedQueue<>();

    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile String fingerprint = "";
    volatile boolean refuseUploads;
    volatile int dropAfterPieces = Integer.MAX_VALUE;
    volatile int loseAnswerOfPiece = -1;
    volatile TargetAnswer targetAnswer = TestServer::honest;
    volatile TargetAnswer fileAnswer = TestServer::honest;

    private final HttpsServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StarterKeys keys = StarterKeys.inMemory();
    private final Director director;
    private ImageRepository images;
    private long version;

    /** How bytes of a target are sent. */
    interface TargetAnswer {
        void send(HttpExchange exchange, byte[] bytes) throws IOException;
    }

    public TestServer() throws Exception {
        Instant now = Instant.now();
        director = Director.create(keys, Validity.DEFAULT, now);
        images = ImageRepository.create(keys, Validity.DEFAULT, now);
        http = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SSLContext tls = ca.server("127.0.0.1");
        http.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        http.setExecutor(threads);
        http.createContext("/device/v1/", this::answer);
        http.start();
        publish(1, Map.of(), List.of());
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + http.getAddress().getPort());
    }

    /** One thing to put on the device: name to bytes, with a version and a release counter. */
    record Wanted(String path, TargetCustom custom, String text) {
        static Wanted of(String name, byte[] bytes, String version, long counter) {
            TargetName target = TargetName.parse(name);
            String directory =
                    switch (target) {
                        case TargetName.Image i -> "images/default/";
                        case TargetName.App a -> "apps/default/";
                        case TargetName.Policy p -> "policy/";
                        case TargetName.Capabilities c -> "policy/";
                        case TargetName.PolicyShadow s -> "policy/";
                        case TargetName.Settings s -> "settings/";
                    };
            String hardware = target instanceof TargetName.Image ? "sim-board" : TargetCustom.ANY_HARDWARE;
            boolean policy = target instanceof TargetName.Policy;
            return new Wanted(
                    directory + "file-" + Hashes.sha256(bytes).substring(0, 16),
                    new TargetCustom(
                            target,
                            hardware,
                            version,
                            counter,
                            policy ? Optional.of(Duration.ofDays(90)) : Optional.empty(),
                            policy ? Optional.of("keep") : Optional.empty()),
                    new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
        }

        /** The same image, for boards of another kind. */
        Wanted onHardware(String hardware) {
            return new Wanted(
                    path,
                    new TargetCustom(
                            custom.name(),
                            hardware,
                            custom.version(),
                            custom.releaseCounter(),
                            custom.lease(),
                            custom.onExpiry(),
                            custom.install()),
                    text);
        }

        byte[] bytes() {
            return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    void publish(long generation, List<Wanted> wanted) {
        Map<String, TargetFile> targets = new LinkedHashMap<>();
        for (Wanted one : wanted) {
            TargetFile file = TargetFile.ofSha256(
                    one.bytes().length, Hashes.sha256(one.bytes()), one.custom().toCustom());
            content.put(Hashes.sha256(one.bytes()), one.bytes());
            targets.put(one.path(), file);
            images = images.withTarget(images.roleOf(one.path()).orElseThrow(), one.path(), file, keys, Instant.now());
        }
        images = images.publish(keys, Instant.now());
        publish(generation, targets, List.of());
    }

    /** Puts what devices only look up, such as deltas, into the image repository; the next document is published with it. */
    void offer(String path, byte[] bytes) {
        TargetCustom custom = new TargetCustom(
                new TargetName.Image(), TargetCustom.ANY_HARDWARE, "1", 1, Optional.empty(), Optional.empty());
        content.put(Hashes.sha256(bytes), bytes);
        images = images.withTarget(
                images.roleOf(path).orElseThrow(),
                path,
                TargetFile.ofSha256(bytes.length, Hashes.sha256(bytes), custom.toCustom()),
                keys,
                Instant.now());
    }

    private void publish(long generation, Map<String, TargetFile> targets, List<TargetName> absent) {
        publishFor(DEVICE, generation, targets, absent);
    }

    /** A document for whom it may concern; the attack is to serve it to this device. */
    void publishFor(DeviceRef device, long generation, Map<String, TargetFile> targets, List<TargetName> absent) {
        images = images.store(new Storage());
        files.put("director/1.root.json", director.root());
        director.sign(
                        ++version,
                        targets,
                        new DirectorCustom(device, generation, absent, signedAt, List.of()).toCustom(),
                        Instant.now().minus(documentAge),
                        Duration.ofDays(7))
                .files()
                .forEach((name, bytes) -> files.put("director/" + name, bytes));
    }

    /** Lets a sub-device in with a document of its own. */
    void publishChild(DeviceRef child, long generation, Map<String, TargetFile> targets, Wanted wanted) {
        String name = child.device().value().replaceAll(".*/", "");
        TargetFile file = targets.values().iterator().next();
        content.put(file.sha256(), wanted.bytes());
        images =
                images.withTarget(images.roleOf(wanted.path()).orElseThrow(), wanted.path(), file, keys, Instant.now());
        images = images.publish(keys, Instant.now()).store(new Storage());
        String base = "children/" + name + "/director/";
        files.put(base + "1.root.json", director.root());
        director.sign(
                        ++version,
                        targets,
                        new DirectorCustom(child, generation, List.of(), signedAt, List.of()).toCustom(),
                        Instant.now(),
                        Duration.ofDays(7))
                .files()
                .forEach((file2, bytes) -> files.put(base + file2, bytes));
        admitted.put(name, generation);
    }

    private final class Storage implements RepositoryStorage {
        @Override
        public Optional<byte[]> read(String fileName) {
            return Optional.ofNullable(files.get("images/" + fileName));
        }

        @Override
        public void write(String fileName, byte[] bytes) {
            files.put("images/" + fileName, bytes);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    static void honest(HttpExchange exchange, byte[] bytes) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes, from, bytes.length - from);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/device/v1/".length());
        try (exchange) {
            if (path.equals("enrol") || path.equals("renew")) {
                reply(exchange, certificate(exchange, path));
            } else if (path.equals("children")) {
                children = SubDevices.Report.fromJson(exchange.getRequestBody().readAllBytes())
                        .children();
                reply(
                        exchange,
                        new SubDevices.Answer(children.stream()
                                        .map(child -> new SubDevices.Known(
                                                child.name(),
                                                admitted.containsKey(child.name()),
                                                admitted.getOrDefault(child.name(), 0L)))
                                        .toList())
                                .toJson());
            } else if (path.equals("manifest")) {
                manifests.add(SignedManifest.fromJson(exchange.getRequestBody().readAllBytes()));
                exchange.sendResponseHeaders(204, -1);
            } else if (path.startsWith("uploads")) {
                upload(exchange, path);
            } else if (path.startsWith("targets/")) {
                String range = exchange.getRequestHeaders().getFirst("Range");
                ranges.add(range == null ? "" : range);
                targetAnswer.send(exchange, content.getOrDefault(path.substring(8), new byte[0]));
            } else if (files.containsKey(path)) {
                fileAnswer.send(exchange, files.get(path));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    /** Bytes of one upload as the server has them. */
    static final class Received {
        private final UploadRequest request;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int announcements;
        private int pieces;
        private int firstBytes;

        Received(UploadRequest request) {
            this.request = request;
        }

        boolean isWhole() {
            return bytes.size() == request.length()
                    && Hashes.sha256(bytes.toByteArray()).equals(request.sha256());
        }

        int announcements() {
            return announcements;
        }

        int pieces() {
            return pieces;
        }

        int firstBytes() {
            return firstBytes;
        }

        byte[] status() {
            return new UploadStatus(request.command(), bytes.size(), request.length(), isWhole()).toJson();
        }
    }

    /** The upload of a command, which must have been announced. */
    Received uploadOf(String command) {
        return Objects.requireNonNull(uploads.get(command), "no upload was announced");
    }

    private synchronized void upload(HttpExchange exchange, String path) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (refuseUploads) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        if (path.equals("uploads")) {
            UploadRequest request = UploadRequest.fromJson(body);
            Received upload = uploads.computeIfAbsent(request.command(), id -> new Received(request));
            upload.announcements++;
            reply(exchange, upload.status());
            return;
        }
        Received upload = uploadOf(path.substring("uploads/".length()));
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        int from = Integer.parseInt(range.substring("bytes ".length(), range.indexOf('-')));
        if (upload.pieces >= dropAfterPieces) {
            dropped.incrementAndGet();
            throw new IOException("cable pulled");
        }
        if (from != upload.bytes.size()) {
            exchange.sendResponseHeaders(409, -1);
            return;
        }
        upload.firstBytes += from == 0 ? 1 : 0;
        upload.bytes.write(body);
        if (upload.pieces++ == loseAnswerOfPiece) {
            loseAnswerOfPiece = -1;
            exchange.sendResponseHeaders(503, -1);
            return;
        }
        reply(exchange, upload.status());
    }

    private byte[] certificate(HttpExchange exchange, String path) throws IOException {
        EnrolRequest request = EnrolRequest.fromJson(exchange.getRequestBody().readAllBytes());
        if (path.equals("renew")) {
            renewals.add(request.csrPem());
        } else if (!request.token().equals("good-token")) {
            exchange.sendResponseHeaders(403, -1);
            return new byte[0];
        } else {
            asked.add(request.csrPem());
            Integer status = notYet.poll();
            if (status != null) {
                byte[] body = status == 202 ? pending(request) : new byte[0];
                exchange.getResponseHeaders().set("Retry-After", "7");
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                if (body.length > 0) {
                    exchange.getResponseBody().write(body);
                }
                return new byte[0];
            }
        }
        try {
            return new EnrolResponse(
                            enrols,
                            ca.issue(request.csrPem(), enrols.uri(), certificatePast, certificateLife),
                            ca.rootPem(),
                            "127.0.0.1:1", // nothing listens: these tests are about HTTPS
                            new String(director.root(), UTF_8),
                            new String(images.root(), UTF_8))
                    .toJson();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** What the key of the request is told while a person decides; {@link #fingerprint} can be made to lie. */
    private byte[] pending(EnrolRequest request) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(request.csrPem()))) {
            byte[] key = ((PKCS10CertificationRequest) parser.readObject())
                    .getSubjectPublicKeyInfo()
                    .getEncoded();
            return new EnrolPending(
                            fingerprint.isEmpty() ? "sha256:" + Hashes.sha256(key) : fingerprint,
                            Duration.ofSeconds(20),
                            Instant.parse("2030-01-01T00:00:00Z"))
                    .toJson();
        }
    }

    private static void reply(HttpExchange exchange, byte[] body) throws IOException {
        if (exchange.getResponseCode() < 0) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }
}
