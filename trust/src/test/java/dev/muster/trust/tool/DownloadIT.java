package dev.muster.trust.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.http.HostileServer;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.DelegationRule;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.MemoryStorage;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the {@code download} command of the conformance suite's client fetches, keeps and refuses. */
class DownloadIT {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final DelegationRule ANY = new DelegationRule("policy", List.of("*", "*/*", "*/*/*/*"));

    @TempDir
    private Path directory;

    private final StarterKeys keys = StarterKeys.inMemory();
    private final MemoryStorage storage = new MemoryStorage();
    private final Map<String, byte[]> served = new LinkedHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ImageRepository repository = ImageRepository.create(keys, List.of(ANY), Validity.DEFAULT, NOW);
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final HostileServer server = new HostileServer(this::answer);

    DownloadIT() throws IOException {}

    private Optional<byte[]> answer(String name) {
        if (name.startsWith("targets/")) {
            asked.add(name);
            return Optional.ofNullable(served.get(name));
        }
        return storage.read(name);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void publish(String path, byte[] content, String... algorithms) throws Exception {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (String algorithm : algorithms) {
            String jdkName = Hashes.algorithm(algorithm).orElse("SHA-512");
            hashes.put(
                    algorithm,
                    HexFormat.of()
                            .formatHex(java.security.MessageDigest.getInstance(jdkName)
                                    .digest(content)));
        }
        repository = repository
                .withTarget("policy", path, new TargetFile(content.length, hashes, Map.of()), keys, NOW)
                .publish(keys, NOW)
                .store(storage);
        int slash = path.lastIndexOf('/') + 1;
        hashes.values()
                .forEach(hash -> served.put(
                        "targets/" + path.substring(0, slash) + hash + "." + path.substring(slash), content));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int run(String... more) throws IOException {
        Files.write(directory.resolve("trusted.json"), repository.root());
        TrustClient client = new TrustClient(() -> NOW, new PrintStream(errors, true, StandardCharsets.UTF_8));
        String metadata = directory.resolve("metadata").toString();
        client.run(List.of(
                "--metadata-dir",
                metadata,
                "init",
                directory.resolve("trusted.json").toString()));
        return client.run(Stream.concat(
                        Stream.of(
                                "--metadata-dir",
                                metadata,
                                "--metadata-url",
                                server.uri().toString(),
                                "--target-base-url",
                                server.uri() + "targets/",
                                "--target-dir",
                                directory.resolve("targets").toString()),
                        Stream.of(more))
                .toList());
    }

    private int download(String path) throws IOException {
        return run("--target-name", path, "download");
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("targets"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"target_file.txt", "path/file.txt", "path/to/a/file.txt"})
    void aTargetIsFetchedByItsDigestInFrontOfItsName(String path) throws Exception {
        publish(path, bytes("content"), "sha256");

        assertThat(download(path)).isZero();

        assertThat(kept()).containsExactly("content");
        assertThat(asked).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"sha256", "sha384", "sha512", "sha256 sha512"})
    void everyKnownDigestWillDoAndOneRequestIsEnough(String algorithms) throws Exception {
        publish("file", bytes("content"), algorithms.split(" ", -1));

        assertThat(download("file")).isZero();

        assertThat(asked).hasSize(1);
        assertThat(kept()).containsExactly("content");
    }

    @Test
    void aTargetWithoutAKnownDigestIsNotKept() throws Exception {
        publish("file", bytes("content"), "md2000");

        assertThat(download("file")).isEqualTo(1);

        assertThat(kept()).isEmpty();
    }

    @Test
    void severalTargetsAreFetchedInOrderUpToTheFirstThatFails() throws Exception {
        publish("first", bytes("1"), "sha256");
        publish("third", bytes("3"), "sha256");

        int code = run("--target-name", "first", "--target-name", "missing", "--target-name", "third", "download");

        assertThat(code).isEqualTo(1);
        assertThat(kept()).containsExactly("1");
    }

    @Test
    void theSameTargetIsFetchedOnce() throws Exception {
        publish("file", bytes("content"), "sha256");

        assertThat(download("file")).isZero();
        assertThat(download("file")).isZero();

        assertThat(asked).hasSize(1);
    }

    @Test
    void aTargetThatChangedTakesThePlaceOfTheOldOne() throws Exception {
        for (int i = 0; i < 11; i++) {
            publish("file", bytes("content " + i), "sha256");
            publish("new-" + i, bytes("new " + i), "sha256");
            if (i % 5 == 0) {
                assertThat(download("file")).isZero();
                assertThat(download("new-" + i)).isZero();
                assertThat(kept()).contains("content " + i, "new " + i);
            }
        }

        assertThat(kept()).containsExactly("content 10", "new 0", "new 10", "new 5");
    }

    @Test
    void otherBytesOfTheSameLengthOrOfAnotherAreNotKept() throws Exception {
        publish("file", bytes("content"), "sha256");
        publish("other", bytes("content 2"), "sha256");
        assertThat(download("file")).isZero();
        served.replaceAll((name, bytes) -> bytes("c0ntent"));

        download("file");

        assertThat(download("other")).isEqualTo(1);
        served.replaceAll((name, bytes) -> new byte[100_000]);
        assertThat(download("other")).isEqualTo(1);
        assertThat(kept()).containsExactly("content");
    }

    @Test
    void endlessDataInPlaceOfATargetIsCutOff() throws Exception {
        publish("file", bytes("content"), "sha256");
        server.attacks.put("targets/" + Hashes.sha256(bytes("content")) + ".file", HostileServer::endless);

        assertThat(download("file")).isEqualTo(1);

        assertThat(kept()).isEmpty();
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("more");
    }

    @Test
    void aTargetThatNobodyVouchesForRefreshesTheMetadataAndFails() throws Exception {
        publish("file", bytes("content"), "sha256");

        assertThat(download("missing")).isEqualTo(1);

        assertThat(directory.resolve("metadata")).isDirectoryContaining("glob:**/targets.json");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "..", "a/../../evil"})
    void aTargetNameNeverLeavesTheDirectory(String path) throws Exception {
        repository = ImageRepository.create(
                keys,
                List.of(new DelegationRule("policy", List.of("*", "*/*", "*/*/*", "*/*/*/*"))),
                Validity.DEFAULT,
                NOW);
        publish(path, bytes("evil"), "sha256");

        download(path);

        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(Files::isRegularFile)
                            .filter(file -> !file.startsWith(directory.resolve("targets")))
                            .filter(file -> !file.startsWith(directory.resolve("metadata"))))
                    .containsExactly(directory.resolve("trusted.json"));
        }
    }

    @Test
    void anInvalidAnchorAsksTheRepositoryNothing() throws Exception {
        publish("file", bytes("content"), "sha256");
        List<String> metadata = new CopyOnWriteArrayList<>();
        try (HostileServer watched = new HostileServer(name -> {
            metadata.add(name);
            return storage.read(name);
        })) {
            Path bad = Files.writeString(
                    directory.resolve("bad.json"),
                    new String(repository.root(), StandardCharsets.UTF_8).replace("2027", "2037"));
            TrustClient client = new TrustClient(() -> NOW, new PrintStream(errors, true, StandardCharsets.UTF_8));
            String kept = directory.resolve("m2").toString();
            client.run(List.of("--metadata-dir", kept, "init", bad.toString()));

            int code = client.run(List.of(
                    "--metadata-dir", kept, "--metadata-url", watched.uri().toString(), "refresh"));

            assertThat(code).isEqualTo(1);
            assertThat(metadata).isEmpty();
        }
    }

    /** The suite sets the clock of the process; Debian's {@code faketime} does it the same way. */
    @ParameterizedTest
    @CsvSource({"0,0", "6,0", "8,1", "4000,1"})
    void theClockOfTheProcessCounts(int daysLater, int exitCode) throws Exception {
        Path faketime = Path.of("/usr/bin/faketime");
        Assumptions.assumeThat(Files.isExecutable(faketime)).isTrue();
        Instant today = java.time.Clock.systemUTC().instant();
        repository = ImageRepository.create(keys, List.of(ANY), Validity.DEFAULT, today)
                .publish(keys, today)
                .store(storage);
        Path metadata = Files.createDirectory(directory.resolve("metadata"));
        Files.write(metadata.resolve("root.json"), repository.root());
        String time = today.plus(Duration.ofDays(daysLater))
                .toString()
                .replace('T', ' ')
                .replaceAll("\\..*", "+00:00");

        Process process = new ProcessBuilder(
                        faketime.toString(),
                        time,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path", "").replace("" + File.pathSeparatorChar, ":"),
                        TrustClient.class.getName(),
                        "--metadata-dir",
                        metadata.toString(),
                        "--metadata-url",
                        server.uri().toString(),
                        "refresh")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();

        assertThat(process.waitFor())
                .as(Files.readString(directory.resolve("out")))
                .isEqualTo(exitCode);
    }
}
