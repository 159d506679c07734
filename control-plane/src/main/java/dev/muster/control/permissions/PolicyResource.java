package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.RolloutId;
import dev.muster.control.rollouts.WavePlan;
import dev.muster.control.rollouts.WaveRequest;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Policy documents, versions and answers, for people. */
@Path("/policy")
@RunOnVirtualThread
public class PolicyResource {
    private static final int MAX_TEXT = 4 << 20;
    private static final List<WaveRequest> CANARY_THEN_REST =
            List.of(new WaveRequest("canary", null, 1, null, null), new WaveRequest("rest", 100, null, null, null));

    private final Guard guard;
    private final TenantTransactions transactions;
    private final PolicyStore store;
    private final PolicyService service;

    PolicyResource(Guard guard, TenantTransactions transactions, PolicyStore store, PolicyService service) {
        this.guard = guard;
        this.transactions = transactions;
        this.store = store;
        this.service = service;
    }

    /** All documents as they are now, published or not. */
    @GET
    @Path("/documents")
    @RequiresRole(Role.VIEWER)
    public Page<StoredDocument> documents() {
        Access access = guard.require(Role.VIEWER);
        return Page.whole(transactions.in(access.tenant(), store::documents));
    }

    /** One document. */
    @GET
    @Path("/documents/{kind}/{name}")
    @RequiresRole(Role.VIEWER)
    public StoredDocument document(@PathParam("kind") String kind, @PathParam("name") String name) {
        Access access = guard.require(Role.VIEWER);
        return transactions
                .in(access.tenant(), handle -> store.document(handle, kind, name))
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.POLICY_NOT_FOUND, "no policy document `" + kind + "/" + name + "`"));
    }

    /** Writes one or more documents; nothing is in force before it is published. */
    @PUT
    @Path("/documents")
    @Consumes("application/yaml")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public Changes put(String yaml) {
        Access access = guard.require(Role.SECURITY_OFFICER).fleetWide();
        if (yaml.length() > MAX_TEXT) {
            throw new ProblemException(
                    ProblemCode.TOO_LARGE, "expected at most " + MAX_TEXT + " characters, found " + yaml.length());
        }
        return new Changes(service.put(access.caller(), yaml).stream()
                .map(change -> new Changes.Change(change.kind(), change.name(), change.changed()))
                .toList());
    }

    /** Removes a document. */
    @DELETE
    @Path("/documents/{kind}/{name}")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public void delete(@PathParam("kind") String kind, @PathParam("name") String name) {
        service.delete(guard.require(Role.SECURITY_OFFICER).fleetWide().caller(), kind, name);
    }

    /** Publishes all documents as one version and rolls it out: one canary and then the rest, unless told otherwise. */
    @POST
    @Path("/publish")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public PublishAnswer publish(Publish body) {
        Access access = guard.require(Role.SECURITY_OFFICER).fleetWide();
        PolicyService.Published published = service.publish(
                access,
                body.comment() == null ? "" : body.comment(),
                waves(body.waves()),
                Selector.parse(body.selector()));
        return new PublishAnswer(
                published.version(), published.rollout().map(RolloutId::value).orElse(null));
    }

    /** Newest first. */
    @GET
    @Path("/versions")
    @RequiresRole(Role.VIEWER)
    public Page<PolicyVersion> versions(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        return Page.of(
                transactions.in(access.tenant(), handle -> store.versions(handle, skip, size + 1)),
                size,
                last -> Long.toString(skip + size));
    }

    /** What {@code PUT /policy/documents} did. */
    public record Changes(List<Change> items) {
        /** One document. */
        public record Change(String kind, String name, boolean changed) {}
    }

    /** The body of {@code POST /policy/publish}. */
    public record Publish(
            @Nullable String comment,
            @Nullable List<WaveRequest> waves,
            @Nullable String selector) {}

    /** The answer of {@code POST /policy/publish}; {@code rollout} is null where no device was there to get it. */
    public record PublishAnswer(long version, @Nullable UUID rollout) {}

    private static List<WavePlan> waves(@Nullable List<WaveRequest> asked) {
        try {
            return WaveRequest.plans(asked == null || asked.isEmpty() ? CANARY_THEN_REST : asked);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
