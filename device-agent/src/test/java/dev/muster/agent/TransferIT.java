package dev.muster.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import com.sun.net.httpserver.HttpExchange;
import dev.muster.agent.TestServer.TargetAnswer;
import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.config.TransferLimits;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.delta.DeltaPath;
import dev.muster.protocol.delta.make.ChunkMaker;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import dev.muster.trust.metadata.Hashes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What servers, mirrors and boxes between do to a transfer, each played over real HTTPS. */
class TransferIT {
    private static final byte[] IMAGE = image();
    private static final String SHA256 = Hashes.sha256(IMAGE);
    private static final int HALF = IMAGE.length / 2;

    private AgentRig rig;
    private TestServer server;

    @BeforeEach
    void begin() throws Exception {
        rig = new AgentRig();
        server = rig.server;
        server.publish(2, List.of(Wanted.of("image", IMAGE, "2.0.0", 2)));
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    @Test
    void startsOverWhenTheServerCannotServeTheRest() throws Exception {
        afterHalfOfIt((exchange, bytes) -> {
            server.targetAnswer = TestServer::honest;
            exchange.getResponseHeaders().set("Content-Range", "bytes */1");
            exchange.sendResponseHeaders(416, -1);
        });

        rig.start();

        installed();
        assertThat(server.ranges).containsExactly("", "bytes=" + HALF + "-", "");
    }

    @Test
    void asksForTheRestOfTheSameBytesOnly() throws Exception {
        List<String> conditions = new CopyOnWriteArrayList<>();
        afterHalfOfIt((exchange, bytes) -> {
            conditions.add(exchange.getRequestHeaders().getFirst("If-Range"));
            // RFC 9110, 13.1.5: what is there is something else, so all of it is sent.
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        });

        rig.start();

        installed();
        assertThat(conditions).containsExactly("\"" + SHA256 + "\"");
    }

    @Test
    void takesNoPartFromAnotherPlaceThanItAskedFor() throws Exception {
        afterHalfOfIt((exchange, bytes) -> {
            server.targetAnswer = TestServer::honest;
            exchange.getResponseHeaders().set("Content-Range", "bytes 7-" + (bytes.length - 1) + "/" + bytes.length);
            exchange.sendResponseHeaders(206, bytes.length - 7);
            exchange.getResponseBody().write(bytes, 7, bytes.length - 7);
        });

        rig.start();

        rig.awaitLog("expected bytes from " + HALF + " on, found 7");
        installed();
    }

    @Test
    void takesNoPartThatDoesNotSayWhereItBelongs() throws Exception {
        afterHalfOfIt((exchange, bytes) -> {
            server.targetAnswer = TestServer::honest;
            exchange.sendResponseHeaders(206, bytes.length - HALF);
            exchange.getResponseBody().write(bytes, HALF, bytes.length - HALF);
        });

        rig.start();

        rig.awaitLog("expected `Content-Range: bytes N-...`");
        installed();
    }

    @Test
    void aTimestampThatTheServerStillHasIsNotSentAgain() throws Exception {
        AtomicInteger spared = new AtomicInteger();
        server.fileAnswer = (exchange, bytes) -> {
            String tag = "\"" + Hashes.sha256(bytes) + "\"";
            exchange.getResponseHeaders().set("ETag", tag);
            if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                spared.incrementAndGet();
                exchange.sendResponseHeaders(304, -1);
            } else {
                TestServer.honest(exchange, bytes);
            }
        };
        rig.start();
        installed();
        await().atMost(ONE_MINUTE).until(() -> spared.get() > 4);

        server.publish(3, List.of(Wanted.of("settings", "{\"custom\":{}}".getBytes(UTF_8), "3", 0)));

        rig.awaitTarget("settings", "committed");
        assertThat(rig.log).noneMatch(line -> line.contains("no document"));
    }

