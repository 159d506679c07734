package dev.muster.cli.audit;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.trust.TrustException;
import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.keys.TrustKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A kept checkpoint whose signature was checked. */
record CheckpointFile(Checkpoint checkpoint, Map<String, Object> envelope) {
    /**
     * Reads it.
     *
     * @param key the public key that must have signed it, 64 hexadecimal digits; null: the one it names
     */
    static CheckpointFile read(Path file, @Nullable String key) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            Envelope envelope = Envelope.parse(bytes);
            Checkpoint checkpoint = Checkpoint.fromJson(envelope.payload());
            TrustKey signer =
                    TrustKey.of(TrustKey.ED25519, TrustKey.ED25519, key == null ? checkpoint.publicKey() : key);
            if (!envelope.payloadType().equals(Checkpoint.PAYLOAD_TYPE) || !envelope.isSignedBy(signer)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "checkpoint-not-good: `" + file + "` is not signed by "
                                + (key == null ? "the key that it names" : "the key of --key"));
            }
            return new CheckpointFile(checkpoint, JSON.std.mapFrom(bytes));
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: " + e.getMessage(), e);
        } catch (TrustException | ProtocolException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected a checkpoint of `muster audit checkpoint` in `" + file + "`: " + e.getMessage(),
                    e);
        }
    }
}
