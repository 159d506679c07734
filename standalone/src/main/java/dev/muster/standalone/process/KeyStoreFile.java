package dev.muster.standalone.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A PKCS #12 file with one key and its certificate. */
public record KeyStoreFile(Path file, String password) {

    /**
     * Its only certificate.
     *
     * @throws StandaloneException if the file cannot be read or has another password
     */
    public Certificate certificate() {
        try {
            KeyStore store = load();
            return store.getCertificate(Collections.list(store.aliases()).getFirst());
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    /** Trusts this certificate and nothing else. */
    public SSLContext trusting() {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("web", certificate());
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return store;
        }
    }

    private StandaloneException unreadable(Exception cause) {
        return new StandaloneException(
                ExitCode.DATA_UNUSABLE, "cannot read the certificate `" + file + "`: " + cause.getMessage(), cause);
    }

    /** Keeps the password out of logs. */
    @Override
    public String toString() {
        return "KeyStoreFile[" + file + "]";
    }
}
