package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.apps.Haps;
import dev.muster.agent.config.StateDir;
import dev.muster.protocol.bundle.BundleIndex;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.TargetFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles on a whole agent: what they bring, what is refused, and that a refused one leaves no trace. */
class BundleIT {
    private static final String PUMP = "com.example.pump";
    private static final DeviceRef OTHER = DeviceRef.of("default", "pump-8");

    @TempDir
    Path directory;

    private AgentRig rig;
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    @BeforeEach
    void begin() throws Exception {
        rig = new AgentRig();
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    @Test
    void aDeviceThatNeverSeesTheNetworkBecomesWhatTheBundleSaysAndReportsLater() throws Exception {
        byte[] image = image("2.0.0");
        publish(2, image);
        Path bundle = bundle("whole", BundleIT::asMade);
        breakTheLink();

        assertThat(apply(bundle)).as(told()).isZero();

        assertThat(Files.readAllBytes(rig.state.device().resolve("slots/b.img")))
                .isEqualTo(image);
        assertThat(rig.state.device().resolve("apps/" + PUMP + "/3/module.json"))
                .exists();
        assertThat(rig.server.ranges).as("no byte came over the link").isEmpty();
        assertThat(rig.server.manifests).isEmpty();

        rig.server.fileAnswer = TestServer::honest;
        rig.start();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(rig.server.manifests).isNotEmpty());
        VersionManifest manifest = rig.server
                .manifests
                .getLast()
                .verified(rig.identity().certificate().getPublicKey());
        assertThat(manifest.generation()).isEqualTo(2);
        assertThat(manifest.image().orElseThrow().version()).isEqualTo("2.0.0");
        assertThat(rig.server.ranges).isEmpty();
    }

