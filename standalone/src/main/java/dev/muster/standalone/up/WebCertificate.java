package dev.muster.standalone.up;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.KeyStoreFile;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.List;

/**
 * The self-signed certificate under which browsers and the command line see the console, the API and Keycloak when other
 * machines may come. Devices never see it: theirs comes from Muster's own CA.
 *
 * @param keyStore key and certificate
 * @param pem the certificate alone, to hand out
 */
record WebCertificate(KeyStoreFile keyStore, Path pem) {
    private static final int PEM_LINE = 64;
    private static final String VALID_DAYS = "825";

    /** Makes the certificate for {@code host}, a DNS name or an IPv4 address, unless it exists. */
    static WebCertificate ensure(Path folder, String host, String password) {
        Path store = Folders.ownerOnly(folder).resolve("web-" + host + ".p12");
        if (!Files.exists(store)) {
            Path partial = store.resolveSibling(store.getFileName() + ".partial");
            try {
                Files.deleteIfExists(partial);
                generate(partial, host, password);
                Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
                Files.move(partial, store, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw Folders.unusable(store, e);
            }
        }
        WebCertificate certificate =
                new WebCertificate(new KeyStoreFile(store, password), folder.resolve("web-" + host + ".pem"));
        if (!Files.exists(certificate.pem())) {
            writePem(certificate.keyStore(), certificate.pem());
        }
        return certificate;
    }

    /** The certificate alone in PEM, for {@code muster --ca-file} and for browsers. */
    private static void writePem(KeyStoreFile store, Path pem) {
        try {
            String body = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'})
                    .encodeToString(store.certificate().getEncoded());
            Folders.writeOwnerOnly(pem, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
        } catch (CertificateEncodingException e) {
            throw new StandaloneException(
                    ExitCode.DATA_UNUSABLE, "cannot read the certificate `" + store.file() + "`: " + e.getMessage(), e);
        }
    }

    private static void generate(Path store, String host, String password) throws IOException {
        boolean address = host.matches("[0-9.]+");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "web",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                VALID_DAYS,
                "-dname",
                "CN=" + host,
                "-ext",
                "san=" + (address ? "ip:" : "dns:") + host + ",dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                "MUSTER_STORE_PASSWORD"));
        builder.environment().put("MUSTER_STORE_PASSWORD", password);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new StandaloneException(
                        ExitCode.FAILED, "cannot make a certificate for `" + host + "`: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StandaloneException(ExitCode.FAILED, "interrupted while making a certificate", e);
        }
    }
}
