package dev.muster.control.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * What {@code muster.http.*} says about the port for people, in the words of Quarkus, where a plain reference would not do because
 * one setting of ours turns several of theirs on: a certificate makes the port speak TLS only, and trusted proxies make what they
 * forward count.
 */
public final class HttpSettings implements ConfigSourceFactory {
    /** PEM file: the certificate of the port for people, with those between it and the root. */
    public static final String CERTIFICATE = "muster.http.certificate";
    /** PEM file: its key. */
    public static final String KEY = "muster.http.key";
    /** Addresses or networks, separated by commas. */
    public static final String TRUSTED_PROXIES = "muster.http.trusted-proxies";

    /** Above application.properties, below what an operator sets. */
    private static final int ORDINAL = 260;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Map<String, String> settings = new HashMap<>();
        Optional<String> certificate = value(context, CERTIFICATE);
        Optional<String> key = value(context, KEY);
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalStateException("expected `" + CERTIFICATE + "` and `" + KEY + "` together, found only `"
                    + (key.isPresent() ? KEY : CERTIFICATE) + "`");
        }
        if (certificate.isPresent()) {
            settings.put("quarkus.tls.people.key-store.pem.server.cert", certificate.get());
            settings.put("quarkus.tls.people.key-store.pem.server.key", key.orElseThrow());
            settings.put("quarkus.tls.people.protocols", "TLSv1.3,TLSv1.2");
            // A renewed file is taken without a restart.
            settings.put("quarkus.tls.people.reload-period", "1h");
            settings.put("quarkus.http.tls-configuration-name", "people");
            settings.put("quarkus.http.insecure-requests", "disabled");
            settings.put("quarkus.http.ssl-port", "${quarkus.http.port}");
            settings.put("muster.external.api-url", "https://localhost:${quarkus.http.port}");
        }
        value(context, TRUSTED_PROXIES).ifPresent(proxies -> {
            settings.put("quarkus.http.proxy.proxy-address-forwarding", "true");
            settings.put("quarkus.http.proxy.allow-x-forwarded", "true");
            settings.put("quarkus.http.proxy.trusted-proxies", proxies);
        });
        return List.of(new PropertiesConfigSource(settings, "muster.http", ORDINAL));
    }

    /** Asked last, so that every file and variable that may name a setting is known. */
    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(-1_000);
    }

    private static Optional<String> value(ConfigSourceContext context, String name) {
        ConfigValue found = context.getValue(name);
        return Optional.ofNullable(found == null ? null : found.getValue()).filter(text -> !text.isBlank());
    }
}
