package dev.muster.trust.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {
    @TempDir
    private Path directory;

    @Test
    void aKeySurvivesItsFile() {
        Ed25519Signer signer = Ed25519Signer.generate();
        Path file = directory.resolve("root.pem");
        KeyFiles.save(file, signer);

        Ed25519Signer loaded = KeyFiles.load(file);

        assertThat(loaded.publicKey()).isEqualTo(signer.publicKey());
        assertThat(loaded.sign(new byte[] {1})).isEqualTo(signer.sign(new byte[] {1}));
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        Path file = directory.resolve("root.pem");
        KeyFiles.save(file, Ed25519Signer.generate());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> KeyFiles.load(file))
                .isInstanceOf(TrustException.Malformed.class)
                .hasMessageContaining("rw-r-----");
    }

    @Test
    void aDirectoryThatOthersMayReadIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> KeyFiles.ownerOnlyDirectory(open)).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void halvesOfTwoKeysAreRefused() throws IOException {
        Path one = directory.resolve("one.pem");
        Path two = directory.resolve("two.pem");
        KeyFiles.save(one, Ed25519Signer.generate());
        KeyFiles.save(two, Ed25519Signer.generate());
        String mixed = Files.readString(one).replaceAll("(?s)-----BEGIN MUSTER.*", "")
                + Files.readString(two).replaceAll("(?s).*(-----BEGIN MUSTER)", "$1");
        Files.writeString(one, mixed);

        assertThatThrownBy(() -> KeyFiles.load(one)).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void anythingElseIsRefused() throws IOException {
        Path file = directory.resolve("root.pem");
        KeyFiles.save(file, Ed25519Signer.generate());
        Files.writeString(file, "no key");

        assertThatThrownBy(() -> KeyFiles.load(file)).isInstanceOf(TrustException.Malformed.class);
        assertThatThrownBy(() -> KeyFiles.load(directory.resolve("missing.pem")))
                .isInstanceOf(TrustException.Storage.class);
    }
}
