package dev.muster.control.readiness;

import dev.muster.control.config.ExternalConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Addresses that people and programs reach without TLS. */
@Singleton
final class ReachedInTheClear implements ReadinessCheck {
    private final URI api;
    private final URI issuer;

    ReachedInTheClear(ExternalConfig external, @ConfigProperty(name = "muster.oidc.issuer") String issuer) {
        this.api = external.apiUrl();
        this.issuer = URI.create(issuer);
    }

    @Override
    public List<Unsafe> unsafe() {
        return List.of(new Address("muster.external.api-url", api), new Address("muster.oidc.issuer", issuer)).stream()
                .filter(address -> !"https".equalsIgnoreCase(address.url().getScheme()))
                .map(address -> new Unsafe(
                        address.setting(),
                        "`" + address.url() + "`",
                        "tokens would be readable on their way: use an address with https"))
                .toList();
    }

    private record Address(String setting, URI url) {}
}
