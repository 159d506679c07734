package dev.muster.control.explain;

import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleLoader;
import dev.muster.policy.bundle.VerifiedTarget;
import dev.muster.policy.capability.CapabilityException;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.lease.Lease;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The very bytes that devices answer from. They never change, so those used last stay open in memory. Whoever asks for a
 * hash has read it from rows of the caller's tenant. Thread-safe.
 */
@Singleton
public final class Bundles {
    private static final int KEPT = 128;

    private final ArtifactService artifacts;
    private final ArtifactBytes bytes;
    private final Map<Key, Known> known = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > KEPT;
        }
    };

    private record Key(TenantId tenant, String sha256) {}

    /**
     * A bundle, checked against its hash.
     *
     * @param length in bytes
     */
    public record Known(Bundle bundle, String sha256, long length) {}

    Bundles(ArtifactService artifacts, ArtifactBytes bytes) {
        this.artifacts = artifacts;
        this.bytes = bytes;
    }

    /** The bundle with this hash, if the tenant has it; a hash that a device claims may be one of anything else. */
    public Optional<Known> find(Handle handle, TenantId tenant, String sha256) {
        if (sha256.isEmpty()) {
            return Optional.empty();
        }
        Key key = new Key(tenant, sha256);
        synchronized (known) {
            Known open = known.get(key);
            if (open != null) {
                return Optional.of(open);
            }
        }
        Optional<Known> opened =
                artifacts.find(handle, sha256).filter(Bundles::isBundle).flatMap(this::open);
        synchronized (known) {
            opened.ifPresent(bundle -> known.put(key, bundle));
        }
        return opened;
    }

    /** The capability file with this hash, if the tenant has it and it is for this device. */
    public Optional<CapabilityFile> capabilities(Handle handle, String sha256, DeviceId device) {
        if (sha256.isEmpty()
                || artifacts
                        .find(handle, sha256)
                        .filter(artifact -> artifact.kind() == Artifact.Kind.CAPABILITIES)
                        .isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<Path> file = bytes.file(sha256);
            return file.isEmpty()
                    ? Optional.empty()
                    : Optional.of(CapabilityFile.read(ByteBuffer.wrap(Files.readAllBytes(file.get())), device.value()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read capabilities `" + sha256 + "`", e);
        } catch (CapabilityException e) {
            // Made for another device: it cannot be what this one answers from.
            return Optional.empty();
        }
    }

    /** Equal bytes are one artifact, of the kind that came first. */
    private static boolean isBundle(Artifact artifact) {
        return switch (artifact.kind()) {
            case POLICY, POLICY_SHADOW -> true;
            case IMAGE, APP, CAPABILITIES, SETTINGS, DELTA, SEGMENTS -> false;
        };
    }

    private Optional<Known> open(Artifact artifact) {
        try {
            Optional<Path> file = bytes.file(artifact.sha256());
            return file.map(path -> new Known(
                    BundleLoader.load(path, new VerifiedTarget(artifact.length(), artifact.sha256(), Lease.DEFAULT)),
                    artifact.sha256(),
                    artifact.length()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read bundle `" + artifact.sha256() + "`", e);
        }
    }
}
