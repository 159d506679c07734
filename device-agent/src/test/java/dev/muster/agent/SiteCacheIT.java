package dev.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.config.TransferLimits;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.gateway.GatewayRole;
import dev.muster.agent.gateway.GatewaySettings;
import dev.muster.agent.gateway.GatewaySettings.CacheAddress;
import dev.muster.agent.gateway.SiteSource;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.trust.metadata.Hashes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices behind the cache of their site, over real TLS on both sides; and that nothing the cache does keeps them from their bytes. */
class SiteCacheIT {
    private static final int DEVICES = 8;
    private static final long ROOM = 64L << 20;

    @TempDir
    Path directory;

    private final byte[] image = new byte[3 << 20];
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AtomicLong ahead = new AtomicLong();
    private final List<GatewayRole> roles = new ArrayList<>();
    private TestServer server;
    private String sha256;
    private int port;
    private StateDir state;
    private DeviceIdentity gateway;

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        new Random(7).nextBytes(image);
        sha256 = Hashes.sha256(image);
        server.content.put(sha256, image);
        gateway = enrol("default", "gw-1");
        state = new StateDir(directory.resolve("gw-1"));
    }

    @AfterEach
    void end() {
        roles.forEach(GatewayRole::close);
        server.close();
    }

    @Test
    void manyDevicesAtOnceLoadAnImageOnceOverTheUplink() throws Exception {
        GatewayRole role = cache(ROOM);
        List<SiteSource> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(device("pump-" + i, "gw-1"));
        }

        try (ExecutorService together = Executors.newFixedThreadPool(DEVICES)) {
            List<Future<byte[]>> read = devices.stream()
                    .map(device -> together.submit(() -> all(device, 0)))
                    .toList();
            for (Future<byte[]> one : read) {
                assertThat(one.get()).isEqualTo(image);
            }
        }

        assertThat(server.ranges).as("requests at the server").hasSize(1);
        assertThat(figures(role))
                .containsEntry("cache.fetched.bytes", (long) image.length)
                .containsEntry("cache.served.bytes", (long) image.length * DEVICES);
        assertThat(devices).allSatisfy(device -> {
            assertThat(device.fromCache()).isEqualTo(image.length);
            assertThat(device.fromServer()).isZero();
        });
    }

    @Test
    void aDeviceGoesOnInTheMiddle() throws Exception {
        cache(ROOM);

        byte[] rest = all(device("pump-1", "gw-1"), 1_000_000);

        assertThat(rest).isEqualTo(java.util.Arrays.copyOfRange(image, 1_000_000, image.length));
    }

    @Test
    void whatTheCacheDoesNotHaveTheServerIsAskedFor() throws Exception {
        cache(ROOM);
        String unknown = "ab".repeat(32);
        server.targetAnswer = (exchange, bytes) -> exchange.sendResponseHeaders(404, -1);
        SiteSource device = device("pump-1", "gw-1");

        assertThatThrownBy(() -> device.open(unknown, 0)).isInstanceOf(ContentSource.MissingException.class);

        assertThat(server.ranges).as("for the cache, then for the device").hasSize(2);
    }

    @Test
    void wrongBytesOfTheServerAreNeverWholeInTheCache() throws Exception {
        cache(ROOM);
        byte[] wrong = image.clone();
        wrong[5] ^= 1;
        server.content.put(sha256, wrong);
        SiteSource device = device("pump-1", "gw-1");

        assertThatThrownBy(() -> all(device, 0)).isInstanceOf(IOException.class);

        assertThat(state.siteCache()).isEmptyDirectory();
    }

    @Test
    void aPoisonedCacheCostsOneTransferAndIsFoundOutAtItsNextStart() throws Exception {
        GatewayRole role = cache(ROOM);
        all(device("pump-1", "gw-1"), 0);
        byte[] poison = image.clone();
        poison[9] ^= 1;
        Files.write(state.siteCache().resolve(sha256), poison);
        SiteSource device = device("pump-2", "gw-1");

        assertThat(all(device, 0)).as("the agent finds the digest wrong").isEqualTo(poison);
        assertThat(all(device, 0)).as("and begins anew").isEqualTo(image);
        assertThat(device.fromServer()).isEqualTo(image.length);

        role.close();
        cache(ROOM);
        assertThat(all(device("pump-3", "gw-1"), 0)).isEqualTo(image);
    }

    @Test
    void aCacheThatDiesInTheMiddleIsLeftAloneAndTheServerGoesOn() throws Exception {
        GatewayRole role = cache(ROOM);
        CountDownLatch half = new CountDownLatch(1);
        server.targetAnswer = (exchange, bytes) -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
            waitFor(half);
        };
        SiteSource device = device("pump-1", "gw-1");
        int have = 1_000_000;
        try (ContentSource.Part part = device.open(sha256, 0)) {
            assertThat(part.stream().readNBytes(have)).hasSize(have);
            role.close();
            assertThatThrownBy(() -> part.stream().readAllBytes().clone()).isInstanceOf(IOException.class);
        }
        half.countDown();
        server.targetAnswer = TestServer::honest;

        assertThat(all(device, have)).isEqualTo(java.util.Arrays.copyOfRange(image, have, image.length));
        assertThat(device.fromServer()).isEqualTo(image.length - have);

        cache(ROOM);
        ahead.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(all(device, have)).hasSize(image.length - have);
        assertThat(device.fromCache()).as("it is asked again after a while").isGreaterThan(have);
    }

    @Test
    void aCacheWithoutRoomLetsTheServerServe() throws Exception {
        cache(1 << 20);
        SiteSource device = device("pump-1", "gw-1");

        assertThat(all(device, 0)).isEqualTo(image);

        assertThat(device.fromServer()).isEqualTo(image.length);
        assertThat(log).anyMatch(line -> line.contains("expected content of at most 1048576 bytes"));
    }

    @Test
    void theContentThatWasNotAskedForLongestGoesFirst() throws Exception {
        cache(7 << 20);
        byte[] second = random(8);
        byte[] third = random(9);
        SiteSource device = device("pump-1", "gw-1");
        all(device, 0);
        read(device, Hashes.sha256(second));
        all(device("pump-2", "gw-1"), 0);

        read(device, Hashes.sha256(third));

        assertThat(state.siteCache().resolve(sha256)).exists();
        assertThat(state.siteCache().resolve(Hashes.sha256(second))).doesNotExist();
        assertThat(state.siteCache().resolve(Hashes.sha256(third))).exists();
    }

    @Test
    void aSlowCacheIsGivenUp() throws Exception {
        cache(ROOM);
        CountDownLatch over = new CountDownLatch(1);
        server.targetAnswer = (exchange, bytes) -> {
            exchange.sendResponseHeaders(200, bytes.length);
            OutputStream out = exchange.getResponseBody();
            for (int i = 0; i < bytes.length && over.getCount() > 0; i++) {
                out.write(bytes, i, 1);
                out.flush();
                // As a bad line does: every byte puts the device's clock ahead by a second.
                ahead.addAndGet(Duration.ofSeconds(1).toNanos());
            }
            waitFor(over);
        };
        SiteSource device = device("pump-1", "gw-1");

        assertThatThrownBy(() -> all(device, 0)).hasMessageContaining("bytes per second");
        over.countDown();
        server.targetAnswer = TestServer::honest;

        assertThat(all(device, 0)).isEqualTo(image);
        assertThat(device.fromServer()).isEqualTo(image.length);
    }

    @Test
    void onlyDevicesOfTheTenantAreServedAndOnlyTheNamedGatewayIsBelieved() throws Exception {
        GatewayRole role = cache(ROOM);
        SiteSource stranger = source(enrol("elsewhere", "pump-1"), "gw-1");
        SiteSource careful = device("pump-2", "gw-2");

        assertThat(all(stranger, 0)).isEqualTo(image);
        assertThat(all(careful, 0)).isEqualTo(image);

        assertThat(stranger.fromCache()).isZero();
        assertThat(careful.fromCache()).isZero();
        assertThat(figures(role)).containsEntry("cache.served.bytes", 0L);
    }

    private byte[] random(int seed) {
        byte[] bytes = new byte[3 << 20];
        new Random(seed).nextBytes(bytes);
        server.content.put(Hashes.sha256(bytes), bytes);
        return bytes;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Object> figures(GatewayRole role) {
        return role.samples(Instant.EPOCH).stream().collect(Collectors.toMap(one -> one.name(), one -> one.value()));
    }

    /** A cache on a port of its own at each start: one that was free a moment ago may be somebody else's by now. */
    private GatewayRole cache(long maxBytes) throws Exception {
        for (int tries = 0; tries < 20; tries++) {
            port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            Files.writeString(
                    state.settings(),
                    "{\"gateway\":{\"cache\":{\"port\":" + port + ",\"maxBytes\":" + maxBytes + "}}}");
            GatewayRole role = new GatewayRole(
                    new GatewaySettings(state.settings(), System::nanoTime),
                    state,
                    () -> gateway,
                    () -> https(gateway),
                    Optional.empty(),
                    InstantSource.system(),
                    log::add);
            roles.add(role);
            role.look();
            if (!role.samples(Instant.EPOCH).isEmpty()) {
                return role;
            }
            role.close();
        }
        throw new AssertionError("no cache: " + log);
    }

    private static DeviceHttps https(DeviceIdentity identity) {
        try {
            return new DeviceHttps(identity.server(), Tls.mutual(identity));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private SiteSource device(String name, String wanted) throws Exception {
        return source(enrol("default", name), wanted);
    }

    private SiteSource source(DeviceIdentity identity, String wanted) {
        TransferLimits limits = TransferLimits.DEFAULT;
        return new SiteSource(
                () -> Optional.of(new CacheAddress("127.0.0.1", port, new DeviceId(wanted))),
                () -> identity,
                https(identity),
                new DeviceHttps.Meter(() -> limits, () -> System.nanoTime() + ahead.get(), Optional.empty()),
                () -> System.nanoTime() + ahead.get(),
                log::add);
    }

    private byte[] all(ContentSource source, long offset) throws IOException {
        try (ContentSource.Part part = source.open(sha256, offset)) {
            assertThat(part.offset()).isEqualTo(offset);
            return part.stream().readAllBytes();
        }
    }

    private static void read(ContentSource source, String hash) throws IOException {
        try (ContentSource.Part part = source.open(hash, 0)) {
            assertThat(part.stream().readAllBytes()).isNotEmpty();
        }
    }

    private DeviceIdentity enrol(String tenant, String name) throws Exception {
        StateDir own = new StateDir(directory.resolve(tenant.equals("default") ? name : tenant + "-" + name)).create();
        server.enrols = DeviceRef.of(tenant, name);
        new Enroller(own)
                .enrol(
                        new Enroller.Invitation(server.uri(), "good-token", server.ca.fingerprint(), Optional.of(name)),
                        Platforms.open("simulated", own, InstantSource.system(), System::nanoTime, () -> {}));
        return new IdentityStore(own).load().orElseThrow();
    }
}
