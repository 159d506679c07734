package dev.muster.trust.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys of people: made here, and made by OpenSSL 3. */
class PemSignerTest {
    private static final byte[] MESSAGE = "muster".getBytes(StandardCharsets.UTF_8);
    private static final String ED25519 = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIHL5RM0JLFezIpsjaz7Mngqg0XS89N5t1G6o5+Hga9Bg
            -----END PRIVATE KEY-----
            """;
    private static final String P256 = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgildhWL+T2uRwWn+C
            jyIetfuUD75GbUeS3DasEAuWAX2hRANCAASH6UlhHPMnTosdcj9/Oo0xQfnNRLwP
            KMrpwJ6QVEVSHSQGFT2VL5noRyshqP533SYTSOdhrfHt1zNfqIfD8Gvg
            -----END PRIVATE KEY-----
            """;
    private static final String P384 = """
            -----BEGIN PRIVATE KEY-----
            MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCtES5n0efApO2s1OYG
            cej5tgVJ7pE4rvdlL4+PGc7J+yQG21I5S/KsfXOIsIa3QWihZANiAAT+wokPmNxP
            H4m+MsRkkwnYK04f92oNGZA1B8o8w65WWa0Dv2J4kO2MdnvS7yNNUYdBAClnJj6b
            9BzzfjtfxhPcZXMwWkcevgkyKwOKOLU5m0FHfr4sjj9I1flf2BJqJ0U=
            -----END PRIVATE KEY-----
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(PemSigner.Kind.class)
    void eachKindSignsWhatEverybodyVerifies(PemSigner.Kind kind) {
        PemSigner signer = PemSigner.generate(kind);

        byte[] signature = signer.sign(MESSAGE);

        assertThat(Verification.verifies(signer.publicKey(), MESSAGE, signature))
                .isTrue();
        assertThat(Verification.verifies(signer.publicKey(), new byte[] {1}, signature))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(PemSigner.Kind.class)
    void aSavedKeyIsReadAsTheSameKey(PemSigner.Kind kind) {
        Path file = directory.resolve("key.pem");
        PemSigner signer = PemSigner.generate(kind);

        signer.save(file);

        assertThat(PemSigner.load(file).publicKey()).isEqualTo(signer.publicKey());
        assertThatThrownBy(() -> signer.save(file)).hasMessageContaining("expected a new file");
    }

    @Test
    void keysOfOpensslAreReadWithTheirPublicHalf() {
        assertThat(PemSigner.parse("key", ED25519).publicKey().publicKey())
                .isEqualTo("52c1a2d09e744ec171b9be1f3cff6d570f6f7f762abd737370ee348bc18bd816");
        assertThat(PemSigner.parse("key", P256).publicKey().publicKey()).isEqualTo("""
                -----BEGIN PUBLIC KEY-----
                MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEh+lJYRzzJ06LHXI/fzqNMUH5zUS8
                DyjK6cCekFRFUh0kBhU9lS+Z6EcrIaj+d90mE0jnYa3x7dczX6iHw/Br4A==
                -----END PUBLIC KEY-----
                """);
    }

    @Test
    void aKeyThatCannotSignForUsIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> PemSigner.parse("key", P384)).isInstanceOf(TrustException.Malformed.class);
        assertThatThrownBy(() -> PemSigner.parse("key", P256.replace("PRIVATE KEY", "EC PRIVATE KEY")))
                .hasMessageContaining("openssl pkcs8 -topk8");
        assertThatThrownBy(() -> PemSigner.parse("key", P256.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")))
                .hasMessageContaining("pass phrase");
        assertThatThrownBy(() -> PemSigner.parse("key", "nothing")).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void aForeignPublicHalfIsNoticed() {
        String other = PemSigner.generate(PemSigner.Kind.ECDSA).pem().replaceAll("(?s)^.*(-----BEGIN PUBLIC)", "$1");

        assertThatThrownBy(() -> PemSigner.parse("key", P256 + other)).hasMessageContaining("halves");
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        Path file = directory.resolve("key.pem");
        PemSigner.generate(PemSigner.Kind.ED25519).save(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> PemSigner.load(file)).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void starterKeysAreReadToo() {
        Path file = directory.resolve("starter.pem");
        Ed25519Signer signer = Ed25519Signer.generate();
        KeyFiles.save(file, signer);

        assertThat(PemSigner.load(file).publicKey()).isEqualTo(signer.publicKey());
    }
}
