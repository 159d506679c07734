package dev.muster.control.readiness;

import dev.muster.control.config.HttpConfig;
import dev.muster.control.config.MusterConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The port for people, open to the network without TLS and without a proxy that ends it. */
@Singleton
final class ListensInTheClear implements ReadinessCheck {
    private final String bind;
    private final boolean guarded;

    @Inject
    ListensInTheClear(
            MusterConfig config,
            HttpConfig http,
            // Also where a certificate is set in the words of Quarkus.
            @ConfigProperty(name = "quarkus.http.tls-configuration-name") Optional<String> tls) {
        this(
                config.bind(),
                http.certificate().isPresent() || http.trustedProxies().isPresent() || tls.isPresent());
    }

    ListensInTheClear(String bind, boolean guarded) {
        this.bind = bind;
        this.guarded = guarded;
    }

    @Override
    public List<Unsafe> unsafe() {
        return guarded || Loopback.is(bind)
                ? List.of()
                : List.of(new Unsafe(
                        "muster.bind",
                        "`" + bind + "` with plain HTTP",
                        "set `muster.http.certificate` and `muster.http.key`, or name the proxy that ends TLS in "
                                + "`muster.http.trusted-proxies`"));
    }
}
