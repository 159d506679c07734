package dev.muster.standalone.up;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The self-signed certificate under which browsers see the console and Keycloak when other machines may come. Devices
 * never see it: theirs comes from Muster's own CA.
 *
 * @param keyStore PKCS #12, key and certificate
 * @param password of the store
 */
record WebCertificate(Path keyStore, String password) {
    private static final String VALID_DAYS = "825";

    /** Makes the certificate for {@code host}, a DNS name or an IPv4 address, unless it exists. */
    static WebCertificate ensure(Path folder, String host, String password) {
        Path store = Folders.ownerOnly(folder).resolve("web-" + host.replaceAll("[^A-Za-z0-9.-]", "_") + ".p12");
        if (!Files.exists(store)) {
            Path partial = store.resolveSibling(store.getFileName() + ".partial");
            try {
                Files.deleteIfExists(partial);
                generate(partial, host, password);
                Files.setPosixFilePermissions(
                        partial, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
                Files.move(partial, store, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw Folders.unusable(store, e);
            }
        }
        return new WebCertificate(store, password);
    }

    /** Trusts this certificate and nothing else. */
    SSLContext trusting() {
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("web", store.getCertificate("web"));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new StandaloneException(
                    ExitCode.DATA_UNUSABLE, "cannot read the certificate `" + keyStore + "`: " + e.getMessage(), e);
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
