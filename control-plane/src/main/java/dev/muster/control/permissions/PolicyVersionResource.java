package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.RolloutId;
import dev.muster.control.rollouts.WavePlan;
import dev.muster.control.rollouts.WaveRequest;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Published versions, for people: what was published, publishing and going back. */
@Path("/policy")
@RunOnVirtualThread
public class PolicyVersionResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final PolicyStore store;
    private final PolicyService documents;
    private final PublishService service;

    PolicyVersionResource(
            Guard guard,
            TenantTransactions transactions,
            PolicyStore store,
            PolicyService documents,
            PublishService service) {
        this.guard = guard;
        this.transactions = transactions;
        this.store = store;
        this.documents = documents;
        this.service = service;
    }

    /**
     * Publishes all documents as one version and rolls it out: one canary and then the rest, unless told otherwise. A
     * shadow version is only watched, by all selected devices at once.
     */
    @POST
    @Path("/publish")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public PublishAnswer publish(@Nullable Publish body) {
        Access access = guard.require(Role.SECURITY_OFFICER).fleetWide();
        Publish asked = Bodies.require(body);
        PublishService.Terms terms = terms(asked.comment(), asked.waves(), asked.selector(), asked.force());
        return answer(
                Boolean.TRUE.equals(asked.shadow()) ? service.shadow(access, terms) : service.publish(access, terms));
    }

    /** Makes a new version of an older one's documents and rolls it out like any other. */
    @POST
    @Path("/rollback")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public PublishAnswer rollback(@Nullable Rollback body) {
        Access access = guard.require(Role.SECURITY_OFFICER).fleetWide();
        Rollback asked = Bodies.require(body);
        return answer(service.rollback(
                access,
                Bodies.require(asked.version(), "version"),
                terms(asked.comment(), asked.waves(), asked.selector(), asked.force())));
    }

    /** Ends the shadow version: no device watches it any more. */
    @DELETE
    @Path("/shadow")
    @RequiresRole(value = Role.SECURITY_OFFICER, fleetWide = true)
    public void endShadow() {
        service.endShadow(guard.require(Role.SECURITY_OFFICER).fleetWide());
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

    /** One version with its documents. */
    @GET
    @Path("/versions/{version}")
    @RequiresRole(Role.VIEWER)
    public VersionAnswer version(@PathParam("version") String version) {
        Access access = guard.require(Role.VIEWER);
        long number = VersionNumber.parse(version);
        return transactions.in(access.tenant(), handle -> version(handle, number));
    }

    private VersionAnswer version(Handle handle, long number) {
        PolicyVersion version = store.version(handle, number)
                .orElseThrow(() -> new ProblemException(ProblemCode.POLICY_NOT_FOUND, "no policy version " + number));
        List<PolicyDiff.Text> items = documents.documents(handle, number);
        return new VersionAnswer(
                version.version(),
                version.kind(),
                version.comment(),
                version.publishedAt(),
                version.publishedBy(),
                version.publishedByName(),
                version.rollout(),
                version.rolledBackFrom(),
                version.documents(),
                items.stream()
                        .map(item -> new VersionAnswer.Document(item.kind(), item.name(), item.yaml()))
                        .toList(),
                items.stream().map(PolicyDiff.Text::yaml).collect(Collectors.joining(PolicyStore.SEPARATOR)));
    }

    /** The body of {@code POST /policy/publish}. */
    public record Publish(
            @Nullable String comment,
            @Nullable List<WaveRequest> waves,
            @Nullable String selector,
            @Nullable Boolean force,
            @Nullable Boolean shadow) {}

    /** The body of {@code POST /policy/rollback}. */
    public record Rollback(
            @Nullable Long version,
            @Nullable String comment,
            @Nullable List<WaveRequest> waves,
            @Nullable String selector,
            @Nullable Boolean force) {}

    /** The new version; {@code rollout} is null where no device was there to get it, and for a shadow version. */
    public record PublishAnswer(long version, @Nullable UUID rollout) {}

    /** The answer of {@code GET /policy/versions/{version}}. */
    public record VersionAnswer(
            long version,
            PolicyVersion.Kind kind,
            String comment,
            Instant publishedAt,
            String publishedBy,
            String publishedByName,
            @Nullable UUID rollout,
            @Nullable Long rolledBackFrom,
            int documents,
            List<Document> items,
            String yaml) {
        /** One document of the version. */
        public record Document(String kind, String name, String yaml) {}
    }

    private static PublishAnswer answer(PublishService.Published published) {
        return new PublishAnswer(
                published.version(), published.rollout().map(RolloutId::value).orElse(null));
    }

    private static PublishService.Terms terms(
            @Nullable String comment,
            @Nullable List<WaveRequest> waves,
            @Nullable String selector,
            @Nullable Boolean force) {
        return new PublishService.Terms(
                comment == null ? "" : comment, waves(waves), Selector.parse(selector), Boolean.TRUE.equals(force));
    }

    private static List<WavePlan> waves(@Nullable List<WaveRequest> asked) {
        try {
            return WaveRequest.plans(asked == null || asked.isEmpty() ? PublishService.CANARY_THEN_REST : asked);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
