package dev.muster.control.incoming;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.artifacts.ArtifactResource.ArtifactAnswer;
import dev.muster.control.artifacts.Upload;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Uploads that can be resumed; {@code Upload-Offset}, {@code Upload-Length} and {@code Upload-Complete} as in the IETF's draft. */
@Path("/artifacts/uploads")
@RunOnVirtualThread
public class IncomingResource {
    private static final int LONGEST_NAME = 200;

    private final Guard guard;
    private final IncomingService service;

    IncomingResource(Guard guard, IncomingService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Announces an upload. */
    @POST
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public RestResponse<UploadAnswer> announce(@Nullable NewUpload given) {
        NewUpload body = Bodies.require(given);
        Access access = access();
        Upload what = Upload.of(
                Optional.ofNullable(body.kind()),
                Optional.ofNullable(body.name()),
                Optional.ofNullable(body.version()),
                Optional.ofNullable(body.hardware()),
                Optional.ofNullable(body.releaseCounter()));
        if (body.length() == null) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "`length`: expected a number of bytes, found nothing");
        }
        OpenUpload upload = service.announce(
                access.caller(),
                new IncomingService.Announcement(
                        what, fileName(body.fileName()), body.length(), Optional.ofNullable(body.sha256())));
        return answer(201, upload, access);
    }

    private static String fileName(@Nullable String text) {
        String clean = text == null ? "" : text.replaceAll("\\p{Cntrl}", " ");
        return clean.length() > LONGEST_NAME ? clean.substring(0, LONGEST_NAME) : clean;
    }

    /** Those that are open, newest first. */
    @GET
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public Page<UploadAnswer> list() {
        Access access = access();
        return Page.whole(service.list(access.caller()).stream()
                .map(upload -> UploadAnswer.of(upload, service.expires(upload), access))
                .toList());
    }

    /** One upload, and where it goes on; with {@code HEAD} the headers alone. */
    @GET
    @Path("/{id}")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public RestResponse<UploadAnswer> get(@PathParam("id") UUID id) {
        Access access = access();
        return answer(200, service.get(access.caller(), id), access);
    }

    /** Appends the body. */
    @PATCH
    @Path("/{id}")
    @Consumes({"application/partial-upload", MediaType.APPLICATION_OCTET_STREAM, MediaType.WILDCARD})
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public RestResponse<UploadAnswer> append(
            @PathParam("id") UUID id, @HeaderParam("Upload-Offset") @Nullable Long offset, InputStream body) {
        Access access = access();
        if (offset == null || offset < 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected the header `Upload-Offset` with a number of bytes, found none");
        }
        return answer(200, service.append(access.caller(), id, offset, body), access);
    }

    /** Makes the artifact. */
    @POST
    @Path("/{id}/finish")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public ArtifactAnswer finish(@PathParam("id") UUID id) {
        return ArtifactAnswer.of(service.finish(access().caller(), id));
    }

    /** Gives it up. */
    @DELETE
    @Path("/{id}")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public void abandon(@PathParam("id") UUID id) {
        service.abandon(access().caller(), id);
    }

    private Access access() {
        return guard.require(Role.RELEASE_MANAGER).fleetWide();
    }

    private RestResponse<UploadAnswer> answer(int status, OpenUpload upload, Access access) {
        var builder = RestResponse.ResponseBuilder.<UploadAnswer>create(status)
                .entity(UploadAnswer.of(upload, service.expires(upload), access))
                .header("Upload-Offset", upload.received())
                .header("Upload-Length", upload.length())
                .header("Upload-Complete", upload.artifact().isPresent() ? "?1" : "?0")
                .header("Cache-Control", "no-store");
        return (status == 201 ? builder.header("Location", "/api/v1/artifacts/uploads/" + upload.id()) : builder)
                .build();
    }

    /** The body of {@code POST /artifacts/uploads}: what {@code POST /artifacts} says in its query, and the file's measure. */
    public record NewUpload(
            @Nullable String kind,
            @Nullable String name,
            @Nullable String version,
            @Nullable String hardware,
            @Nullable Long releaseCounter,
            @Nullable String fileName,
            @Nullable Long length,
            @Nullable String sha256) {}

    /**
     * An upload on the wire; {@code artifact} is null until it is finished.
     *
     * @param yours whether the caller began it, and so may go on
     */
    public record UploadAnswer(
            UUID id,
            String kind,
            @Nullable String name,
            @Nullable String version,
            @Nullable String hardware,
            @Nullable Long releaseCounter,
            String fileName,
            long length,
            @Nullable String sha256,
            long received,
            @Nullable String artifact,
            Instant createdAt,
            Instant expiresAt,
            String createdBy,
            String createdByName,
            boolean yours) {
        static UploadAnswer of(OpenUpload upload, Instant expires, Access access) {
            Optional<Upload.Image> image =
                    upload.what() instanceof Upload.Image found ? Optional.of(found) : Optional.empty();
            return new UploadAnswer(
                    upload.id(),
                    image.isPresent() ? "image" : "app",
                    image.flatMap(Upload.Image::name).orElse(null),
                    image.flatMap(Upload.Image::version).orElse(null),
                    image.flatMap(Upload.Image::hardware).orElse(null),
                    image.map(Upload.Image::releaseCounter).orElse(null),
                    upload.fileName(),
                    upload.length(),
                    upload.sha256().orElse(null),
                    upload.received(),
                    upload.artifact().orElse(null),
                    upload.createdAt(),
                    expires,
                    upload.createdBy(),
                    upload.createdByName(),
                    upload.createdBy().equals(access.caller().actor()));
        }
    }
}