    @Test
    void aServerThatSendsNothingToWhoHasNothingIsNotBelieved() throws Exception {
        server.fileAnswer = (exchange, bytes) -> exchange.sendResponseHeaders(304, -1);

        rig.start();
        rig.awaitLog("no document");

        server.fileAnswer = TestServer::honest;
        installed();
    }

    @Test
    void goesOnAtTheSegmentWhenTheLineBreaksInTheMiddleOfADelta() throws Exception {
        rig.start();
        installed();
        byte[] fresh = IMAGE.clone();
        System.arraycopy("3.0.0".getBytes(US_ASCII), 0, fresh, "muster-image\nversion=".length(), 5);
        for (int i = 5_000; i < fresh.length; i += 200) {
            fresh[i] = (byte) (fresh[i] * 3 + i);
        }
        Path file = rig.state.root().resolve("delta");
        DeltaMaker.Result made = new DeltaMaker(14, 1)
                .delta(ImageBytes.of(IMAGE), ImageBytes.of(fresh), file, new DeltaMaker.Watcher() {});
        byte[] delta = Files.readAllBytes(file);
        List<String> asked = new CopyOnWriteArrayList<>();
        AtomicBoolean broken = new AtomicBoolean();
        server.targetAnswer = (exchange, bytes) -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            asked.add((bytes.length == delta.length ? "delta" : bytes.length == fresh.length ? "image" : "segments")
                    + (range == null ? "" : " " + range));
            if (bytes.length == delta.length && range != null && !broken.getAndSet(true)) {
                int from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
                exchange.sendResponseHeaders(206, bytes.length - from);
                exchange.getResponseBody().write(bytes, from, (bytes.length - from) / 2);
                exchange.getResponseBody().flush();
                throw new IOException("cable pulled");
            }
            TestServer.honest(exchange, bytes);
        };

        server.offer(DeltaPath.delta(Hashes.sha256(fresh), SHA256), delta);
        server.offer(DeltaPath.segments(Hashes.sha256(fresh)), made.manifest().toBytes());
        server.publish(3, List.of(Wanted.of("image", fresh, "3.0.0", 3)));

