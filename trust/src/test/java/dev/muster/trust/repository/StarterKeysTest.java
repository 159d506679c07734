package dev.muster.trust.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StarterKeysTest {
    private static final List<String> ALL = Stream.concat(StarterKeys.OFFLINE.stream(), StarterKeys.ONLINE.stream())
            .toList();

    @TempDir
    private Path directory;

    @Test
    void everyKeyIsAnotherOneAndOwnerOnly() throws IOException {
        Path place = directory.resolve("a/keys");
        StarterKeys keys = StarterKeys.createOrLoad(place);

        Set<String> ids =
                ALL.stream().map(name -> keys.signer(name).publicKey().keyId()).collect(Collectors.toSet());
        assertThat(ids).hasSize(ALL.size());
        try (Stream<Path> files = Files.walk(place)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void theSecondStartFindsTheSameKeys() {
        StarterKeys first = StarterKeys.createOrLoad(directory.resolve("keys"));

        StarterKeys second = StarterKeys.createOrLoad(directory.resolve("keys"));

        assertThat(ALL).allSatisfy(name -> assertThat(second.signer(name).publicKey())
                .isEqualTo(first.signer(name).publicKey()));
    }

    @Test
    void aDamagedKeyIsNeverReplacedSilently() throws IOException {
        StarterKeys.createOrLoad(directory.resolve("keys"));
        Files.writeString(directory.resolve("keys/root.pem"), "");

        assertThatThrownBy(() -> StarterKeys.createOrLoad(directory.resolve("keys")))
                .isInstanceOf(TrustException.Malformed.class)
                .hasMessageContaining("root.pem");
    }

    @Test
    void aKeyThatIsNotHeldIsNamed() {
        assertThatThrownBy(() -> StarterKeys.inMemory().signer("publisher-acme"))
                .isInstanceOfSatisfying(
                        TrustException.NotFound.class, e -> assertThat(e.what()).isEqualTo("publisher-acme"));
    }
}
