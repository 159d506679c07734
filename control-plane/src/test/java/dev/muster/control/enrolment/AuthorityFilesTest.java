package dev.muster.control.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityFilesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private final AuthorityKeys keys = AuthorityKeys.inFiles(Clock.fixed(NOW, ZoneOffset.UTC));
    private AuthorityFiles files;
    private KeyPair root;
    private X509Certificate rootCertificate;

    @BeforeEach
    void anAuthority() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        files = new AuthorityFiles(directory, keys);
        AuthorityKeys.Made made = keys.make();
        root = made.pair();
        rootCertificate = Certificates.root("root", root, NOW);
        AuthorityKeys.Made issuing = keys.make();
        files.createFirst(made.secret(), issuing.secret(), List.of(issuing(issuing.pair()), rootCertificate));
    }

    @Test
    void keysAreTheirOwnersOnly() throws Exception {
        assertThat(AuthorityFiles.open(directory)).isEmpty();
        Path key = directory.resolve("issuing.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(AuthorityFiles.open(directory)).singleElement().asString().contains("issuing.key", "rw-r-----");
        assertThatThrownBy(files::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("owner's only")
                .hasMessageContaining("rw-r-----");
    }

    @Test
    void anAuthorityThatIsNotWholeIsNotThere() throws Exception {
        AuthorityKeys.Made next = keys.make();
        files.add("2", next.secret(), Optional.empty(), List.of(issuing(next.pair()), rootCertificate), NOW);
        assertThat(files.read()).extracting(Authority::id).containsExactly("1", "2");

        Files.delete(directory.resolve("authorities/2/from"));

        assertThat(files.read()).extracting(Authority::id).containsExactly("1");
    }

    @Test
    void aRetiredAuthorityHasNoKeyLeftAndItsCertificateIsStillKnown() throws Exception {
        AuthorityKeys.Made next = keys.make();
        files.add("2", next.secret(), Optional.empty(), List.of(issuing(next.pair()), rootCertificate), NOW);
        String before = files.state();

        files.retire("1", NOW);

        assertThat(files.state()).isNotEqualTo(before);
        assertThat(directory.resolve("issuing.key")).doesNotExist();
        assertThat(directory.resolve("root.key")).doesNotExist();
        assertThat(files.read().getFirst().retired()).isTrue();
        assertThat(files.read().getFirst().root()).isEqualTo(rootCertificate);
    }

    private X509Certificate issuing(KeyPair key) throws Exception {
        return Certificates.issuing(
                "issuing", new Certificates.Signer(root.getPrivate(), rootCertificate), key.getPublic(), NOW);
    }
}