        rig.awaitLog("came as a delta of " + (delta.length + made.manifest().toBytes().length) + " bytes");
        rig.awaitTarget("image", "committed");
        assertThat(Files.readAllBytes(rig.state.device().resolve("slots/a.img")))
                .isEqualTo(fresh);
        List<Integer> payloads = asked.stream()
                .filter(one -> one.startsWith("delta bytes="))
                .map(one -> Integer.parseInt(one.replaceAll("[^0-9]", "")))
                .toList();
        assertThat(payloads).as("the first half is not fetched again").hasSize(2);
        assertThat(payloads.getLast()).isGreaterThan(payloads.getFirst() + delta.length / 4);
        assertThat(asked).allMatch(one -> !one.startsWith("image"));
    }

    @Test
    void aDamagedPlaceOfTheRunningImageCostsItsChunkAndNotItsSegment() throws Exception {
        rig.start();
        installed();
        byte[] fresh = IMAGE.clone();
        System.arraycopy("3.0.0".getBytes(US_ASCII), 0, fresh, "muster-image\nversion=".length(), 5);
        Path file = rig.state.root().resolve("delta");
        Path store = rig.state.root().resolve("store");
        DeltaMaker.Result made = new DeltaMaker(18, 1)
                .delta(ImageBytes.of(IMAGE), ImageBytes.of(fresh), file, new DeltaMaker.Watcher() {});
        String sha256 = Hashes.sha256(fresh);
        server.offer(DeltaPath.delta(sha256, SHA256), Files.readAllBytes(file));
        server.offer(DeltaPath.segments(sha256), made.manifest().toBytes());
        server.offer(DeltaPath.chunks(sha256), ChunkMaker.make(ImageBytes.of(fresh), store, () -> false));
        server.offer(DeltaPath.store(sha256), Files.readAllBytes(store));
        Path slot = rig.state.device().resolve("slots/b.img");
        byte[] damaged = Files.readAllBytes(slot);
        damaged[HALF] ^= 0x55;
        Files.write(slot, damaged);
        List<String> asked = new CopyOnWriteArrayList<>();
        server.targetAnswer = (exchange, bytes) -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path.substring(path.lastIndexOf('/') + 1));
            TestServer.honest(exchange, bytes);
        };

        server.publish(3, List.of(Wanted.of("image", fresh, "3.0.0", 3)));

        rig.awaitLog("the base is damaged in 1 segments, of which 0 came whole");
        rig.awaitTarget("image", "committed");
        assertThat(Files.readAllBytes(rig.state.device().resolve("slots/a.img")))
                .isEqualTo(fresh);
        assertThat(asked).contains(Hashes.sha256(Files.readAllBytes(store))).doesNotContain(sha256);
    }

    @Test
    void followsNoRedirection() throws Exception {
        server.targetAnswer = (exchange, bytes) -> {
            server.targetAnswer = TestServer::honest;
            exchange.getResponseHeaders().set("Location", "https://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        };

        rig.start();

        rig.awaitLog("found status 302");
        installed();
    }

    @Test
    void givesUpAServerThatHardlySendsAndGoesOnWhereItStopped() throws Exception {
        server.targetAnswer = (exchange, bytes) -> {
            server.targetAnswer = TestServer::honest;
            dribble(exchange, bytes);
        };

        rig.start();

        rig.awaitLog("expected at least 1024 bytes per second, found ");
        installed();
        assertThat(server.ranges).hasSize(2).first().isEqualTo("");
        assertThat(server.ranges.getLast()).as("what came is kept").matches("bytes=[1-9][0-9]*-");
    }

    @Test
    void givesUpAServerThatHardlySendsItsMetadata() throws Exception {
        server.fileAnswer = (exchange, bytes) -> {
            server.fileAnswer = TestServer::honest;
            dribble(exchange, bytes);
        };

        rig.start();

        rig.awaitLog("expected at least 1024 bytes per second, found ");
        installed();
    }

    @Test
    void leavesABusyServerAloneAndComesBack() throws Exception {
        server.targetAnswer = (exchange, bytes) -> {
            server.targetAnswer = TestServer::honest;
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.sendResponseHeaders(429, -1);
        };

        rig.start();

        rig.awaitLog("found status 429");
        installed();
        assertThat(server.ranges).hasSize(2);
    }

    @Test
    void asksABusyServerForNoTargetUntilTheTimeIsOverAndForTheDocumentAllTheSame() throws Exception {
        DeviceHttps https = https(TransferLimits.DEFAULT);
        server.targetAnswer = (exchange, bytes) -> {
            exchange.getResponseHeaders().set("Retry-After", "120");
            exchange.sendResponseHeaders(503, -1);
        };
        assertThatThrownBy(() -> https.open(SHA256, 0)).hasMessageContaining("status 503");
        server.targetAnswer = TestServer::honest;

        assertThatThrownBy(() -> https.open(SHA256, 0)).hasMessageContaining("asked to be left alone for 1");
        assertThat(server.ranges).as("nothing was sent").hasSize(1);
        assertThat(https.untilWelcome()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
        assertThat(https.get("/device/v1/director/timestamp.json", 100_000)).isPresent();

        ahead(Duration.ofSeconds(121));

        assertThat(https.untilWelcome()).isZero();
        try (ContentSource.Part part = https.open(SHA256, 0)) {
            assertThat(part.stream().readAllBytes()).isEqualTo(IMAGE);
        }
    }

    @Test
    void leavesAServerWhoseDocumentIsNotToBeHadAloneAltogether() throws Exception {
        DeviceHttps https = https(TransferLimits.DEFAULT);
        server.fileAnswer = (exchange, bytes) -> {
            // A date counts from the server's own.
            exchange.getResponseHeaders().set("Date", "Thu, 01 Jan 1970 00:00:10 GMT");
            exchange.getResponseHeaders().set("Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT");
            exchange.sendResponseHeaders(503, -1);
        };
        assertThatThrownBy(() -> https.get("/device/v1/director/timestamp.json", 100_000))
                .hasMessageContaining("status 503");

        assertThatThrownBy(() -> https.open(SHA256, 0)).hasMessageContaining("left alone");
        assertThat(server.ranges).isEmpty();
        assertThat(https.untilWelcome())
                .as("nobody silences a device for a hundred years")
                .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }

    @Test
    void readsNoFasterThanItMay() throws Exception {
        DeviceHttps https = https(TransferLimits.DEFAULT.with(4096, 0));

        try (ContentSource.Part part = https.open(SHA256, 0)) {
            assertThat(part.stream().read(new byte[65_536])).isBetween(1, 1024);
        }
    }

    @Test
    void waitsForTheHeadOfAnAnswerNoLongerThanForAnAnswer() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (SSLServerSocket silent = (SSLServerSocket) server.ca
                .server("127.0.0.1")
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread sender = Thread.ofPlatform().start(() -> neverEndsItsHead(silent));
            TransferLimits limits = new TransferLimits(0, 0, Duration.ofSeconds(60), Duration.ofSeconds(1));
            DeviceHttps https = new DeviceHttps(
                    URI.create("https://127.0.0.1:" + silent.getLocalPort()),
                    Tls.mutual(rig.identity()),
                    new DeviceHttps.Meter(() -> limits, rig::nanos, Optional.of(timer)));

            assertThatThrownBy(() -> https.get("/device/v1/director/timestamp.json", 100_000))
                    .hasMessageContaining("expected an answer within 1 s");
            sender.join();
        } finally {
            timer.shutdownNow();
        }
    }

    private static void neverEndsItsHead(SSLServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX-Wait: ".getBytes(US_ASCII));
            while (true) {
                socket.getOutputStream().write('.');
                rest(20);
            }
        } catch (IOException e) {
            // The other side has had enough.
        }
    }

    private DeviceHttps https(TransferLimits limits) throws IOException, GeneralSecurityException {
        return new DeviceHttps(
                server.uri(),
                Tls.mutual(rig.identity()),
                new DeviceHttps.Meter(() -> limits, rig::nanos, Optional.empty()));
    }

    /** One byte each twenty seconds of the device's clock, for ten minutes at most. */
    private void dribble(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        for (int i = 0; i < 30; i++) {
            exchange.getResponseBody().write(bytes[i]);
            exchange.getResponseBody().flush();
            // Time for it to arrive by itself: many in one read would be one answer.
            rest(10);
            ahead(Duration.ofSeconds(20));
        }
        throw new IOException("nobody hung up");
    }

    private static void rest(int millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException("the server ends", e);
        }
    }

    private void ahead(Duration time) {
        rig.ahead.addAndGet(time.toNanos());
    }

    /** The line breaks in the middle; what is asked for then is answered by {@code next}. */
    private void afterHalfOfIt(TargetAnswer next) {
        server.targetAnswer = (exchange, bytes) -> {
            server.targetAnswer = next;
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, HALF);
            exchange.getResponseBody().flush();
            throw new IOException("cable pulled");
        };
    }

    private void installed() throws IOException {
        rig.awaitTarget("image", "committed");
        assertThat(Files.readAllBytes(rig.state.device().resolve("slots/b.img")))
                .isEqualTo(IMAGE);
    }

    private static byte[] image() {
        byte[] image = new byte[256 << 10];
        new Random(5).nextBytes(image);
        for (int i = 0; i < image.length; i++) {
            // Six bits in each, so that packing them makes other bytes.
            image[i] &= 0x3F;
        }
        byte[] head = "muster-image\nversion=2.0.0\n\n".getBytes(UTF_8);
        System.arraycopy(head, 0, image, 0, head.length);
        return image;
    }
}