    @Test
    void aRunningAgentTakesABundleAndFollowsTheLinkAgainAfterIt() throws Exception {
        publish(2, image("2.0.0"));
        Path bundle = bundle("whole", BundleIT::asMade);
        breakTheLink();
        rig.start();

        assertThat(apply(bundle)).as(told()).isZero();

        rig.awaitTarget("image", "committed");
        rig.server.fileAnswer = TestServer::honest;
        rig.server.publish(3, List.of(Wanted.of("settings", "{\"custom\":\"b\"}".getBytes(UTF_8), "2", 0)));
        rig.ahead.addAndGet(Duration.ofMinutes(10).toNanos());
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(rig.status().number("generation")).isEqualTo(3));
    }

    @Test
    void anOldBundleIsRefused() throws Exception {
        publish(2, image("2.0.0"));
        Path old = bundle("old", BundleIT::asMade);
        rig.server.publish(3, List.of());
        rig.start();
        await().atMost(ONE_MINUTE).untilAsserted(() -> assertThat(rig.status().number("generation"))
                .isEqualTo(3));

        refuses(old, "rollback");
    }

    @Test
    void aBundleForAnotherDeviceIsRefusedAlsoIfItsIndexLies() throws Exception {
        publish(2, image("2.0.0"));
        Path own = bundle("own", BundleIT::asMade);
        breakTheLink();
        rig.start();
        Path honest = bundle("honest", index -> index(index, OTHER.device()));

        refuses(honest, "other-device");

        byte[] bytes = "{}".getBytes(UTF_8);
        TargetFile file = TargetFile.ofSha256(
                2,
                Hashes.sha256(bytes),
                Wanted.of("settings", bytes, "1", 0).custom().toCustom());
        // The same keys, a higher version, signed for the neighbour.
        rig.server.publishFor(OTHER, 9, Map.of("settings/theirs", file), List.of());
        refuses(bundle("lying", BundleIT::asMade), "foreign");

        assertThat(apply(own)).as("and the right one still goes: " + told()).isZero();
    }

    @Test
    void aBundleWithOtherBytesIsRefusedBeforeAnythingIsTouchedAndTheRightOneGoesAfterIt() throws Exception {
        publish(2, image("2.0.0"));
        Path right = bundle("right", BundleIT::asMade);
        breakTheLink();
        rig.start();
        String app = Hashes.sha256(Haps.hap(PUMP, 3));

        refuses(altered("bytes", "targets/" + app), "altered");
        refuses(without("missing", "targets/" + app), "incomplete");
        refuses(altered("document", "director/pump-7/2.targets.json"), "hash-mismatch");
        refuses(altered("stamp", "director/pump-7/timestamp.json"), "malformed");
        refuses(without("no-stamp", "images/timestamp.json"), "not-found");
        byte[] whole = Files.readAllBytes(right);
        refuses(Files.write(directory.resolve("cut"), Arrays.copyOf(whole, whole.length - 30)), "truncated");
        refuses(Files.writeString(directory.resolve("text"), "no bundle"), "not-a-bundle");
        refuses(directory.resolve("nowhere"), "unreadable");

        assertThat(apply(right)).as(told()).isZero();
    }

    @Test
    void anExpiredBundleIsRefused() throws Exception {
        rig.server.documentAge = Duration.ofDays(8);
        publish(2, image("2.0.0"));
        breakTheLink();
        rig.start();

        refuses(bundle("late", BundleIT::asMade), "expired");
    }

    private void publish(long generation, byte[] image) {
        rig.server.publish(
                generation,
                List.of(
                        Wanted.of("image", image, "2.0.0", 2),
                        Wanted.of("app/" + PUMP, Haps.hap(PUMP, 3), "3", 3),
                        Wanted.of("settings", "{\"custom\":\"a\"}".getBytes(UTF_8), "1", 0)));
    }

    private void breakTheLink() {
        rig.server.fileAnswer = (exchange, bytes) -> exchange.sendResponseHeaders(502, -1);
    }

    private void refuses(Path bundle, String code) throws IOException {
        Map<String, byte[]> before = trust();
        long generation = rig.status().number("generation");
        List<String> targets = targets();
        told.reset();

        assertThat(apply(bundle)).isEqualTo(1);

        assertThat(told()).contains("bundle refused (" + code + ")");
        assertThat(rig.status().number("generation")).isEqualTo(generation);
        assertThat(targets()).isEqualTo(targets);
        assertThat(trust()).usingRecursiveComparison().isEqualTo(before);
    }

    private List<String> targets() throws IOException {
        return rig.status().objects("targets", target -> target.string("name") + " " + target.string("state"));
    }

    private Map<String, byte[]> trust() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (var paths = Files.walk(rig.state.trust())) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                files.put(path.toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }

    private int apply(Path bundle) {
        PrintStream stream = new PrintStream(told, true, UTF_8);
        StateDir state = rig.state;
        return new Main(stream, stream, InstantSource.system())
                .execute(List.of(
                        "apply-bundle",
                        bundle.toString(),
                        "--state",
                        state.root().toString()));
    }

    private String told() {
        return told.toString(UTF_8);
    }

    private static byte[] asMade(byte[] index) {
        return index;
    }

    private static byte[] index(byte[] made, DeviceId device) {
        BundleIndex index = BundleIndex.fromJson(made);
        return new BundleIndex(
                        index.tenant(),
                        List.of(device),
                        index.createdAt(),
                        index.expires(),
                        index.targets(),
                        index.bytes())
                .toJson();
    }

    private Path altered(String name, String entry) throws IOException {
        Map<String, byte[]> entries = entries();
        byte[] bytes = Objects.requireNonNull(entries.get(entry), entry).clone();
        bytes[bytes.length / 2] ^= 1;
        entries.put(entry, bytes);
        return write(name, entries);
    }

    private Path without(String name, String entry) throws IOException {
        Map<String, byte[]> entries = entries();
        assertThat(entries.remove(entry)).isNotNull();
        return write(name, entries);
    }

    private Path bundle(String name, UnaryOperator<byte[]> index) throws IOException {
        Map<String, byte[]> entries = entries();
        entries.compute(BundleIndex.ENTRY, (entry, made) -> index.apply(made));
        return write(name, entries);
    }

    private Map<String, byte[]> entries() {
        Map<String, byte[]> entries = new TreeMap<>();
        rig.server.files.forEach((name, bytes) -> entries.put(
                name.startsWith("director/")
                        ? BundleIndex.director(TestServer.DEVICE.device(), name.substring("director/".length()))
                        : name,
                bytes));
        rig.server.content.forEach((sha256, bytes) -> entries.put(BundleIndex.target(sha256), bytes));
        Instant now = Instant.parse("2026-11-27T00:00:00Z");
        entries.put(
                BundleIndex.ENTRY,
                new BundleIndex(
                                new TenantId("default"),
                                List.of(TestServer.DEVICE.device()),
                                now,
                                now.plus(Duration.ofDays(7)),
                                rig.server.content.size(),
                                0)
                        .toJson());
        return entries;
    }

    private Path write(String name, Map<String, byte[]> entries) throws IOException {
        Path file = directory.resolve(name + BundleIndex.SUFFIX);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    private static byte[] image(String version) {
        return Arrays.copyOf(("muster-image\nversion=" + version + "\n\n").getBytes(UTF_8), 300_000);
    }
}
