package dev.muster.control.artifacts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Uploads, and what was uploaded. */
@Path("/artifacts")
@RunOnVirtualThread
public class ArtifactResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final ArtifactService service;
    private final ArtifactStore store;

    ArtifactResource(Guard guard, TenantTransactions transactions, ArtifactService service, ArtifactStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.service = service;
        this.store = store;
    }

    /** Streams the body in; an app's description comes from the package, an image's from the parameters. */
    @POST
    @Consumes({MediaType.APPLICATION_OCTET_STREAM, MediaType.WILDCARD})
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public ArtifactAnswer upload(
            @QueryParam("kind") Optional<String> kind,
            @QueryParam("name") Optional<String> name,
            @QueryParam("version") Optional<String> version,
            @QueryParam("hardware") Optional<String> hardware,
            @QueryParam("releaseCounter") Optional<Long> releaseCounter,
            InputStream body) {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        Upload upload = Upload.of(kind, name, version, hardware, releaseCounter);
        return ArtifactAnswer.of(service.upload(access.caller(), upload, body));
    }

    /** Newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<ArtifactAnswer> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        List<ArtifactAnswer> rows =
                transactions.in(access.tenant(), handle -> store.list(handle, skip, size + 1).stream()
                        .map(ArtifactAnswer::of)
                        .toList());
        return Page.of(rows, size, last -> Long.toString(skip + size));
    }

    /** One artifact. */
    @GET
    @Path("/{sha256}")
    @RequiresRole(Role.VIEWER)
    public ArtifactAnswer get(@PathParam("sha256") String sha256) {
        Access access = guard.require(Role.VIEWER);
        return transactions
                .in(access.tenant(), handle -> store.find(handle, sha256))
                .map(ArtifactAnswer::of)
                .orElseThrow(
                        () -> new ProblemException(ProblemCode.ARTIFACT_NOT_FOUND, "no artifact `" + sha256 + "`"));
    }

    /** An artifact on the wire; {@code app} is null for an image. */
    public record ArtifactAnswer(
            String sha256,
            long length,
            String kind,
            String name,
            String version,
            long versionCode,
            String hardware,
            long releaseCounter,
            String path,
            String signer,
            Instant uploadedAt,
            String uploadedBy,
            String uploadedByName,
            @Nullable App app) {
        /** What the package says. */
        public record App(String bundle, String versionName, String apl, List<String> permissions) {}

        static ArtifactAnswer of(Artifact artifact) {
            return new ArtifactAnswer(
                    artifact.sha256(),
                    artifact.length(),
                    artifact.kind().text(),
                    artifact.name(),
                    artifact.version(),
                    artifact.versionCode(),
                    artifact.hardware(),
                    artifact.releaseCounter(),
                    artifact.path(),
                    artifact.signer(),
                    artifact.uploadedAt(),
                    artifact.uploadedBy(),
                    artifact.uploadedByName(),
                    artifact.kind() == Artifact.Kind.APP
                            ? new App(artifact.name(), artifact.versionName(), artifact.apl(), artifact.permissions())
                            : null);
        }
    }
}
