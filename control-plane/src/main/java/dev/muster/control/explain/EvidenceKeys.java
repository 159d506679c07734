package dev.muster.control.explain;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.jobs.Departure;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyFiles;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The key of each tenant that signs evidence: owner-only, beside the trust keys and apart from all of them, made at first
 * use. A key that is replaced is renamed to {@code evidence-<anything>.pem} and goes on being published. Thread-safe.
 */
@Singleton
final class EvidenceKeys implements Departure {
    private static final String CURRENT = "evidence.pem";

    private final DataDirectory data;
    private final Map<TenantId, Signer> signers = new ConcurrentHashMap<>();

    EvidenceKeys(DataDirectory data) {
        this.data = data;
    }

    /** The key that signs now. */
    Signer signer(TenantId tenant) {
        return signers.computeIfAbsent(tenant, id -> {
            // What one instance signed must not be signed by a key that another one overwrote.
            try (DataDirectory.Held alone = data.hold("evidence")) {
                Path file = directory(id).resolve(CURRENT);
                if (!Files.exists(file)) {
                    KeyFiles.save(file, Ed25519Signer.generate());
                }
                return KeyFiles.load(file);
            }
        });
    }

    /** Every key that ever signed, the current one first. */
    List<TrustKey> all(TenantId tenant) {
        TrustKey current = signer(tenant).publicKey();
        try (Stream<Path> files = Files.list(directory(tenant))) {
            Stream<TrustKey> earlier = files.filter(
                            file -> file.getFileName().toString().matches("evidence-.+\\.pem"))
                    .sorted()
                    .map(file -> KeyFiles.load(file).publicKey());
            return Stream.concat(Stream.of(current), earlier).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the evidence keys of `" + tenant + "`", e);
        }
    }

    @Override
    public String what() {
        return "the keys of evidence";
    }

    @Override
    public boolean depart(TenantId tenant) {
        // The files go with the other keys.
        signers.remove(tenant);
        return true;
    }

    private Path directory(TenantId tenant) {
        data.directory("trust");
        return data.directory("trust/" + tenant.value());
    }
}
