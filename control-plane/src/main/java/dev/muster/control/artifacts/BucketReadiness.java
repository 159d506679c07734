package dev.muster.control.artifacts;

import dev.muster.control.readiness.ReadinessCheck;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A bucket that is reached without TLS: whoever listens reads every image, app and policy, and could alter listings. */
@Singleton
final class BucketReadiness implements ReadinessCheck {
    private final Optional<URI> endpoint;

    @Inject
    BucketReadiness(ArtifactConfig config) {
        this(config.store(), config.s3().endpoint());
    }

    BucketReadiness(String store, Optional<URI> endpoint) {
        this.endpoint = store.equals("s3") ? endpoint : Optional.empty();
    }

    @Override
    public List<Unsafe> unsafe() {
        return endpoint
                .filter(url -> !"https".equalsIgnoreCase(url.getScheme()))
                .map(url -> new Unsafe(
                        "muster.artifacts.s3.endpoint",
                        "`" + url + "`",
                        "artifacts would be readable on their way: use an address with https"))
                .stream()
                .toList();
    }
}
