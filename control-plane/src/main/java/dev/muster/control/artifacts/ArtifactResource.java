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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Uploads, and what was uploaded. */
@Path("/artifacts")
@RunOnVirtualThread
public class ArtifactResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final ArtifactService service;
    private final ArtifactStore store;
    private final ArtifactUses uses;

    ArtifactResource(
            Guard guard,
            TenantTransactions transactions,
            ArtifactService service,
            ArtifactStore store,
            ArtifactUses uses) {
        this.guard = guard;
        this.transactions = transactions;
        this.service = service;
        this.store = store;
        this.uses = uses;
    }

    /** Streams the body in; an app's description comes from the package, an image's from the parameters, or an OTA package. */
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
                transactions.in(access.tenant(), handle -> used(handle, store.list(handle, skip, size + 1)));
        return Page.of(rows, size, last -> Long.toString(skip + size));
    }

    /** One artifact. */
    @GET
    @Path("/{sha256}")
    @RequiresRole(Role.VIEWER)
    public ArtifactAnswer get(@PathParam("sha256") String sha256) {
        Access access = guard.require(Role.VIEWER);
        return transactions
                .in(access.tenant(), handle -> store.present(handle, sha256)
                        .map(artifact -> used(handle, List.of(artifact)).getFirst()))
                .orElseThrow(
                        () -> new ProblemException(ProblemCode.ARTIFACT_NOT_FOUND, "no artifact `" + sha256 + "`"));
    }

    private List<ArtifactAnswer> used(Handle handle, List<Artifact> artifacts) {
        Map<String, List<ArtifactUses.Use>> found = uses.of(handle, artifacts);
        return artifacts.stream()
                .map(artifact -> ArtifactAnswer.of(artifact, found.getOrDefault(artifact.sha256(), List.of())))
                .toList();
    }

    /**
     * An artifact on the wire; {@code app} is null for an image, {@code ota} for all but OTA packages.
     *
     * @param usedBy null where it was not asked, which is the answer to an upload
     */
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
            @Nullable App app,
            @Nullable Ota ota,
            @Nullable List<ArtifactUses.Use> usedBy) {
        /**
         * What the package says.
         *
         * @param format {@code hap}, {@code hsp} or {@code app-pack}; empty where it came before packages were read
         * @param signature {@code verdict} unsigned, unknown-signer or verified; with {@code signer},
         *     {@code certificateSha256} and {@code root} where there is one
         * @param profile null without signature
         */
        public record App(
                String bundle,
                String versionName,
                String apl,
                List<String> permissions,
                String format,
                int minApi,
                int targetApi,
                boolean debug,
                List<String> deviceTypes,
                Map<String, String> modules,
                Map<String, Object> signature,
                @Nullable Map<String, Object> profile) {
            static App of(Artifact artifact, AppDetails details) {
                return new App(
                        artifact.name(),
                        artifact.versionName(),
                        artifact.apl(),
                        artifact.permissions(),
                        details.format(),
                        details.minApi(),
                        details.targetApi(),
                        details.debug(),
                        details.deviceTypes(),
                        new TreeMap<>(details.modules()),
                        SignatureJson.members(details.signature()),
                        details.profile()
                                .map(AppDetails.ProfileDetails::members)
                                .orElse(null));
            }

            /** One from before packages were read. */
            static App unread(Artifact artifact) {
                return new App(
                        artifact.name(),
                        artifact.versionName(),
                        artifact.apl(),
                        artifact.permissions(),
                        "",
                        0,
                        0,
                        false,
                        List.of(),
                        Map.of(),
                        Map.of(),
                        null);
            }
        }

        /** What an OTA package says; {@code signature} as that of an app. */
        public record Ota(
                String productId,
                String softwareVersion,
                String made,
                boolean diff,
                List<String> boards,
                List<String> versions,
                List<OtaDetails.Component> components,
                Map<String, Object> signature) {
            static Ota of(OtaDetails details) {
                return new Ota(
                        details.productId(),
                        details.softwareVersion(),
                        details.made(),
                        details.diff(),
                        details.boards(),
                        details.versions(),
                        details.components(),
                        SignatureJson.members(details.signature()));
            }
        }

        /** As answered by every operation that names one. */
        public static ArtifactAnswer of(Artifact artifact) {
            return answer(artifact, null);
        }

        static ArtifactAnswer of(Artifact artifact, List<ArtifactUses.Use> usedBy) {
            return answer(artifact, List.copyOf(usedBy));
        }

        private static ArtifactAnswer answer(Artifact artifact, @Nullable List<ArtifactUses.Use> usedBy) {
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
                    app(artifact),
                    artifact.details() instanceof ArtifactDetails.OfOta details ? Ota.of(details.ota()) : null,
                    usedBy);
        }

        private static @Nullable App app(Artifact artifact) {
            return switch (artifact.details()) {
                case ArtifactDetails.OfApp details -> App.of(artifact, details.app());
                case ArtifactDetails.OfOta ota -> null;
                case ArtifactDetails.None none -> artifact.kind() == Artifact.Kind.APP ? App.unread(artifact) : null;
            };
        }
    }
}
