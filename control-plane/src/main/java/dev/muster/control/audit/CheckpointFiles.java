package dev.muster.control.audit;

import dev.muster.control.config.DataDirectory;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyFiles;
import dev.muster.trust.keys.Signer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Signed checkpoints of each tenant's chain, outside of the database: in {@code audit/<tenant>} of the data directory the
 * newest one, and the last of every day. The signing key is made at first use and serves for nothing else. Thread-safe.
 */
@Singleton
final class CheckpointFiles {
    private static final String KEY = "checkpoint.pem";
    private static final String LATEST = "latest.json";

    private final DataDirectory data;
    private final Map<TenantId, Signer> signers = new ConcurrentHashMap<>();

    CheckpointFiles(DataDirectory data) {
        this.data = data;
    }

    /** A checkpoint, and the envelope that carries it. */
    record Signed(Checkpoint checkpoint, String envelope) {}

    /** Signs what the chain is at {@code head}. */
    Signed sign(TenantId tenant, Seal head, Instant at) {
        Signer signer = signer(tenant);
        Checkpoint checkpoint = new Checkpoint(
                tenant.value(),
                head.position(),
                head.hash(),
                at,
                signer.publicKey().keyId(),
                signer.publicKey().publicKey());
        return new Signed(
                checkpoint,
                new String(
                        Envelope.sign(Checkpoint.PAYLOAD_TYPE, checkpoint.toJson(), signer)
                                .toJson(),
                        StandardCharsets.UTF_8));
    }

    /** Keeps it as the newest one, and as the last of its day. */
    void keep(TenantId tenant, Signed signed) {
        Path directory = directory(tenant);
        LocalDate day = signed.checkpoint().at().atZone(ZoneOffset.UTC).toLocalDate();
        byte[] envelope = signed.envelope().getBytes(StandardCharsets.UTF_8);
        DataDirectory.writeSecret(directory.resolve(day + ".json"), envelope);
        DataDirectory.writeSecret(directory.resolve(LATEST), envelope);
    }

    /** The newest one. */
    Optional<Checkpoint> latest(TenantId tenant) {
        Path file = directory(tenant).resolve(LATEST);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** All that are kept. */
    List<Checkpoint> all(TenantId tenant) {
        try (Stream<Path> files = Files.list(directory(tenant))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .map(CheckpointFiles::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the checkpoints of `" + tenant + "`", e);
        }
    }

    private Signer signer(TenantId tenant) {
        return signers.computeIfAbsent(tenant, id -> {
            Path file = directory(id).resolve(KEY);
            if (!Files.exists(file)) {
                KeyFiles.save(file, Ed25519Signer.generate());
            }
            return KeyFiles.load(file);
        });
    }

    private static Checkpoint read(Path file) {
        try {
            return Checkpoint.fromJson(Envelope.parse(Files.readAllBytes(file)).payload());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read `" + file + "`", e);
        }
    }

    /** All that is kept of a trail that is gone. */
    void remove(TenantId tenant) {
        signers.remove(tenant);
        data.remove("audit/" + tenant.value());
    }

    private Path directory(TenantId tenant) {
        data.directory("audit");
        return data.directory("audit/" + tenant.value());
    }
}
