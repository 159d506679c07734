package dev.muster.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebCertificateTest {
    @TempDir
    Path folder;

    @Test
    void namesTheHostAndThisMachineAndIsHandedOutWithoutItsKey() throws Exception {
        WebCertificate made = WebCertificate.ensure(folder, "muster.example", "secret-of-the-store");

        assertThat(Files.readString(made.pem()))
                .startsWith("-----BEGIN CERTIFICATE-----")
                .doesNotContain("PRIVATE");
        try (InputStream in = Files.newInputStream(made.pem())) {
            X509Certificate read =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            assertThat(read).isEqualTo(made.keyStore().certificate());
            List<Object> names = read.getSubjectAlternativeNames().stream()
                    .<Object>map(name -> name.get(1))
                    .toList();
            assertThat(names).containsExactlyInAnyOrder("muster.example", "localhost", "127.0.0.1");
        }
        assertThat(made.toString()).doesNotContain("secret-of-the-store");
    }

    @Test
    void isKeptForTheSameHostAndMadeAnewForAnother() throws Exception {
        WebCertificate first = WebCertificate.ensure(folder, "muster.example", "secret");

        assertThat(WebCertificate.ensure(folder, "muster.example", "secret")
                        .keyStore()
                        .certificate())
                .isEqualTo(first.keyStore().certificate());
        assertThat(WebCertificate.ensure(folder, "10.0.0.7", "secret")
                        .keyStore()
                        .certificate())
                .isNotEqualTo(first.keyStore().certificate());
    }
}
