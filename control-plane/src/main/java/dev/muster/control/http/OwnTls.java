package dev.muster.control.http;

import dev.muster.control.config.HttpConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Makes the port for people speak TLS, and nothing else, where it has a certificate of its own. Files are read at the start. */
@Singleton
class OwnTls implements HttpServerOptionsCustomizer {
    private static final String CERTIFICATE = "muster.http.certificate";
    private static final String KEY = "muster.http.key";

    private final HttpConfig config;

    OwnTls(HttpConfig config) {
        this.config = config;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        Optional<Path> certificate = config.certificate();
        Optional<Path> key = config.key();
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalStateException("expected `" + CERTIFICATE + "` and `" + KEY + "` together, found only `"
                    + (key.isPresent() ? KEY : CERTIFICATE) + "`");
        }
        if (certificate.isPresent()) {
            options.setSsl(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(readable(CERTIFICATE, certificate.get()))
                            .setKeyPath(readable(KEY, key.orElseThrow())));
        }
    }

    private static String readable(String setting, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalStateException(
                    "expected a readable file as `" + setting + "`, found none at `" + file + "`");
        }
        return file.toString();
    }
}
