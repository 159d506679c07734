package dev.muster.control.ddi;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How another port of hawkBit's clients is set up: one with TLS, one with other proxies, one with other bounds. */
record TestPort(
        int port,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<URI> externalUrl,
        Optional<List<String>> trustedProxies,
        DdiConfig.Limits limits)
        implements DdiConfig {
    private record Bounds(
            double wrongTokensPerSecond, double wrongTokensAtOnce, double requestsPerSecond, double requestsAtOnce)
            implements Limits {}

    /** HTTP, no proxy, bounds as they are by default. */
    static TestPort plain() {
        return new TestPort(
                0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), new Bounds(1, 60, 50, 200));
    }

    TestPort withTls(Path pem, Path pemKey) {
        return new TestPort(port, Optional.of(pem), Optional.of(pemKey), externalUrl, trustedProxies, limits);
    }

    TestPort trusting(String... proxies) {
        return new TestPort(port, certificate, key, externalUrl, Optional.of(List.of(proxies)), limits);
    }

    TestPort limited(double perSecond, double atOnce) {
        return new TestPort(
                port,
                certificate,
                key,
                externalUrl,
                trustedProxies,
                new Bounds(perSecond, atOnce, limits.requestsPerSecond(), limits.requestsAtOnce()));
    }
}
