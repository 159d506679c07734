package dev.muster.trust.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.http.HostileServer;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.KeyNames;
import dev.muster.trust.repository.MemoryStorage;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustClientIT {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final String PATH = "apps/default/pump 1.hap";

    @TempDir
    private Path directory;

    private final byte[] content = "the app".getBytes(StandardCharsets.UTF_8);
    private final StarterKeys keys = StarterKeys.inMemory();
    private final MemoryStorage storage = new MemoryStorage();
    private final ImageRepository repository = ImageRepository.create(keys, Validity.DEFAULT, NOW)
            .withTarget(
                    KeyNames.publisher("default"),
                    PATH,
                    TargetFile.ofSha256(content.length, Hashes.sha256(content), Map.of()),
                    keys,
                    NOW)
            .publish(keys, NOW)
            .store(storage);
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final HostileServer server = new HostileServer(storage::read);

    TrustClientIT() throws IOException {}

    @BeforeEach
    void serveTheTarget() throws IOException {
        storage.files.put("targets/apps/default/" + Hashes.sha256(content) + ".pump%201.hap", content);
        Files.write(directory.resolve("trusted.json"), repository.root());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--metadata-dir", directory.resolve("metadata").toString()));
        all.addAll(List.of("--metadata-url", server.uri().toString()));
        all.addAll(List.of(arguments));
        return new TrustClient(() -> NOW, new PrintStream(errors, true, StandardCharsets.UTF_8)).run(all);
    }

    private int init() {
        return run("init", directory.resolve("trusted.json").toString());
    }

    private int download() {
        return run(
                "--target-name",
                PATH,
                "--target-base-url",
                server.uri() + "targets",
                "--target-dir",
                directory.resolve("targets").toString(),
                "download");
    }

    @Test
    void refreshKeepsMetadataUnderUnversionedNames() {
        assertThat(init()).isZero();
        assertThat(run("refresh")).isZero();

        assertThat(directory.resolve("metadata"))
                .isDirectoryContaining("glob:**/root.json")
                .isDirectoryContaining("glob:**/timestamp.json")
                .isDirectoryContaining("glob:**/snapshot.json")
                .isDirectoryContaining("glob:**/targets.json");
    }

    @Test
    void downloadStoresTheVerifiedTargetInsideItsDirectory() {
        init();

        assertThat(download()).isZero();

        assertThat(directory.resolve("targets/apps%2Fdefault%2Fpump%201.hap")).hasBinaryContent(content);
    }

    @Test
    void aSubstitutedTargetIsNotStored() {
        init();
        storage.files.replaceAll(
                (name, bytes) -> name.startsWith("targets/") ? "the ape".getBytes(StandardCharsets.UTF_8) : bytes);

        assertThat(download()).isEqualTo(1);

        assertThat(directory.resolve("targets")).isEmptyDirectory();
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("sha256");
    }

    @Test
    void aTargetThatIsThereIsNotFetchedAgain() {
        init();
        download();
        storage.files.keySet().removeIf(name -> name.startsWith("targets/"));

        assertThat(download()).isZero();
    }

    @Test
    void failuresExitWithOneAndAReason() {
        assertThat(run("refresh")).isEqualTo(1);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("`root` not found");
        assertThat(run("dance")).isEqualTo(1);
        assertThat(run()).isEqualTo(1);
        assertThat(new TrustClient(() -> NOW, new PrintStream(errors, true, StandardCharsets.UTF_8))
                        .run(List.of("--metadata-dir")))
                .isEqualTo(1);
    }
}
