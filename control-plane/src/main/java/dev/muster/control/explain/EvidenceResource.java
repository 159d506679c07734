package dev.muster.control.explain;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.trust.keys.TrustKey;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code /policy/evidence}. */
@Path("/policy/evidence")
@RunOnVirtualThread
public class EvidenceResource {
    private final Guard guard;
    private final EvidenceService service;
    private final EvidenceKeys keys;

    EvidenceResource(Guard guard, EvidenceService service, EvidenceKeys keys) {
        this.guard = guard;
        this.service = service;
        this.keys = keys;
    }

    /** The body of {@code POST /policy/evidence}; {@code at} is an instant, absent for now. */
    public record EvidenceRequest(
            @Nullable String device,
            @Nullable String bundle,
            @Nullable String permission,
            @Nullable Integer user,
            @Nullable String at) {}

    /** One public key; {@code keyId} is its fingerprint, {@code publicKey} its 32 bytes in hexadecimal. */
    public record EvidenceKey(String keyId, String algorithm, String publicKey, boolean current) {}

    /** The signed proof of one answer: a DSSE envelope. */
    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @RequiresRole(Role.VIEWER)
    public String evidence(@Nullable EvidenceRequest given) {
        EvidenceRequest body = Bodies.require(given);
        Access access = guard.require(Role.VIEWER);
        Question question = Question.of(body.device(), body.bundle(), body.permission(), body.user(), body.at());
        return new String(service.evidence(access, question), StandardCharsets.UTF_8);
    }

    /** The keys that sign evidence of this tenant, the current one first. */
    @GET
    @Path("/keys")
    @RequiresRole(Role.VIEWER)
    public Page<EvidenceKey> keys() {
        Access access = guard.require(Role.VIEWER);
        TrustKey current = keys.signer(access.tenant()).publicKey();
        return Page.whole(keys.all(access.tenant()).stream()
                .map(key -> new EvidenceKey(key.keyId(), key.scheme(), key.publicKey(), key.equals(current)))
                .toList());
    }
}
