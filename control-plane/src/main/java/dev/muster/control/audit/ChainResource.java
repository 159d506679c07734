package dev.muster.control.audit;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.Finding;
import dev.muster.protocol.json.JsonObject;
import dev.muster.trust.TrustException;
import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.keys.TrustKey;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /audit/chain}, {@code /audit/checkpoint} and {@code /audit/verify}. */
@Path("audit")
@RunOnVirtualThread
public class ChainResource {
    private final Guard guard;
    private final ChainService service;
    private final CheckpointService checkpoints;

    ChainResource(Guard guard, ChainService service, CheckpointService checkpoints) {
        this.guard = guard;
        this.service = service;
        this.checkpoints = checkpoints;
    }

    /**
     * What is known of the chain.
     *
     * @param position of the last seal, 0 if there is none
     * @param pending rows that wait for their seal
     * @param checkpoint the newest one that this server keeps
     * @param verified how the last verification ended
     */
    public record ChainAnswer(
            long position,
            @Nullable String hash,
            @Nullable Instant sealedAt,
            long pending,
            @Nullable Instant oldestPendingAt,
            @Nullable CheckpointAnswer checkpoint,
            @Nullable VerifiedAnswer verified) {
        /** A checkpoint without its signature. */
        public record CheckpointAnswer(long position, Instant at, String keyId, String publicKey) {}

        /** The audit row of a verification. */
        public record VerifiedAnswer(
                Instant at, String by, String byName, boolean sound, Map<String, @Nullable Object> detail) {}
    }

    /** The body of a verification; {@code checkpoint} is the envelope that {@code GET /audit/checkpoint} gave. */
    public record Wanted(@Nullable Map<String, Object> checkpoint) {}

    /** How far the chain is sealed, and when it was verified last. */
    @GET
    @Path("/chain")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public ChainAnswer chain() {
        ChainService.State state = service.state(guard.require(Role.ADMIN).tenant());
        Checkpoint kept = state.checkpoint();
        AuditEntry verified = state.verified();
        return new ChainAnswer(
                state.position(),
                state.head() == null ? null : state.head().hash().hex(),
                state.head() == null ? null : state.head().sealedAt(),
                state.pending().rows(),
                state.pending().oldest(),
                kept == null
                        ? null
                        : new ChainAnswer.CheckpointAnswer(kept.position(), kept.at(), kept.key(), kept.publicKey()),
                verified == null
                        ? null
                        : new ChainAnswer.VerifiedAnswer(
                                verified.at(),
                                verified.actor(),
                                verified.actorName(),
                                Boolean.TRUE.equals(verified.detail().get("sound")),
                                verified.detail()));
    }

    /** What the chain is now, signed, to be kept elsewhere: a DSSE envelope. */
    @GET
    @Path("/checkpoint")
    @Produces(MediaType.APPLICATION_JSON)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public String checkpoint() {
        return checkpoints.issue(guard.require(Role.ADMIN)).envelope();
    }

    /**
     * Looks at the whole chain and says what it finds as it goes, one JSON object a line: {@code progress}, {@code finding},
     * and at the end one {@code result}. An answer without a result was cut short.
     */
    @POST
    @Path("/verify")
    @Produces({"application/x-ndjson", MediaType.APPLICATION_JSON})
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Response verify(@Nullable Wanted body) {
        Access access = guard.require(Role.ADMIN);
        Optional<Checkpoint> known = known(access, body);
        StreamingOutput lines = out -> {
            ChainService.Result result = service.verify(access.caller(), known, new Lines(out));
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("sound", result.sound());
            told.put("position", result.position());
            told.put("hash", result.hash());
            told.put("checked", result.checked());
            told.put("found", result.found());
            told.put("pending", result.pending());
            told.put("checkpoints", result.checkpoints());
            Lines.write(out, Map.of("result", told));
        };
        return Response.ok(lines, "application/x-ndjson;charset=UTF-8").build();
    }

    private static Optional<Checkpoint> known(Access access, @Nullable Wanted body) {
        if (body == null || body.checkpoint() == null) {
            return Optional.empty();
        }
        try {
            Envelope envelope = Envelope.parse(JsonObject.write(body.checkpoint()));
            Checkpoint checkpoint = Checkpoint.fromJson(envelope.payload());
            if (!envelope.payloadType().equals(Checkpoint.PAYLOAD_TYPE)
                    || !envelope.isSignedBy(TrustKey.of(TrustKey.ED25519, TrustKey.ED25519, checkpoint.publicKey()))) {
                throw invalid("its signature is not by the key that it names");
            }
            if (!checkpoint.tenant().equals(access.tenant().value())) {
                throw invalid("it is of tenant `" + checkpoint.tenant() + "`");
            }
            return Optional.of(checkpoint);
        } catch (ProtocolException | TrustException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static ProblemException invalid(String why) {
        return new ProblemException(
                ProblemCode.INVALID_REQUEST, "expected `checkpoint` as it was handed out for this tenant: " + why);
    }

    /** One JSON object a line. */
    private record Lines(OutputStream out) implements ChainService.Listener {
        @Override
        public void progress(long checked, long of) {
            write(out, Map.of("progress", Map.of("checked", checked, "of", of)));
        }

        @Override
        public void found(Finding finding) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("kind", finding.kind().text());
            told.put("position", finding.position());
            told.put("row", finding.row());
            told.put("text", finding.text());
            write(out, Map.of("finding", told));
        }

        static void write(OutputStream out, Map<String, ?> line) {
            try {
                out.write(JsonObject.write(line));
                out.write('\n');
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
